using System.Globalization;
using GitLabJira.Sandbox.Jira.Apps;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.Jira.Pages;

/// <summary>"Manage apps" and the frame in which Jira shows a page of the app.</summary>
internal sealed class AppPages(JiraSite site, PageShell shell)
{
    public IResult Manage(HttpContext context)
    {
        if (!site.Users.Administers(shell.UserOf(context).AccountId))
        {
            return Refuse(context, "Only Jira administrators can manage apps.");
        }

        return shell.Page(
            context,
            "Manage apps",
            Html.Of($"""
                <div class="head"><h1>Manage apps</h1></div>
                {(site.App is { } app ? Card(app) : Html.Of($"<section class=\"panel blank\"><h2>No app is installed yet</h2><p>An app adds pages and data of its own to this site.</p></section>"))}
                <section class="panel">
                  <h2>Install an app</h2>
                  <p>Give the address of the app's descriptor. Jira reads it, then tells the app about this site.</p>
                  <form id="install">
                    <input type="url" name="descriptorUrl" required aria-label="Descriptor URL" placeholder="http://…/atlassian-connect.json" value="{site.App?.DescriptorUrl.AbsoluteUri ?? site.SuggestedDescriptorUrl?.AbsoluteUri}">
                    <button class="primary" type="submit">{(site.App is null ? "Install" : "Install again")}</button>
                  </form>
                  <p class="error" id="problem" role="alert" hidden></p>
                </section>
                <section class="panel">
                  <h2>What the app was told</h2>
                  {Calls()}
                </section>
                """),
            "apps.js",
            "/manage-apps");
    }

    public IResult Frame(HttpContext context, string appKey, string moduleKey)
    {
        if (site.App is not { } app || app.Key != appKey || app.Descriptor.Pages.FirstOrDefault(p => p.Key == moduleKey) is not { } page)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return shell.Page(context, "Page not found", Html.Of($"<h1>This page doesn't exist</h1><p>The app that it belongs to isn't installed.</p><p><a href=\"/manage-apps\">Manage apps</a></p>"));
        }

        var user = shell.UserOf(context);
        if (page.RequiresAdmin && !site.Users.Administers(user.AccountId))
        {
            return Refuse(context, "Only Jira administrators can see this page.");
        }

        var customData = context.Request.Query.Where(q => q.Key.StartsWith("ac.", StringComparison.Ordinal)).ToDictionary(q => q.Key[3..], q => q.Value.ToString(), StringComparer.Ordinal);
        return shell.Page(
            context,
            page.Name,
            Html.Of($"""
                <nav class="crumbs framed" aria-label="Breadcrumb"><a href="/manage-apps">Apps</a> <span>{app.Descriptor.Name}</span></nav>
                <div id="frame" data-app="{app.Key}" data-module="{page.Key}" data-name="{page.Name}" data-account="{user.AccountId}"
                     data-url="{site.Tokens.PageUrl(page.Key, user.AccountId, customData).AbsoluteUri}"></div>
                <script src="/atlassian-connect/host.js"></script>
                """),
            "frame.js",
            "/manage-apps");
    }

    private IResult Refuse(HttpContext context, string why)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return shell.Page(context, "No access", Html.Of($"<h1>You don't have access</h1><p>{why} Choose somebody else at the top right.</p>"), active: "/manage-apps");
    }

    private static Html Card(InstalledApp app)
    {
        var pages = app.Descriptor.Pages.Where(p => p.Type is "postInstallPage" or "configurePage");
        return Html.Of($"""
            <section class="panel app">
              <div class="logo" aria-hidden="true">{app.Descriptor.Name[..1]}</div>
              <div>
                <h2>{app.Descriptor.Name} <span class="lozenge green">Installed</span></h2>
                <p class="by">{app.Descriptor.VendorName}</p>
                <p>{app.Descriptor.Description}</p>
                <dl>
                  <dt>App key</dt><dd><code>{app.Key}</code></dd>
                  <dt>Scopes</dt><dd>{string.Join(", ", app.Descriptor.Scopes)}</dd>
                  <dt>Installed</dt><dd>{app.InstalledAt.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)}</dd>
                </dl>
                <p class="actions">
                  {Html.Join(pages.Select(p => Html.Of($"<a class=\"button{(p.Type == "postInstallPage" ? " primary" : "")}\" href=\"/plugins/servlet/ac/{app.Key}/{p.Key}\">{(p.Type == "postInstallPage" ? "Get started" : "Configure")}</a>")))}
                  <button type="button" data-act="upgrade">Update</button>
                  <button type="button" data-act="rotate">Rotate secret</button>
                  <button type="button" data-act="uninstall" class="danger">Uninstall</button>
                </p>
              </div>
            </section>
            """);
    }

    private Html Calls() => site.LifecycleCalls.Count == 0
        ? Html.Of($"<p class=\"empty\">Nothing yet.</p>")
        : Html.Of($"""
            <table>
              <thead><tr><th>Event</th><th>Callback</th><th>Time</th><th>Answer</th></tr></thead>
              <tbody>{Html.Join(site.LifecycleCalls.Reverse().Take(20).Select(c => Html.Of($"<tr><td>{c.EventType}</td><td><code>{c.Url.AbsolutePath}</code></td><td>{c.At.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}</td><td><span class=\"lozenge {(c.Succeeded ? "green" : "red")}\">{(c.Status == 0 ? "none" : c.Status.ToString(CultureInfo.InvariantCulture))}</span></td></tr>")))}</tbody>
            </table>
            """);
}
