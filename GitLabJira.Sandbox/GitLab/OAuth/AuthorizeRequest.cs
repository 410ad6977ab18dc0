namespace GitLabJira.Sandbox.GitLab.OAuth;

/// <summary>An authorize request that is in order.</summary>
public sealed record AuthorizeRequest(OAuthApplication Application, string RedirectUri, string State, IReadOnlyList<string> Scopes, string CodeChallenge);

/// <summary>What became of an authorize request before a person saw it.</summary>
/// <param name="Request">Set when a person may decide.</param>
/// <param name="Redirect">Set when the client is told of its mistake.</param>
/// <param name="Error">Set when not even the redirect URI can be trusted: the person is told.</param>
internal sealed record AuthorizeCheck(AuthorizeRequest? Request = null, Uri? Redirect = null, string? Error = null);
