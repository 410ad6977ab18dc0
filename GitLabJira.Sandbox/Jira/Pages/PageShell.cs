using System.Text;
using GitLabJira.Sandbox.Jira.Issues;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.Jira.Pages;

/// <summary>What all pages share: the bar at the top, who is signed in, the scripts.</summary>
internal sealed class PageShell(JiraSite site)
{
    private const string UserCookie = "jira-user";
    private const string ThemeCookie = "jira-theme";

    private static readonly string[] Modes = ["light", "dark"];

    /// <summary>As Jira's pages name their design tokens. The bridge tells framed apps of them, and of the mode that was chosen.</summary>
    private const string Themes = "dark:dark light:light spacing:spacing";

    /// <summary>The person at the browser; at first the site admin.</summary>
    public JiraUser UserOf(HttpContext context) => site.Users.Find(context.Request.Cookies[UserCookie]) ?? site.Users.SiteAdmin;

    public static void SignIn(HttpContext context, JiraUser user) =>
        context.Response.Cookies.Append(UserCookie, user.AccountId, new() { HttpOnly = true, SameSite = SameSiteMode.Lax, IsEssential = true, Secure = false });

    public IResult Page(HttpContext context, string title, Html content, string? script = null, string active = "")
    {
        var user = UserOf(context);
        var theme = context.Request.Cookies[ThemeCookie] is "dark" ? "dark" : "light";
        // Only the app's frame comes from elsewhere; its host is not known before an installation.
        context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; img-src * data:; frame-src *; frame-ancestors 'none'";
        context.Response.Headers.CacheControl = "no-store";
        var page = Html.Of($"""
            <!doctype html>
            <html lang="en" data-theme="{Themes}" data-color-mode="{theme}">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>{title} - {site.Name}</title>
              <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
              <link rel="stylesheet" href="/assets/jira.css">
              <script type="module" src="/assets/chrome.js"></script>
              {(script is null ? Html.None : Html.Of($"<script type=\"module\" src=\"/assets/{script}\"></script>"))}
            </head>
            <body>
              <header class="bar">
                <a class="product" href="/issues"><img src="/assets/icon.svg" alt="" width="24" height="24"><span>{site.Name}</span></a>
                <nav>
                  {Tab("/issues", "Issues", active)}
                  {Tab("/manage-apps", "Apps", active)}
                  {Tab("/sandbox", "Behind the scenes", active)}
                </nav>
                <span class="hint" title="Everything here runs on this machine.">Stand-in Jira site</span>
                <details class="who">
                  <summary>{Avatar(user.DisplayName)}<span>{user.DisplayName}<small>{RoleOf(user)}</small></span></summary>
                  <div class="menu" role="menu">
                    <p>Theme</p>
                    {Html.Join(Modes.Select(mode => Html.Of($"<button type=\"button\" role=\"menuitemradio\" aria-checked=\"{(mode == theme ? "true" : "false")}\" data-mode=\"{mode}\">{(mode == "dark" ? "Dark" : "Light")}</button>")))}
                    <p>Look at the site as</p>
                    {Html.Join(site.Users.All.Select(u => Html.Of($"<button type=\"button\" role=\"menuitemradio\" aria-checked=\"{(u.AccountId == user.AccountId ? "true" : "false")}\" data-user=\"{u.AccountId}\">{Avatar(u.DisplayName)}<span>{u.DisplayName}<small>{RoleOf(u)}</small></span></button>")))}
                  </div>
                </details>
              </header>
              <main>{content}</main>
              <div id="flags" aria-live="polite"></div>
            </body>
            </html>
            """);
        return Results.Content(page.Text, "text/html", Encoding.UTF8);
    }

    public static Html Avatar(string name) => Html.Of($"<span class=\"avatar tone{ToneOf(name)}\" title=\"{name}\" aria-hidden=\"true\">{Initials(name)}</span>");

    public static Html Lozenge(string status) => Html.Of($"<span class=\"lozenge {(status == "Done" ? "green" : status == "In Progress" ? "blue" : "grey")}\">{status}</span>");

    public static Html TypeIcon(string type) => Html.Of($"<span class=\"type {type.ToLowerInvariant()}\" title=\"{type}\"></span>");

    private static string RoleOf(JiraUser user) =>
        user.Groups.Contains(JiraUsers.SiteAdmins, StringComparer.Ordinal) ? "Site admin"
        : user.Groups.Contains(JiraUsers.OrganizationAdmins, StringComparer.Ordinal) ? "Organization admin"
        : user.Groups.Contains(JiraUsers.JiraAdministrators, StringComparer.Ordinal) ? "Jira administrator, no site admin"
        : "User";

    // The same sum as in dom.js, so that a person has one colour everywhere.
    private static uint ToneOf(string name) => name.Aggregate(7u, (sum, letter) => unchecked((sum * 31) + letter)) % 6;

    private static string Initials(string name) => string.Concat(name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2).Select(part => char.ToUpperInvariant(part[0])));

    private static Html Tab(string url, string text, string active) =>
        url == active ? Html.Of($"<a href=\"{url}\" aria-current=\"page\">{text}</a>") : Html.Of($"<a href=\"{url}\">{text}</a>");
}
