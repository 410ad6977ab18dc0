using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Pages;

/// <summary>A project: its history, its branches, and forms to change them.</summary>
internal static class ProjectPages
{
    private const int Shown = 50;

    public static Task OverviewAsync(PageRequest page, GitLabProject project)
    {
        var open = project.MergeRequests.Values.Where(one => one.IsOpen).OrderByDescending(one => one.CreatedAt).Take(6).ToArray();
        var mayPush = MayPush(page, project);
        Html content = $"""
            {Header(page, project)}
            <div class="columns wide-left">
              <section>
                <h2>Latest commits on {project.DefaultBranch}</h2>
                {History(page, project, project.Head(project.DefaultBranch)?.Sha, 8)}
                <h2>Open merge requests</h2>
                {(open.Length == 0 ? Layout.Empty("None is open.") : (Html)$"<ul class=\"list\">{open.Select(one => MergeRequestPages.Row(page, project, one))}</ul>")}
              </section>
              <section>{(mayPush ? Forms(page, project) : Layout.Empty(project.IsArchived ? "This project is archived and read-only." : "Your role does not let you push here."))}</section>
            </div>
            """;
        return Layout.ShowAsync(page, project.Name, content, Side(page, project, "overview"));
    }

    public static Task BranchesAsync(PageRequest page, GitLabProject project)
    {
        var merged = CommitGraph.Reachable(project.Commits, project.Head(project.DefaultBranch)?.Sha);
        var branches = project.Branches.Values.OrderByDescending(branch => string.Equals(branch.Name, project.DefaultBranch, StringComparison.Ordinal)).ThenByDescending(branch => project.Commits[branch.Sha].CommittedAt);
        Html content = $"""
            {Header(page, project)}
            <h2>Branches <span class="count">{project.Branches.Count}</span></h2>
            <input type="search" class="filter" data-filters="#branches" placeholder="Filter by branch name" aria-label="Filter by branch name">
            <ul class="list" id="branches">{branches.Select(branch => Branch(page, project, branch, merged.Contains(branch.Sha)))}</ul>
            """;
        return Layout.ShowAsync(page, $"Branches · {project.Name}", content, Side(page, project, "branches"));
    }

    public static Task CommitsAsync(PageRequest page, GitLabProject project, string branch)
    {
        Html content = $"""
            {Header(page, project)}
            <h2>Commits on <code>{branch}</code></h2>
            {History(page, project, project.Head(branch)?.Sha, Shown)}
            """;
        return Layout.ShowAsync(page, $"Commits · {project.Name}", content, Side(page, project, "commits"), project.Branches.ContainsKey(branch) ? 200 : 404);
    }

    public static Task CommitAsync(PageRequest page, GitLabProject project, Commit commit)
    {
        Html content = $"""
            {Header(page, project)}
            <h2>{commit.Title}</h2>
            <p class="muted">{commit.Author.Name} committed {page.Ago(commit.CommittedAt)} · <code>{commit.Sha}</code></p>
            <pre class="card">{commit.Message}</pre>
            <h3>{commit.Files.Length} changed files, {commit.LinesAdded} additions, {commit.LinesRemoved} deletions</h3>
            <ul class="list">{commit.Files.Select(file => (Html)$"<li class=\"row\"><code class=\"grow\">{file.Path}</code><span class=\"added\">+{file.LinesAdded}</span><span class=\"removed\">−{file.LinesRemoved}</span></li>")}</ul>
            """;
        return Layout.ShowAsync(page, commit.Title, content, Side(page, project, "commits"));
    }

    public static Task PipelinesAsync(PageRequest page, GitLabProject project)
    {
        Html content = $"""
            {Header(page, project)}
            <h2>Pipelines</h2>
            {(project.Pipelines.IsEmpty ? Layout.Empty("No pipeline has run yet.") : (Html)$"<ul class=\"list\">{project.Pipelines.Values.Reverse().Take(Shown).Select(pipeline => Pipeline(page, project, pipeline))}</ul>")}
            <h2>Deployments</h2>
            {(project.Deployments.IsEmpty ? Layout.Empty("Nothing has been deployed yet.") : (Html)$"<ul class=\"list\">{project.Deployments.Values.Reverse().Take(Shown).Select(deployment => Deployment(page, project, deployment))}</ul>")}
            <h2>Feature flags</h2>
            {(project.FeatureFlags.IsEmpty ? Layout.Empty("There is no feature flag.") : (Html)$"<ul class=\"list\">{project.FeatureFlags.Values.Select(Flag)}</ul>")}
            """;
        return Layout.ShowAsync(page, $"Delivery · {project.Name}", content, Side(page, project, "delivery"));
    }

    public static Html Header(PageRequest page, GitLabProject project)
    {
        var group = page.State.Groups.GetValueOrDefault(project.NamespaceId);
        return $"""
            <p class="crumbs">{(group is null ? [] : GroupPages.Crumbs(page, group))}<a href="{page.Root}/{project.FullPath}">{project.Name}</a></p>
            <h1>{project.Name} {(project.IsArchived ? Layout.Badge("Archived", "closed") : Html.Empty)} {Layout.Badge(project.Visibility.ToString())}</h1>
            <p class="muted">Project ID: {project.Id} · {project.Commits.Count} commits · {project.Branches.Count} branches</p>
            """;
    }

    public static Html Side(PageRequest page, GitLabProject project, string active)
    {
        var open = project.MergeRequests.Values.Count(one => one.IsOpen);
        var isMaintainer = Access.EffectiveOf(page.State, page.Reader, project, page.Now) >= AccessLevel.Maintainer;
        return $"""
            <nav class="side" aria-label="Project">
              <p class="side-title">{Layout.Avatar(project.Name, "project")} {project.Name}</p>
              {Link("", "overview", "Overview")}
              {Link($"/-/commits/{project.DefaultBranch}", "commits", "Commits")}
              {Link("/-/branches", "branches", "Branches", project.Branches.Count)}
              {Link("/-/merge_requests", "merge_requests", "Merge requests", open)}
              {Link("/-/pipelines", "delivery", "Pipelines and deployments")}
              {(isMaintainer ? Link("/-/hooks", "hooks", "Webhooks") : Html.Empty)}
            </nav>
            """;

        Html Link(string path, string key, string text, int? count = null) => $"""
            <a href="{page.Root}/{project.FullPath}{path}" class="{(string.Equals(key, active, StringComparison.Ordinal) ? "active" : "")}">{text}{(count is { } number ? (Html)$"<span class=\"count\">{number}</span>" : Html.Empty)}</a>
            """;
    }

    public static bool MayPush(PageRequest page, GitLabProject project) =>
        !project.IsArchived && Access.EffectiveOf(page.State, page.Reader, project, page.Now) >= AccessLevel.Developer;

    private static Html History(PageRequest page, GitLabProject project, string? head, int count)
    {
        if (head is null)
        {
            return Layout.Empty("There is no commit yet.");
        }

        return $"""<ul class="list">{CommitGraph.Log(project.Commits, head).Take(count).Select(commit => CommitRow(page, project, commit))}</ul>""";
    }

    public static Html CommitRow(PageRequest page, GitLabProject project, Commit commit) => $"""
        <li class="row">
          {Layout.Avatar(commit.Author.Name)}
          <span class="grow"><a href="{page.Root}/{project.FullPath}/-/commit/{commit.Sha}">{commit.Title}</a><br><span class="muted">{commit.Author.Name} · {page.Ago(commit.CommittedAt)}</span></span>
          <code>{commit.ShortId}</code>
        </li>
        """;

    private static Html Forms(PageRequest page, GitLabProject project)
    {
        var branches = project.Branches.Keys.Select(name => (Html)$"""<option value="{name}"></option>""");
        return $"""
            <datalist id="all-branches">{branches}</datalist>
            <form method="post" action="{page.Root}/{project.FullPath}/-/act" class="card">
              <h2>Push a commit</h2>
              {Layout.FormToken(page)}
              <label>Branch <input name="branch" required list="all-branches" value="{project.DefaultBranch}"></label>
              <label>Commit message <textarea name="message" required rows="3" placeholder="SHOP-12 Let guests check out"></textarea></label>
              <button name="act" value="push" class="primary">Commit and push</button>
            </form>
            <form method="post" action="{page.Root}/{project.FullPath}/-/act" class="card">
              <h2>New branch</h2>
              {Layout.FormToken(page)}
              <label>Name <input name="branch" required placeholder="feature/SHOP-12-guest-checkout"></label>
              <label>From <input name="from" list="all-branches" value="{project.DefaultBranch}"></label>
              <button name="act" value="create_branch">Create branch</button>
            </form>
            <p><a class="button" href="{page.Root}/{project.FullPath}/-/merge_requests/new">New merge request</a></p>
            """;
    }

    private static Html Branch(PageRequest page, GitLabProject project, Branch branch, bool isMerged)
    {
        var head = project.Commits[branch.Sha];
        var isDefault = string.Equals(branch.Name, project.DefaultBranch, StringComparison.Ordinal);
        var escaped = Uri.EscapeDataString(branch.Name);
        Html actions = isDefault || !MayPush(page, project) ? Html.Empty : (Html)$"""
            <a class="button small" href="{page.Root}/{project.FullPath}/-/merge_requests/new?merge_request%5Bsource_branch%5D={escaped}">New merge request</a>
            <form method="post" action="{page.Root}/{project.FullPath}/-/act">{Layout.FormToken(page)}<input type="hidden" name="branch" value="{branch.Name}"><button name="act" value="delete_branch" class="small danger">Delete</button></form>
            """;
        return $"""
            <li class="row" data-text="{branch.Name}">
              <span class="grow"><a href="{page.Root}/{project.FullPath}/-/commits/{branch.Name}"><code>{branch.Name}</code></a> {(isDefault ? Layout.Badge("default", "tier") : isMerged ? Layout.Badge("merged") : Html.Empty)}<br>
              <span class="muted"><code>{head.ShortId}</code> {head.Title} · {page.Ago(head.CommittedAt)}</span></span>
              {actions}
            </li>
            """;
    }

    private static Html Pipeline(PageRequest page, GitLabProject project, Pipeline pipeline) => $"""
        <li class="row">
          {Layout.Badge(Json.Snake(pipeline.Status), pipeline.Status is CiStatus.Success ? "open" : pipeline.Status is CiStatus.Failed ? "closed" : "neutral")}
          <span class="grow">#{pipeline.Id} on <code>{pipeline.Ref}</code><br><span class="muted">{project.Commits[pipeline.Sha].Title} · {page.Ago(pipeline.UpdatedAt)}</span></span>
        </li>
        """;

    private static Html Deployment(PageRequest page, GitLabProject project, Deployment deployment) => $"""
        <li class="row">
          {Layout.Badge(Json.Snake(deployment.Status), deployment.Status is DeploymentStatus.Success ? "open" : deployment.Status is DeploymentStatus.Failed ? "closed" : "neutral")}
          <span class="grow">#{deployment.Iid} to <strong>{project.Environments[deployment.EnvironmentId].Name}</strong><br><span class="muted">{project.Commits[deployment.Sha].Title} · {page.Ago(deployment.UpdatedAt)}</span></span>
        </li>
        """;

    private static Html Flag(FeatureFlag flag) => $"""
        <li class="row">
          {Layout.Badge(flag.IsActive ? "on" : "off", flag.IsActive ? "open" : "neutral")}
          <span class="grow"><code>{flag.Name}</code><br><span class="muted">{flag.Description}</span></span>
        </li>
        """;
}
