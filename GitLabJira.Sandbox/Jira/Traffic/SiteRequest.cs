using GitLabJira.Sandbox.Jira.Apps;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace GitLabJira.Sandbox.Jira.Traffic;

/// <summary>What the site knows about the request that it is answering; becomes its line in the log.</summary>
internal sealed class SiteRequest(long number, DateTimeOffset at)
{
    public long Number { get; } = number;

    public DateTimeOffset At { get; } = at;

    public string? Fault { get; set; }

    public bool Cut { get; set; }

    public BulkPost? Post { get; set; }

    public string? Body { get; set; }

    /// <summary>The tenant whose secret signed the request; set once its token was checked.</summary>
    public InstalledApp? App { get; set; }

    public static SiteRequest Of(HttpContext context) => context.Features.GetRequiredFeature<SiteRequest>();
}
