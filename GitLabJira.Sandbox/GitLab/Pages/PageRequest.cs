using GitLabJira.Sandbox.GitLab.State;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.GitLab.Pages;

/// <summary>A request for a page by somebody who may have signed in.</summary>
internal sealed class PageRequest(HttpContext http, GitLabSite site, PageSession session)
{
    public HttpContext Http { get; } = http;

    public GitLabSite Site { get; } = site;

    public PageSession Session { get; } = session;

    public GitLabState State { get; } = site.State;

    public DateTimeOffset Now { get; } = site.Now;

    public GitLabUser? User => Session.UserId is { } id ? State.Users.GetValueOrDefault(id) : null;

    /// <summary>The signed-in user; pages behind the sign-in have one.</summary>
    public GitLabUser Reader => User ?? throw new InvalidOperationException("This page is behind the sign-in.");

    /// <summary>The relative root, before every link.</summary>
    public string Root { get; } = new Uri(site.BaseUrl).AbsolutePath.TrimEnd('/');

    public string Query(string name) => Http.Request.Query[name].ToString();

    public string Ago(DateTimeOffset at)
    {
        var span = Now - at;
        return span switch
        {
            { TotalSeconds: < 60 } => "just now",
            { TotalMinutes: < 60 } => Count((int)span.TotalMinutes, "minute"),
            { TotalHours: < 24 } => Count((int)span.TotalHours, "hour"),
            { TotalDays: < 31 } => Count((int)span.TotalDays, "day"),
            { TotalDays: < 365 } => Count((int)(span.TotalDays / 30.4), "month"),
            _ => Count((int)(span.TotalDays / 365), "year"),
        };

        static string Count(int number, string unit) => number == 1 ? $"1 {unit} ago" : $"{number} {unit}s ago";
    }
}
