using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Groups;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Configuration;

/// <summary>How a redemption went.</summary>
public sealed record RedemptionResult(Grant? Grant, Refusal? Refusal);

/// <summary>Turns a code into a grant, if state, installation and account are those of the sign-in's beginning and GitLab knows the user.</summary>
/// <remarks>The threat: a stranger sends a victim the authorize address of the stranger's own sign-in. The victim's code then belongs to a state of another account, and no page of the victim's redeems it.</remarks>
public sealed partial class SignInRedemption(
    SignInStore signIns, AccountGrants grants, IInstances instances, GitLabOAuth oauth, GitLabGroups groups, ILinks links, TimeProvider clock, ILogger<SignInRedemption> logger)
{
    private static Refusal Expired { get; } = new(
        StatusCodes.Status409Conflict, Reasons.SignInExpired, "This sign-in is unknown, used up or older than ten minutes. Start again.");

    public async Task<RedemptionResult> RedeemAsync(PageUser user, string code, string state, CancellationToken cancellationToken)
    {
        var site = user.Installation;

        if (await signIns.FindAsync(site.ClientKey, state, cancellationToken) is not { } signIn || signIn.Epoch != site.Epoch)
        {
            return No(Expired);
        }

        if (!string.Equals(signIn.AccountId, user.AccountId, StringComparison.Ordinal))
        {
            Log.OfSomeoneElse(logger);
            return No(new(StatusCodes.Status403Forbidden, Reasons.SignInOfSomeoneElse, "This sign-in was begun by another Jira user. Start again."));
        }

        if (await instances.FindAsync(signIn.ClientKey, signIn.Host, cancellationToken) is not { } instance)
        {
            return No(new(StatusCodes.Status422UnprocessableEntity, Reasons.InstanceUnknown, "The GitLab instance of this sign-in is not known to the app any more."));
        }

        // Used up before the code is: whatever happens from here on, the same state never works again.
        if (!await signIns.TryUseAsync(signIn, cancellationToken))
        {
            return No(Expired);
        }

        try
        {
            var pair = await oauth.ExchangeAsync(instance, code, signIn.Verifier, cancellationToken);
            return await KeepAsync(user, signIn, instance, pair, cancellationToken);
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Unauthorized)
        {
            return No(new(StatusCodes.Status409Conflict, Reasons.CodeRefused, "GitLab did not take the code of this sign-in. Start again."));
        }
        catch (GitLabRequestException exception)
        {
            Log.Failed(logger, exception.Failure);
            return No(Refusal.Of(exception));
        }
    }

    private async Task<RedemptionResult> KeepAsync(PageUser user, SignIn signIn, GitLabInstance instance, TokenPair pair, CancellationToken cancellationToken)
    {
        var site = user.Installation;

        if (await groups.WhoAsync(instance, pair, clock, cancellationToken) is not { } gitLabUser)
        {
            return No(new(StatusCodes.Status502BadGateway, Reasons.GitLabUserUnknown, "GitLab did not tell whose sign-in this was. Start again."));
        }

        var grant = await grants.SignInAsync(grants.New(site.ClientKey, site.Epoch, signIn.Host, user.AccountId, gitLabUser, pair), cancellationToken);
        await ReviveAsync(grant, cancellationToken);
        Log.SignedIn(logger, grant.Generation);

        return new RedemptionResult(grant, Refusal: null);
    }

    /// <summary>Links that waited for a sign-in go on, where this user has the role.</summary>
    private async Task ReviveAsync(Grant grant, CancellationToken cancellationToken)
    {
        await foreach (var link in links.ListAsync(grant.ClientKey, cancellationToken))
        {
            if (link.State is not LinkState.NeedsSignIn || !GitLabHosts.Same(link.Host, grant.Host))
            {
                continue;
            }

            try
            {
                var role = await grants.CallAsync(grant, (access, token) => groups.RoleAsync(access, link.GroupId, grant.UserId, token), cancellationToken);

                if (role >= GitLabGroups.Maintainer)
                {
                    await links.UpdateAsync(
                        link.ClientKey,
                        link.Id,
                        row => row.State is LinkState.NeedsSignIn ? row with { State = LinkState.Active, StateReason = null, LinkedByAccountId = grant.AccountId } : null,
                        cancellationToken);
                }
            }
            catch (GitLabRequestException exception)
            {
                // The next call for the link finds the grant by itself.
                Log.NotRevived(logger, link.Id, exception.Failure);
            }
        }
    }

    private static RedemptionResult No(Refusal refusal) => new(Grant: null, refusal);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A user signed in to GitLab; generation {Generation} of the grant.")]
        public static partial void SignedIn(ILogger logger, int generation);

        [LoggerMessage(2, LogLevel.Warning, "Refused to redeem a sign-in that another account began.")]
        public static partial void OfSomeoneElse(ILogger logger);

        [LoggerMessage(3, LogLevel.Warning, "A sign-in failed at GitLab: {Failure}.")]
        public static partial void Failed(ILogger logger, GitLabFailure failure);

        [LoggerMessage(4, LogLevel.Warning, "Could not see whether link {LinkId} can go on: {Failure}.")]
        public static partial void NotRevived(ILogger logger, Guid linkId, GitLabFailure failure);
    }
}
