using GitLabJira.Sandbox.Jira.Issues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace GitLabJira.Sandbox.Jira.Pages;

/// <summary>The pages that a person looks at.</summary>
internal sealed class PageRoutes(JiraSite site)
{
    private readonly PageShell _shell = new(site);

    public void Map(IEndpointRouteBuilder routes)
    {
        var issues = new IssuePages(site, _shell);
        var apps = new AppPages(site, _shell);
        var scenes = new ScenesPage(site, _shell);
        routes.MapGet("/", () => Results.Redirect("/issues"));
        routes.MapGet("/issues", issues.List);
        routes.MapGet("/browse/{key}", issues.One);
        routes.MapGet("/manage-apps", apps.Manage);
        routes.MapGet("/plugins/servlet/ac/{appKey}/{moduleKey}", apps.Frame);
        routes.MapGet("/create-branch/{key}", issues.CreateBranch);
        routes.MapGet("/sandbox", scenes.Show);
        routes.MapGet("/assets/{name}", Assets.Own);
        routes.MapGet("/atlassian-connect/host.js", Assets.BridgeHost);
        routes.MapGet("/atlassian-connect/all.js", Assets.BridgeFrame);
        new SandboxRoutes(site, _shell).Map(routes);
    }
}
