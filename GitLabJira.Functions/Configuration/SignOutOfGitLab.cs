using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <summary>Ends the page's session with GitLab. Links that live by the user's grant keep it (design 8).</summary>
public sealed class SignOutOfGitLab(PageGate gate, AccountGrants grants)
{
    [Function(nameof(SignOutOfGitLab))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "configuration/sign-in")] HttpRequest request, CancellationToken cancellationToken)
    {
        if (await gate.AuthenticateAsync(request, cancellationToken) is not { } user)
        {
            return Problem.Unauthorized();
        }

        if (await gate.RefuseChangeAsync(user, cancellationToken) is { } refusal)
        {
            return refusal.ToResult(request.HttpContext.Response);
        }

        await grants.SignOutAsync(user.Installation.ClientKey, user.Installation.GitLabHost, user.AccountId, cancellationToken);

        return PageCalls.Answer(StatusCodes.Status200OK, new Done(Reasons.SignedOut), ConfigurationJson.Default.Done);
    }
}
