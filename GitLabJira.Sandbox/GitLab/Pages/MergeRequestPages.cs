using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Pages;

/// <summary>Merge requests: the list, one of them, and the form for a new one.</summary>
internal static class MergeRequestPages
{
    private const int Shown = 100;
    private static readonly string[] States = ["opened", "merged", "closed", "all"];

    public static Task ListAsync(PageRequest page, GitLabProject project)
    {
        var wanted = page.Query("state") is { Length: > 0 } text ? text : "opened";
        var all = project.MergeRequests.Values.OrderByDescending(one => one.CreatedAt).ToArray();
        var rows = all.Where(one => wanted is "all" || string.Equals(Json.Snake(one.State), wanted, StringComparison.Ordinal)).Take(Shown).ToArray();
        Html content = $"""
            {ProjectPages.Header(page, project)}
            <div class="head">
              <h2>Merge requests</h2>
              <a class="button primary" href="{page.Root}/{project.FullPath}/-/merge_requests/new">New merge request</a>
            </div>
            <nav class="tabs" aria-label="State">{States.Select(Tab)}</nav>
            {(rows.Length == 0 ? Layout.Empty("There are no merge requests here.") : (Html)$"<ul class=\"list\">{rows.Select(one => Row(page, project, one))}</ul>")}
            """;
        return Layout.ShowAsync(page, $"Merge requests · {project.Name}", content, ProjectPages.Side(page, project, "merge_requests"));

        Html Tab(string state)
        {
            var count = state is "all" ? all.Length : all.Count(one => string.Equals(Json.Snake(one.State), state, StringComparison.Ordinal));
            var active = string.Equals(state, wanted, StringComparison.Ordinal) ? "active" : "";
            return $"""<a href="?state={state}" class="{active}">{char.ToUpperInvariant(state[0])}{state[1..]} <span class="count">{count}</span></a>""";
        }
    }

    public static Html Row(PageRequest page, GitLabProject project, MergeRequest one) => $"""
        <li class="row">
          <span class="grow"><a href="{page.Root}/{project.FullPath}/-/merge_requests/{one.Iid}">{one.Title}</a><br>
          <span class="muted">!{one.Iid} · by {page.State.Users[one.AuthorId].Name} · {page.Ago(one.CreatedAt)} · <code>{one.SourceBranch}</code></span></span>
          {(one.Approvals.IsEmpty ? Html.Empty : Layout.Badge("Approved", "open"))}
          {Layout.Badge(one)}
        </li>
        """;

    public static Task NewAsync(PageRequest page, GitLabProject project)
    {
        var source = page.Query("merge_request[source_branch]");
        var branches = project.Branches.Keys.Where(name => !string.Equals(name, project.DefaultBranch, StringComparison.Ordinal));
        var title = project.Head(source)?.Title ?? "";
        var people = page.State.Users.Values.Where(user => user.Id != page.Reader.Id && Access.OfProject(page.State, user.Id, project, page.Now) >= AccessLevel.Developer).OrderBy(user => user.Name, StringComparer.Ordinal);
        Html content = $"""
            {ProjectPages.Header(page, project)}
            <form method="post" action="{page.Root}/{project.FullPath}/-/act" class="card form">
              <h2>New merge request</h2>
              {Layout.FormToken(page)}
              <datalist id="sources">{branches.Select(name => (Html)$"<option value=\"{name}\"></option>")}</datalist>
              <datalist id="targets">{project.Branches.Keys.Select(name => (Html)$"<option value=\"{name}\"></option>")}</datalist>
              <label>Source branch <input name="source_branch" required list="sources" value="{source}"></label>
              <label>Target branch <input name="target_branch" required list="targets" value="{project.DefaultBranch}"></label>
              <label>Title <input name="title" required maxlength="255" value="{title}" placeholder="SHOP-12: Let guests check out"></label>
              <label>Description <textarea name="description" rows="5"></textarea></label>
              <label>Reviewer <select name="reviewer"><option value="">Nobody</option>{people.Select(user => (Html)$"<option value=\"{user.Username}\">{user.Name}</option>")}</select></label>
              <label class="check"><input type="checkbox" name="remove_source_branch" value="1" checked> Delete source branch when merge request is accepted</label>
              <button name="act" value="open_merge_request" class="primary">Create merge request</button>
            </form>
            """;
        return Layout.ShowAsync(page, $"New merge request · {project.Name}", content, ProjectPages.Side(page, project, "merge_requests"));
    }

    public static Task ShowAsync(PageRequest page, GitLabProject project, MergeRequest one)
    {
        var author = page.State.Users[one.AuthorId];
        var commits = Rest.Entities.CommitsOf(project, one);
        var mayAct = ProjectPages.MayPush(page, project);
        Html content = $"""
            {ProjectPages.Header(page, project)}
            <h2>{one.Title} <span class="muted">!{one.Iid}</span></h2>
            <p>{Layout.Badge(one)} {author.Name} requested to merge <code>{one.SourceBranch}</code> into <code>{one.TargetBranch}</code> · {page.Ago(one.CreatedAt)}</p>
            <div class="columns wide-left">
              <section>
                <div class="card">{(one.Description.Length == 0 ? Layout.Empty("No description.") : (Html)$"<p class=\"text\">{one.Description}</p>")}</div>
                {Widget(page, project, one, mayAct)}
                <h3>Activity</h3>
                <ul class="list">{one.Notes.Select(note => Note(page, note))}</ul>
                {CommentForm(page, project, one)}
                <h3>Commits <span class="count">{commits.Count}</span></h3>
                <ul class="list">{commits.Select(commit => ProjectPages.CommitRow(page, project, commit))}</ul>
              </section>
              <section>
                <div class="card">
                  <h3>Reviewers</h3>
                  {(one.Reviewers.IsEmpty ? Layout.Empty("Nobody was asked.") : (Html)$"<ul class=\"plain\">{one.Reviewers.Select(reviewer => (Html)$"<li>{Layout.Avatar(page.State.Users[reviewer.UserId].Name)} {page.State.Users[reviewer.UserId].Name} <span class=\"muted\">{Json.Snake(reviewer.State).Replace('_', ' ')}</span></li>")}</ul>")}
                  <h3>Labels</h3>
                  {(one.Labels.IsEmpty ? Layout.Empty("None") : (Html)$"<p>{one.Labels.Select(label => Layout.Badge(label, "tier"))}</p>")}
                </div>
                {(mayAct ? EditForm(page, project, one) : Html.Empty)}
              </section>
            </div>
            """;
        return Layout.ShowAsync(page, one.Title, content, ProjectPages.Side(page, project, "merge_requests"));
    }

    private static Html Widget(PageRequest page, GitLabProject project, MergeRequest one, bool mayAct)
    {
        var approvers = string.Join(", ", one.Approvals.Select(approval => page.State.Users[approval.UserId].Name));
        var hasApproved = one.Approvals.Any(approval => approval.UserId == page.Reader.Id);
        Html approve = !one.IsOpen || !mayAct ? Html.Empty : hasApproved
            ? (Html)$"""<button name="act" value="unapprove">Revoke approval</button>"""
            : (Html)$"""<button name="act" value="approve" class="primary">Approve</button>""";
        Html merge = one switch
        {
            { IsOpen: true, IsDraft: true } => $"""<p class="muted">Merge blocked: it is a draft. Edit the title to mark it as ready.</p>""",
            { IsOpen: true } when mayAct => $"""
                <label class="check"><input type="checkbox" name="remove_source_branch" value="1"{(one.RemovesSourceBranch ? " checked" : "")}> Delete source branch</label>
                <button name="act" value="merge" class="success">Merge</button>
                <button name="act" value="close">Close merge request</button>
                """,
            { State: MergeRequestState.Merged } => $"""<p>Merged by {page.State.Users[one.MergedById!.Value].Name} {page.Ago(one.MergedAt!.Value)} with <code>{(one.MergeCommitSha ?? one.HeadSha)[..8]}</code>.</p>""",
            { State: MergeRequestState.Closed } when mayAct => $"""<button name="act" value="reopen">Reopen merge request</button>""",
            _ => $"",
        };
        return $"""
            <form method="post" action="{page.Root}/{project.FullPath}/-/act" class="card widget">
              {Layout.FormToken(page)}
              <input type="hidden" name="iid" value="{one.Iid}">
              <div class="actions">{approve}<span class="muted">{(approvers.Length == 0 ? "Approval is optional" : $"Approved by {approvers}")}</span></div>
              <div class="actions">{merge}</div>
            </form>
            """;
    }

    private static Html EditForm(PageRequest page, GitLabProject project, MergeRequest one) => $"""
        <form method="post" action="{page.Root}/{project.FullPath}/-/act" class="card">
          <h3>Edit</h3>
          {Layout.FormToken(page)}
          <input type="hidden" name="iid" value="{one.Iid}">
          <label>Title <input name="title" required maxlength="255" value="{one.Title}"></label>
          <label>Description <textarea name="description" rows="4">{one.Description}</textarea></label>
          <button name="act" value="edit_merge_request">Save changes</button>
        </form>
        """;

    private static Html CommentForm(PageRequest page, GitLabProject project, MergeRequest one) => $"""
        <form method="post" action="{page.Root}/{project.FullPath}/-/act" class="card">
          {Layout.FormToken(page)}
          <input type="hidden" name="iid" value="{one.Iid}">
          <label>Comment <textarea name="text" required rows="2"></textarea></label>
          <button name="act" value="comment">Comment</button>
        </form>
        """;

    private static Html Note(PageRequest page, Note note) => $"""
        <li class="row">
          {Layout.Avatar(page.State.Users[note.AuthorId].Name)}
          <span class="grow"><strong>{page.State.Users[note.AuthorId].Name}</strong> <span class="muted">{page.Ago(note.CreatedAt)}</span><br>{(note.IsSystem ? (Html)$"<em class=\"muted\">{note.Body}</em>" : (Html)$"{note.Body}")}</span>
        </li>
        """;
}
