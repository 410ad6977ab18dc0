namespace GitLabJira.Functions.GitLab.Instances;

/// <summary>A GitLab server as one site uses it, with the OAuth application that it has for that site.</summary>
/// <param name="Host">Base address, possibly with a relative root, without a trailing slash.</param>
/// <param name="Tag">Short tag that prefixes the ids Jira sees (design 7); empty for the default instance.</param>
/// <param name="ApplicationId">The OAuth application's id there.</param>
/// <param name="ApplicationSecret">Null for a public client, which lives by PKCE alone. Never logged.</param>
public sealed record GitLabInstance(Uri Host, string Tag, string ApplicationId, string? ApplicationSecret)
{
    public override string ToString() => $"{Host} ({Tag})";
}

/// <summary>The instances that the app may talk to. No request goes anywhere else, whatever a token, a hook or a <c>Link</c> header says (SSRF).</summary>
public interface IInstances
{
    /// <summary>Whether somebody made the host known.</summary>
    Task<bool> KnowsAsync(Uri host, CancellationToken cancellationToken);

    /// <summary>An instance with the application that the site's people sign in by: sites do not share one, so that none can take it from another.</summary>
    /// <returns>Null when the site has no application there.</returns>
    Task<GitLabInstance?> FindAsync(string clientKey, Uri host, CancellationToken cancellationToken);
}
