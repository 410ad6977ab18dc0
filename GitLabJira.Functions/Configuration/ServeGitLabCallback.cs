using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <summary>The page to which GitLab sends the popup back. It stores and shows nothing of what it was called with: its script hands code and state to the window that opened it, if that is of this app, and closes.</summary>
public sealed class ServeGitLabCallback
{
    [Function(nameof(ServeGitLabCallback))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = GitLabOAuth.CallbackRoute)] HttpRequest request) => UnframedPage.Of(request, "callback.html");
}
