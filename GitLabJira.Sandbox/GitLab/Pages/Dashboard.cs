using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Pages;

/// <summary>What somebody finds after the sign-in: the groups and projects that they can see.</summary>
internal static class Dashboard
{
    public static Task ShowAsync(PageRequest page)
    {
        var groups = page.State.Groups.Values.Where(group => Access.CanSee(page.State, page.Reader, group, page.Now)).OrderBy(group => group.FullPath, StringComparer.Ordinal);
        var projects = page.State.Projects.Values.Where(project => Access.CanSee(page.State, page.Reader, project, page.Now)).OrderByDescending(project => project.LastActivityAt).ToArray();
        Html content = $"""
            <div class="columns">
              <section>
                <h1>Groups</h1>
                <ul class="list">{groups.Select(group => Group(page, group))}</ul>
              </section>
              <section>
                <h1>Projects <span class="count">{projects.Length}</span></h1>
                <input type="search" class="filter" data-filters="#projects" placeholder="Filter by name" aria-label="Filter projects by name">
                <ul class="list" id="projects">{projects.Select(project => Project(page, project))}</ul>
              </section>
            </div>
            """;
        return Layout.ShowAsync(page, "Your work", content);
    }

    public static Html Group(PageRequest page, GitLabGroup group)
    {
        var depth = group.FullPath.Count(c => c == '/');
        var level = Access.OfGroup(page.State, page.Reader.Id, group.Id, page.Now);
        Html plan = group.ParentId is null ? $" {Layout.Badge(group.Plan.ToString(), group.Plan is GitLabPlan.Free ? "neutral" : "tier")}" : Html.Empty;
        return $"""
            <li class="row depth-{depth}" data-text="{group.FullPath}">
              {Layout.Avatar(group.Name, "group")}
              <span class="grow"><a href="{page.Root}/{group.FullPath}">{group.Name}</a>{plan}<br><span class="muted">{group.FullPath}</span></span>
              {(level is AccessLevel.None ? Html.Empty : Layout.Badge(level.ToString()))}
            </li>
            """;
    }

    public static Html Project(PageRequest page, GitLabProject project)
    {
        var open = project.MergeRequests.Values.Count(one => one.IsOpen);
        return $"""
            <li class="row" data-text="{project.FullPath}">
              {Layout.Avatar(project.Name, "project")}
              <span class="grow"><a href="{page.Root}/{project.FullPath}">{project.Name}</a> {(project.IsArchived ? Layout.Badge("Archived", "closed") : Html.Empty)}<br><span class="muted">{project.FullPath}</span></span>
              <span class="muted numbers">{project.Branches.Count} branches · {open} open</span>
            </li>
            """;
    }
}
