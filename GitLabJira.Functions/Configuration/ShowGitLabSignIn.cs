using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <summary>Tells the page whether its user is signed in to GitLab, and as whom.</summary>
public sealed class ShowGitLabSignIn(PageGate gate, AccountGrants grants)
{
    [Function(nameof(ShowGitLabSignIn))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "configuration/sign-in")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToReadAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        var site = user.Installation;
        var grant = await grants.FindAsync(site.ClientKey, site.Epoch, site.GitLabHost, user.AccountId, cancellationToken);

        return PageCalls.Answer(StatusCodes.Status200OK, Status(user, grant), ConfigurationJson.Default.SignInStatus);
    }

    internal static SignInStatus Status(PageUser user, Grant? grant) => new(
        grant is null ? Reasons.NotSignedIn : Reasons.SignedIn,
        GitLabHosts.Name(user.Installation.GitLabHost),
        grant is null ? null : new SignedInUser(grant.Username, GitLabHosts.Address(grant.Host, Uri.EscapeDataString(grant.Username)).AbsoluteUri));
}
