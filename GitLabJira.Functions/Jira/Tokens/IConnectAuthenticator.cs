using GitLabJira.Functions.Jira.Installations;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Jira.Tokens;

/// <summary>Who a request comes from: a site, and the user who sits there.</summary>
/// <param name="AccountId">The user's Atlassian account; null when a site called without one.</param>
public sealed record ConnectUser(Installation Installation, string? AccountId);

/// <summary>Decides who a request comes from by the token that Jira signed with the installation's shared secret. The algorithm is pinned to HS256; refusals are logged with their reason and answered with a plain 401.</summary>
public interface IConnectAuthenticator
{
    /// <summary>For calls of the framed page: accepts a context token (<c>AP.context.getToken</c>, <c>qsh</c> is literally <c>context-qsh</c>) and nothing else. Always has an account: no <c>sub</c>, no access.</summary>
    /// <returns>Null when refused: answer 401.</returns>
    Task<ConnectUser?> AuthenticateContextAsync(HttpRequest request, CancellationToken cancellationToken);

    /// <summary>For addresses that Jira itself opens or calls: accepts a token made for exactly this method, path and query (<c>qsh</c>).</summary>
    /// <returns>Null when refused: answer 401.</returns>
    Task<ConnectUser?> AuthenticateUrlAsync(HttpRequest request, CancellationToken cancellationToken);
}
