using GitLabJira.Functions.GitLab.Grants;
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
        var (user, refused) = await gate.AdmitToChangeAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        await grants.SignOutAsync(user.Installation.ClientKey, user.Installation.GitLabHost, user.AccountId, cancellationToken);

        return PageCalls.Answer(StatusCodes.Status200OK, new Done(Reasons.SignedOut), ConfigurationJson.Default.Done);
    }
}
