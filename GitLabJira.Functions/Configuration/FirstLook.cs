using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Tokens;
using GitLabJira.Functions.Jira.Users;

namespace GitLabJira.Functions.Configuration;

/// <param name="SignIn">As <see cref="ShowGitLabSignIn"/> answers.</param>
/// <param name="GitLab">As <see cref="ShowGitLabVersion"/> answers.</param>
public sealed record FirstLookView(SignInStatus SignIn, GitLabVersionView GitLab);

/// <summary>What the configuration page shows first. It travels with the page: else the page would ask Jira for a token, and then the app, before anybody sees a button.</summary>
public sealed partial class FirstLook(
    ISiteAdmins admins, IInstallations installations, AccountGrants grants, GitLabVersion version, TimeProvider clock, ILogger<FirstLook> logger)
{
    /// <summary>The page is empty for so long at most; then it shows that it loads, and asks.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <param name="user">Whom Jira's token in the page's own address names.</param>
    /// <returns>Null for whoever may not see it, and where it is not there in time: the page asks then, and says what is wrong.</returns>
    public async Task<FirstLookView?> TakeAsync(ConnectUser user, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);

        try
        {
            return await LookAsync(user, either.Token);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotThere(logger, failure.GetType().Name);
            return null;
        }
    }

    private async Task<FirstLookView?> LookAsync(ConnectUser user, CancellationToken cancellationToken)
    {
        if (user.AccountId is not { } account
            // Which GitLab was chosen a moment ago, perhaps in another process, counts at once.
            || await installations.FindAsync(user.Installation.ClientKey, fresh: true, cancellationToken) is not { State: InstallationState.Installed } site
            || await admins.CheckForReadAsync(site, account, cancellationToken) is not SiteAdminVerdict.Admin)
        {
            return null;
        }

        var grant = await grants.FindAsync(site.ClientKey, site.Epoch, site.GitLabHost, account, cancellationToken);

        return new FirstLookView(
            ShowGitLabSignIn.Status(new PageUser(site, account), grant),
            await version.ViewAsync(Reasons.Shown, site, site.GitLabHost, cancellationToken));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The page went out without what it shows first: {Failure}.")]
        public static partial void NotThere(ILogger logger, string failure);
    }
}
