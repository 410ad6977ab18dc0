using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <summary>Ends a sign-in: the framed page hands over the code that its own popup brought, with a fresh token of the account that began. Nothing was stored before this (design 8).</summary>
public sealed class RedeemGitLabSignIn(PageGate gate, SignInRedemption redemption)
{
    private const int LongestValue = 1024;

    [Function(nameof(RedeemGitLabSignIn))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "configuration/sign-in/redeem")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToChangeAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        var (body, unreadable) = await request.ReadJsonAsync(ConfigurationJson.Default.RedeemRequest, cancellationToken);

        if (body is null)
        {
            return unreadable!;
        }

        if (body.Code is not { Length: > 0 and <= LongestValue } code)
        {
            return Refusal.BadField("code", "must be the code that GitLab sent back.").ToResult(request.HttpContext.Response);
        }

        if (body.State is not { Length: > 0 and <= LongestValue } state)
        {
            return Refusal.BadField("state", "must be the state that the sign-in began with.").ToResult(request.HttpContext.Response);
        }

        var result = await redemption.RedeemAsync(user, code, state, cancellationToken);

        return result.Refusal is { } no
            ? no.ToResult(request.HttpContext.Response)
            : PageCalls.Answer(StatusCodes.Status200OK, ShowGitLabSignIn.Status(user, result.Grant!), ConfigurationJson.Default.SignInStatus);
    }
}
