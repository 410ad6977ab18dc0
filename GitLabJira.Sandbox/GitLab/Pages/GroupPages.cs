using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Pages;

/// <summary>A group with its subgroups, projects and members.</summary>
internal static class GroupPages
{
    public static Task ShowAsync(PageRequest page, GitLabGroup group)
    {
        var subgroups = page.State.Groups.Values.Where(one => one.ParentId == group.Id && Access.CanSee(page.State, page.Reader, one, page.Now)).OrderBy(one => one.Name, StringComparer.Ordinal).ToArray();
        var projects = page.State.ProjectsOf(group, includeSubgroups: false).Where(project => Access.CanSee(page.State, page.Reader, project, page.Now)).OrderBy(project => project.Name, StringComparer.Ordinal).ToArray();
        var shared = page.State.Projects.Values.Where(project => project.SharedWith.Any(share => share.GroupId == group.Id)).ToArray();
        Html content = $"""
            {Header(page, group)}
            <h2>Subgroups and projects</h2>
            {(subgroups.Length + projects.Length == 0 ? Layout.Empty("There is nothing in this group yet.") : (Html)$"<ul class=\"list flat\">{subgroups.Select(one => Dashboard.Group(page, one))}{projects.Select(one => Dashboard.Project(page, one))}</ul>")}
            {(shared.Length == 0 ? Html.Empty : (Html)$"<h2>Shared with this group</h2><ul class=\"list\">{shared.Select(one => Dashboard.Project(page, one))}</ul>")}
            <h2>Members</h2>
            <ul class="list">{Members(page, group)}</ul>
            """;
        return Layout.ShowAsync(page, group.FullName, content, Side(page, group, "overview"));
    }

    public static Html Side(PageRequest page, GitLabGroup group, string active)
    {
        var isOwner = Access.EffectiveOf(page.State, page.Reader, group, page.Now) >= AccessLevel.Owner;
        return $"""
            <nav class="side" aria-label="Group">
              <p class="side-title">{Layout.Avatar(group.Name, "group")} {group.Name}</p>
              <a href="{page.Root}/{group.FullPath}" class="{(active is "overview" ? "active" : "")}">Overview</a>
              {(isOwner ? (Html)$"<a href=\"{page.Root}/groups/{group.FullPath}/-/hooks\" class=\"{(active is "hooks" ? "active" : "")}\">Webhooks</a>" : Html.Empty)}
            </nav>
            """;
    }

    private static Html Header(PageRequest page, GitLabGroup group)
    {
        var plan = page.State.PlanOf(group);
        return $"""
            <p class="crumbs">{(group.ParentId is { } parent ? Crumbs(page, page.State.Groups[parent]) : [])}<a href="{page.Root}/{group.FullPath}">{group.Name}</a></p>
            <h1>{group.Name} {Layout.Badge(plan.ToString(), plan is GitLabPlan.Free ? "neutral" : "tier")} {Layout.Badge(group.Visibility.ToString())}</h1>
            <p class="muted">Group ID: {group.Id}</p>
            """;
    }

    public static IEnumerable<Html> Crumbs(PageRequest page, GitLabGroup group) =>
        page.State.WithAncestors(group.Id).Reverse().Select(one => (Html)$"""<a href="{page.Root}/{one.FullPath}">{one.Name}</a><span aria-hidden="true"> / </span>""");

    private static IEnumerable<Html> Members(PageRequest page, GitLabGroup group) => page.State.WithAncestors(group.Id)
        .SelectMany(one => one.Members.Values.Select(member => (Group: one, Member: member)))
        .OrderByDescending(row => row.Member.Level)
        .DistinctBy(row => row.Member.UserId)
        .Select(row => (Html)$"""
            <li class="row">
              {Layout.Avatar(page.State.Users[row.Member.UserId].Name)}
              <span class="grow">{page.State.Users[row.Member.UserId].Name}<br><span class="muted">@{page.State.Users[row.Member.UserId].Username}{(row.Group.Id == group.Id ? "" : $" · inherited from {row.Group.Name}")}</span></span>
              {Layout.Badge(row.Member.Level.ToString())}
            </li>
            """);
}
