using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.Jira.Pages;

/// <summary>What real Jira would not show: requests, automation, mistakes of the app, and switches for faults.</summary>
internal sealed class ScenesPage(JiraSite site, PageShell shell)
{
    public IResult Show(HttpContext context) => shell.Page(
        context,
        "Behind the scenes",
        Html.Of($"""
            <div class="head"><h1>Behind the scenes</h1><span class="muted">{site.BaseUrl.Host}:{site.BaseUrl.Port}, cloud id {site.CloudId}</span></div>
            <div class="tiles" id="tiles"></div>
            <div class="columns">
              <section class="panel"><h2>Requests of the app</h2><div id="requests"></div></section>
              <div>
                <section class="panel"><h2>Mistakes of the app</h2><div id="violations"></div></section>
                <section class="panel"><h2>Automation</h2><div id="automation"></div></section>
                <section class="panel">
                  <h2>Faults</h2>
                  <p>What goes wrong with the app's requests from now on.</p>
                  <p class="actions">
                    <button type="button" data-fault="delay">Delay 3 s</button>
                    <button type="button" data-fault="429">429, wait 10 s</button>
                    <button type="button" data-fault="503">503</button>
                    <button type="button" data-fault="drop">Drop connections</button>
                    <button type="button" data-fault="lose">Lose answers</button>
                    <button type="button" data-fault="none">All well</button>
                  </p>
                  <div id="faults"></div>
                </section>
              </div>
            </div>
            """),
        "scenes.js",
        "/sandbox");
}
