using GitLabJira.Sandbox.Jira.Issues;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.Jira.Pages;

/// <summary>The list of issues and the issue with its development information. What can change is drawn by the scripts, from the JSON views.</summary>
internal sealed class IssuePages(JiraSite site, PageShell shell)
{
    public IResult List(HttpContext context)
    {
        var project = context.Request.Query["project"].ToString();
        var issues = site.Issues.All.Where(i => project.Length == 0 || i.Project.Key == project).ToList();
        return shell.Page(
            context,
            "Issues",
            Html.Of($"""
                <div class="head">
                  <h1>Issues</h1>
                  <label class="check"><input type="checkbox" id="only-linked"> Only with development information</label>
                  <input type="search" id="search" placeholder="Search issues" aria-label="Search issues">
                  <button type="button" class="primary" id="create">Create</button>
                </div>
                <dialog id="new-issue" aria-labelledby="new-issue-title">
                  <form method="dialog">
                    <h2 id="new-issue-title">Create issue</h2>
                    <label>Project <select name="project">{Html.Join(site.Issues.Projects.Select(p => Html.Of($"<option value=\"{p.Key}\"{(p.Key == project ? Html.Of($" selected") : Html.None)}>{p.Name} ({p.Key})</option>")))}</select></label>
                    <label>Summary <input name="summary" required maxlength="255" autofocus></label>
                    <p class="actions"><button class="primary" value="create">Create</button><button value="cancel" formnovalidate>Cancel</button></p>
                  </form>
                </dialog>
                <nav class="tabs" aria-label="Projects">
                  {ProjectTab("", "All projects", project)}
                  {Html.Join(site.Issues.Projects.Select(p => ProjectTab(p.Key, p.Name, project)))}
                </nav>
                <table class="issues">
                  <thead><tr><th>Key</th><th>Summary</th><th>Development</th><th>Status</th><th>Assignee</th></tr></thead>
                  <tbody>{Html.Join(issues.Select(Row))}</tbody>
                </table>
                <p class="empty" id="none" hidden>No issue matches.</p>
                """),
            "issues.js",
            "/issues");
    }

    public IResult One(HttpContext context, string key)
    {
        if (site.Issues.Find(key) is not { } issue)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return shell.Page(context, "Issue not found", Html.Of($"<h1>We can't find that issue</h1><p>It may have been deleted, or the key {key} is wrong.</p><p><a href=\"/issues\">All issues</a></p>"), active: "/issues");
        }

        var assignee = site.Users.Find(issue.AssigneeId)?.DisplayName ?? "Unassigned";
        return shell.Page(
            context,
            $"{issue.Key} {issue.Summary}",
            Html.Of($"""
                <nav class="crumbs" aria-label="Breadcrumb"><a href="/issues">Projects</a> <a href="/issues?project={issue.Project.Key}">{issue.Project.Name}</a> <span>{PageShell.TypeIcon(issue.Type)} {issue.Key}</span></nav>
                <div class="issue">
                  <article>
                    <h1>{issue.Summary}</h1>
                    <section id="development" data-issue="{issue.Key}" aria-label="Development"><p class="empty">Loading…</p></section>
                  </article>
                  <aside>
                    <h2>Details</h2>
                    <dl>
                      <dt>Status</dt><dd>{PageShell.Lozenge(issue.Status)}</dd>
                      <dt>Assignee</dt><dd>{PageShell.Avatar(assignee)} {assignee}</dd>
                      <dt>Type</dt><dd>{PageShell.TypeIcon(issue.Type)} {issue.Type}</dd>
                      <dt>Priority</dt><dd>{issue.Priority}</dd>
                      <dt>Development</dt>
                      <dd id="summary"></dd>
                    </dl>
                    {(site.App?.Descriptor.CreateBranchTemplate is null ? Html.None : Html.Of($"<a class=\"button\" href=\"/create-branch/{issue.Key}\" target=\"_blank\" rel=\"noopener\">Create branch</a>"))}
                  </aside>
                </div>
                """),
            "development.js",
            "/issues");
    }

    /// <summary>Signs the link only when it is clicked: its token lives for minutes, the page for hours.</summary>
    public IResult CreateBranch(HttpContext context, string key) =>
        site.App is not null && site.Issues.Find(key) is { } issue && site.Tokens.CreateBranchUrl(issue, shell.UserOf(context).AccountId) is { } url
            ? Results.Redirect(url.AbsoluteUri)
            : Results.NotFound();

    private static Html ProjectTab(string key, string name, string active) =>
        key == active ? Html.Of($"<a aria-current=\"page\" href=\"/issues?project={key}\">{name}</a>") : Html.Of($"<a href=\"/issues?project={key}\">{name}</a>");

    private Html Row(JiraIssue issue)
    {
        var assignee = site.Users.Find(issue.AssigneeId)?.DisplayName;
        return Html.Of($"""
            <tr data-key="{issue.Key}">
              <td class="key">{PageShell.TypeIcon(issue.Type)} <a href="/browse/{issue.Key}">{issue.Key}</a></td>
              <td><a class="plain" href="/browse/{issue.Key}">{issue.Summary}</a></td>
              <td class="development"></td>
              <td>{PageShell.Lozenge(issue.Status)}</td>
              <td>{(assignee is null ? Html.None : PageShell.Avatar(assignee))}</td>
            </tr>
            """);
    }
}
