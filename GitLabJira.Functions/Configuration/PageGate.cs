using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Tokens;
using GitLabJira.Functions.Jira.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Configuration;

/// <summary>Who sits before the page.</summary>
public sealed record PageUser(Installation Installation, string AccountId);

/// <summary>Lets site admins through, and nobody else (design 6.10): who calls stands in the token that Jira signed, never in the request.</summary>
public sealed class PageGate(IConnectAuthenticator authenticator, IInstallations installations, ISiteAdmins admins, IOptions<ConnectOptions> connect)
{
    /// <summary>For what shows data; a yes may be a minute old.</summary>
    /// <returns>The site admin who calls, or how to refuse.</returns>
    public Task<(PageUser? User, IResult? Refused)> AdmitToReadAsync(HttpRequest request, CancellationToken cancellationToken) =>
        AdmitAsync(request, async user => Refusal(await admins.CheckForReadAsync(user.Installation, user.AccountId, cancellationToken)), cancellationToken);

    /// <summary>The same for what travels with the page, whose own address carries Jira's token.</summary>
    /// <returns>Null for whoever may not see it, and where Jira does not answer.</returns>
    public async Task<PageUser?> AdmitToReadAsync(ConnectUser caller, CancellationToken cancellationToken) =>
        await FindAsync(caller, cancellationToken) is { } user && await admins.CheckForReadAsync(user.Installation, user.AccountId, cancellationToken) is SiteAdminVerdict.Admin ? user : null;

    /// <summary>For what changes something; asks Jira each time.</summary>
    /// <returns>The site admin who calls, or how to refuse.</returns>
    public Task<(PageUser? User, IResult? Refused)> AdmitToChangeAsync(HttpRequest request, CancellationToken cancellationToken) =>
        AdmitAsync(request, user => RefuseChangeAsync(user, cancellationToken), cancellationToken);

    /// <returns>Null when the token is missing or wrong, or names nobody: answer <see cref="Problem.Unauthorized"/>.</returns>
    public async Task<PageUser?> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await FindAsync(await authenticator.AuthenticateContextAsync(request, cancellationToken), cancellationToken);

    /// <summary>The second half of <see cref="AdmitToChangeAsync"/>, for a call that asks something else in between.</summary>
    /// <returns>Null when the user may.</returns>
    public async Task<Refusal?> RefuseChangeAsync(PageUser user, CancellationToken cancellationToken) =>
        Refusal(await admins.CheckForChangeAsync(user.Installation, user.AccountId, cancellationToken));

    private async Task<PageUser?> FindAsync(ConnectUser? caller, CancellationToken cancellationToken) =>
        caller is { AccountId: { } account, Installation.ClientKey: var clientKey }
        // Which GitLab was chosen a moment ago, perhaps in another process, counts for the very next call.
        && await installations.FindAsync(clientKey, fresh: true, cancellationToken) is { State: InstallationState.Installed } installation
            ? new PageUser(installation, account)
            : null;

    private async Task<(PageUser? User, IResult? Refused)> AdmitAsync(HttpRequest request, Func<PageUser, Task<Refusal?>> refuse, CancellationToken cancellationToken)
    {
        if (await AuthenticateAsync(request, cancellationToken) is not { } user)
        {
            return (null, Problem.Unauthorized());
        }

        return await refuse(user) is { } refusal ? (null, refusal.ToResult(request.HttpContext.Response)) : (user, null);
    }

    private Refusal? Refusal(SiteAdminVerdict verdict) => verdict switch
    {
        SiteAdminVerdict.Admin => null,
        SiteAdminVerdict.NotAdmin => new(
            StatusCodes.Status403Forbidden,
            Reasons.NotSiteAdmin,
            $"The Jira user is not a site or organization administrator. That takes membership in one of the groups: {string.Join(", ", connect.Value.EffectiveAdminGroups)}.",
            Groups: connect.Value.EffectiveAdminGroups),
        SiteAdminVerdict.NoAnswer => new(
            StatusCodes.Status503ServiceUnavailable, Reasons.JiraUnavailable, "Jira does not answer just now. Try again in a minute."),
        _ => new(
            StatusCodes.Status403Forbidden,
            Reasons.JiraUserUnknown,
            "Could not fetch user information from Jira. Check the permissions in Jira and try again."),
    };
}
