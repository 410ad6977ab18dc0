using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <summary>Shows which GitLab the next sign-in goes to, and which the site knows.</summary>
public sealed class ShowGitLabVersion(PageGate gate, GitLabVersion version)
{
    [Function(nameof(ShowGitLabVersion))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "configuration/gitlab")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToReadAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        var site = user.Installation;

        return PageCalls.Answer(StatusCodes.Status200OK, await version.ViewAsync(Reasons.Shown, site, site.GitLabHost, cancellationToken), ConfigurationJson.Default.GitLabVersionView);
    }
}
