namespace GitLabJira.Functions.GitLab.Instances;

/// <summary>A GitLab server that an administrator made known to the app, with the OAuth application that it has for us.</summary>
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
    /// <returns>Null when the host is unknown.</returns>
    Task<GitLabInstance?> FindAsync(Uri host, CancellationToken cancellationToken);
}
