using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.CreateBranch;

/// <summary>The three calls about the visitor's sign-in.</summary>
public sealed class SignInForBranch(BranchGate gate, BranchSignIns signIns)
{
    private const int LongestValue = 1024;

    [Function("StartSignInForBranch")]
    public async Task<IResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "branches/sign-in")] HttpRequest request, CancellationToken cancellationToken)
    {
        if (await gate.AdmitAsync(request, cancellationToken) is not { } session)
        {
            return BranchAnswers.SessionEnded;
        }

        var (body, unreadable) = await request.ReadJsonAsync(BranchJson.Default.BranchSignInRequest, cancellationToken);

        if (body is null)
        {
            return unreadable!;
        }

        var (host, _, refusal) = await gate.HostAsync(session, body.Host, cancellationToken);

        return host is null ? refusal! : await signIns.StartAsync(session, host, cancellationToken);
    }

    [Function("RedeemSignInForBranch")]
    public async Task<IResult> RedeemAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "branches/sign-in/redeem")] HttpRequest request, CancellationToken cancellationToken)
    {
        if (await gate.AdmitAsync(request, cancellationToken) is not { } session)
        {
            return BranchAnswers.SessionEnded;
        }

        var (body, unreadable) = await request.ReadJsonAsync(BranchJson.Default.BranchRedeemRequest, cancellationToken);

        if (body is null)
        {
            return unreadable!;
        }

        if (body.Code is not { Length: > 0 and <= LongestValue } code)
        {
            return BranchAnswers.BadField("code", "must be the code that GitLab sent back.");
        }

        return body.State is { Length: > 0 and <= LongestValue } state
            ? await signIns.RedeemAsync(session, code, state, request.HttpContext.Response, cancellationToken)
            : BranchAnswers.BadField("state", "must be the state that the sign-in began with.");
    }

    [Function("SignOutForBranch")]
    public async Task<IResult> SignOutAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "branches/sign-in")] HttpRequest request, CancellationToken cancellationToken)
    {
        if (await gate.AdmitAsync(request, cancellationToken) is not { } session)
        {
            return BranchAnswers.SessionEnded;
        }

        var (host, _, refusal) = await gate.HostAsync(session, request.Query["host"].ToString(), cancellationToken);

        if (host is null)
        {
            return refusal!;
        }

        await signIns.SignOutAsync(session, host, cancellationToken);
        return BranchAnswers.Answer(StatusCodes.Status200OK, new BranchSignedIn(BranchReasons.SignedOut, GitLabHosts.Name(host), User: null), BranchJson.Default.BranchSignedIn);
    }
}
