using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.GitLab.Pages;

/// <summary>The pages that a person sees.</summary>
internal sealed class PageFront(GitLabSite site)
{
    /// <summary>Where the Sandbox's own controls are; faults never hit them.</summary>
    public const string ControlRoot = "/-/sandbox";

    public Task AnswerAsync(HttpContext http, string path) => SiteHttp.WriteTextAsync(http, 404, $"There is no page {path} on {site.BaseUrl}.");
}
