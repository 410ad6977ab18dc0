using GitLabJira.Sandbox.GitLab.State;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.GitLab.Pages;

/// <summary>The frame around every page.</summary>
internal static class Layout
{
    public static Task ShowAsync(PageRequest page, string title, Html content, Html? side = null, int status = 200)
    {
        var headers = page.Http.Response.Headers;
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'";
        return SiteHttp.WriteTextAsync(page.Http, status, Page(page, title, content, side).ToString(), "text/html; charset=utf-8");
    }

    public static Html FormToken(PageRequest page) => $"""<input type="hidden" name="authenticity_token" value="{page.Session.FormToken}">""";

    public static Html Avatar(string name, string kind = "user") => $"""<span class="avatar avatar-{kind} tone-{Tone(name)}" aria-hidden="true">{name[..1].ToUpperInvariant()}</span>""";

    public static Html Badge(string text, string tone = "neutral") => $"""<span class="badge badge-{tone}">{text}</span>""";

    public static Html Badge(MergeRequest one) => one switch
    {
        { State: MergeRequestState.Merged } => Badge("Merged", "merged"),
        { State: MergeRequestState.Closed } => Badge("Closed", "closed"),
        { IsDraft: true } => Badge("Draft", "draft"),
        _ => Badge("Open", "open"),
    };

    public static Html Empty(string text) => $"""<p class="empty">{text}</p>""";

    private static int Tone(string name) => name.Sum(c => c) % 6;

    private static Html Page(PageRequest page, string title, Html content, Html? side) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>{title} · GitLab stand-in</title>
          <link rel="icon" type="image/svg+xml" href="{page.Root}/assets/icon.svg">
          <link rel="stylesheet" href="{page.Root}/assets/site.css">
          <script src="{page.Root}/assets/site.js" defer></script>
        </head>
        <body>
          <header class="topbar">
            <a class="brand" href="{page.Root}/"><span class="brand-mark" aria-hidden="true"></span>GitLab <small>stand-in</small></a>
            {Account(page)}
          </header>
          <div class="shell{(side is null ? "" : " with-side")}">
            {side}
            <main>
              {Flash(page)}
              {content}
            </main>
          </div>
        </body>
        </html>
        """;

    private static Html Account(PageRequest page)
    {
        if (page.User is not { } user)
        {
            return Html.Empty;
        }

        return $"""
            <nav class="account" aria-label="Account">
              <a href="{page.Root}{PageFront.ControlRoot}/faults">Faults</a>
              <span class="who">{Avatar(user.Name)} {user.Name}</span>
              <form method="post" action="{page.Root}/users/sign_out">{FormToken(page)}<button class="link">Sign out</button></form>
            </nav>
            """;
    }

    private static Html Flash(PageRequest page)
    {
        if (page.Session.Flash is not { } flash)
        {
            return Html.Empty;
        }

        page.Session.Flash = null;
        return $"""<div class="alert alert-{(flash.IsError ? "danger" : "success")}" role="{(flash.IsError ? "alert" : "status")}">{flash.Text}</div>""";
    }
}
