using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Groups;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.CreateBranch;

/// <summary>The visitor's sign-in to GitLab: OAuth with PKCE, as on the configuration page, but for one session and no link.</summary>
/// <remarks>Where a sign-in of the configuration page names the Jira account that began it, one of a session names the session. So neither can be redeemed as the other.</remarks>
public sealed partial class BranchSignIns(
    SignInStore signIns, BranchVisits visits, IInstances instances, GitLabOAuth oauth, GitLabGroups groups, TimeProvider clock, ILogger<BranchSignIns> logger)
{
    private static IResult Unknown => Problem.Of(
        StatusCodes.Status422UnprocessableEntity, BranchReasons.InstanceUnknown, "The GitLab instance of this sign-in is not known to the app any more.");

    private static IResult Expired => Problem.Of(
        StatusCodes.Status409Conflict, BranchReasons.SignInExpired, "This sign-in is unknown, used up or older than ten minutes. Start again.");

    public async Task<IResult> StartAsync(BranchSession session, Uri host, CancellationToken cancellationToken)
    {
        if (await instances.FindAsync(session.Visit.ClientKey, host, cancellationToken) is not { } instance)
        {
            return Unknown;
        }

        var signIn = await signIns.BeginAsync(session.Visit.ClientKey, session.Visit.Epoch, Owner(session), instance.Host, cancellationToken);
        var address = oauth.AuthorizeAddress(instance, signIn.State, Pkce.Challenge(signIn.Verifier));

        return BranchAnswers.Answer(
            StatusCodes.Status200OK, new BranchSignInStarted(BranchReasons.SignInStarted, address.AbsoluteUri, signIn.State), BranchJson.Default.BranchSignInStarted);
    }

    public async Task<IResult> RedeemAsync(BranchSession session, string code, string state, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await signIns.FindAsync(session.Visit.ClientKey, state, cancellationToken) is not { } signIn || signIn.Epoch != session.Visit.Epoch)
        {
            return Expired;
        }

        if (!string.Equals(signIn.AccountId, Owner(session), StringComparison.Ordinal))
        {
            return Problem.Of(StatusCodes.Status403Forbidden, BranchReasons.SignInOfSomeoneElse, "This sign-in was begun elsewhere. Start again.");
        }

        if (await instances.FindAsync(signIn.ClientKey, signIn.Host, cancellationToken) is not { } instance)
        {
            return Unknown;
        }

        // Used up before the code is: whatever happens from here on, the same state never works again.
        if (!await signIns.TryUseAsync(signIn, cancellationToken))
        {
            return Expired;
        }

        try
        {
            var pair = await oauth.ExchangeAsync(instance, code, signIn.Verifier, cancellationToken);

            return await groups.WhoAsync(instance, pair, clock, cancellationToken) is { } user
                ? await KeepAsync(session, new BranchSignIn(instance.Host, user.Id, user.Username, pair.AccessToken), cancellationToken)
                : Problem.Of(StatusCodes.Status502BadGateway, BranchReasons.GitLabUserUnknown, "GitLab did not tell whose sign-in this was. Start again.");
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Unauthorized)
        {
            return Problem.Of(StatusCodes.Status409Conflict, BranchReasons.CodeRefused, "GitLab did not take the code of this sign-in. Start again.");
        }
        catch (GitLabRequestException exception)
        {
            Log.Failed(logger, exception.Failure);
            return BranchAnswers.Of(exception, response);
        }
    }

    /// <summary>Forgets a sign-in, and ends its tokens at GitLab as far as it answers: nobody else has them.</summary>
    public async Task SignOutAsync(BranchSession session, Uri host, CancellationToken cancellationToken)
    {
        if (await visits.SignInAsync(session, host, cancellationToken) is not { } signIn)
        {
            return;
        }

        await visits.ForgetAsync(session, host, cancellationToken);

        try
        {
            if (await instances.FindAsync(session.Visit.ClientKey, host, cancellationToken) is { } instance)
            {
                await oauth.RevokeAsync(instance, signIn.AccessToken, cancellationToken);
            }
        }
        catch (GitLabRequestException exception)
        {
            Log.NotRevoked(logger, exception.Failure);
        }
    }

    private async Task<IResult> KeepAsync(BranchSession session, BranchSignIn signIn, CancellationToken cancellationToken)
    {
        await SignOutAsync(session, signIn.Host, cancellationToken);
        await visits.KeepAsync(session, signIn, cancellationToken);

        return BranchAnswers.Answer(
            StatusCodes.Status200OK, new BranchSignedIn(BranchReasons.SignedIn, GitLabHosts.Name(signIn.Host), BranchViews.User(signIn)), BranchJson.Default.BranchSignedIn);
    }

    /// <summary>No account of Jira looks like this.</summary>
    private static string Owner(BranchSession session) => $"branches!{BranchVisits.Partition(session.Token)}";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A sign-in for a branch failed at GitLab: {Failure}.")]
        public static partial void Failed(ILogger logger, GitLabFailure failure);

        [LoggerMessage(2, LogLevel.Warning, "Could not revoke the GitLab token of a session: {Failure}. It ends by itself.")]
        public static partial void NotRevoked(ILogger logger, GitLabFailure failure);
    }
}
