using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.CreateBranch;

/// <summary>Serves the page that creates a branch. It holds no data: those it asks for with what its ticket brings, and without one it says how to start again.</summary>
public sealed class ServeBranchPage
{
    public const string Route = "branches/new";
    public const string File = "create-branch.html";

    [Function(nameof(ServeBranchPage))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request) => UnframedPage.Of(request, File);
}
