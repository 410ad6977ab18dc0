using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.Jira.Tokens;

namespace GitLabJira.Functions.Configuration;

/// <param name="SignIn">As <see cref="ShowGitLabSignIn"/> answers.</param>
/// <param name="GitLab">As <see cref="ShowGitLabVersion"/> answers.</param>
public sealed record FirstLookView(SignInStatus SignIn, GitLabVersionView GitLab);

/// <summary>What the configuration page shows first. It travels with the page: else the page would ask Jira for a token, and then the app, before anybody sees a button.</summary>
public sealed partial class FirstLook(PageGate gate, AccountGrants grants, GitLabVersion version, TimeProvider clock, ILogger<FirstLook> logger)
{
    /// <summary>The page is empty for so long at most; then it shows that it loads, and asks.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <param name="caller">Whom Jira's token in the page's own address names.</param>
    /// <returns>Null for whoever may not see it, and where it is not there in time: the page asks then, and says what is wrong.</returns>
    public async Task<FirstLookView?> TakeAsync(ConnectUser caller, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);

        try
        {
            return await LookAsync(caller, either.Token);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotThere(logger, failure.GetType().Name);
            return null;
        }
    }

    private async Task<FirstLookView?> LookAsync(ConnectUser caller, CancellationToken cancellationToken)
    {
        if (await gate.AdmitToReadAsync(caller, cancellationToken) is not { } user)
        {
            return null;
        }

        var site = user.Installation;
        var grant = await grants.FindAsync(site.ClientKey, site.Epoch, site.GitLabHost, user.AccountId, cancellationToken);

        return new FirstLookView(
            ShowGitLabSignIn.Status(user, grant),
            await version.ViewAsync(Reasons.Shown, site, site.GitLabHost, cancellationToken));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The page went out without what it shows first: {Failure}.")]
        public static partial void NotThere(ILogger logger, string failure);
    }
}
