using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <summary>Begins a sign-in to GitLab: keeps the verifier under a fresh state for this account, and tells the page where to send its popup.</summary>
public sealed class StartGitLabSignIn(PageGate gate, SignInStore signIns, IInstances instances, GitLabOAuth oauth)
{
    [Function(nameof(StartGitLabSignIn))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "configuration/sign-in")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToChangeAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        var site = user.Installation;

        if (await instances.FindAsync(site.ClientKey, site.GitLabHost, cancellationToken) is not { } instance)
        {
            return new Refusal(StatusCodes.Status422UnprocessableEntity, Reasons.InstanceUnknown, "The GitLab instance of this site is not known to the app.")
                .ToResult(request.HttpContext.Response);
        }

        var signIn = await signIns.BeginAsync(site.ClientKey, site.Epoch, user.AccountId, instance.Host, cancellationToken);
        var address = oauth.AuthorizeAddress(instance, signIn.State, Pkce.Challenge(signIn.Verifier));

        return PageCalls.Answer(
            StatusCodes.Status200OK, new SignInStarted(Reasons.SignInStarted, address.AbsoluteUri, signIn.State), ConfigurationJson.Default.SignInStarted);
    }
}
