using System.Net;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Tests.GitLab;
using GitLabJira.Functions.Trail;

namespace GitLabJira.Functions.Tests.Reconcile;

[TestClass]
public sealed class LinkRoundTests(TestContext test)
{
    private static readonly DateTimeOffset Due = GitLabScene.Start.AddMinutes(15);

    private readonly ReconcileScene _scene = new();

    [TestMethod]
    public async Task A_whole_round_moves_the_time_since_which_changes_are_asked_for()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        _scene.ShowsGroup(link);

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        var state = await _scene.StateAsync(link, test.CancellationToken);
        Assert.AreEqual((Due, null, Due.AddMinutes(15), 1), (state.LastAt, state.RoundAt, state.DueAt, state.Quiet));
        _scene.GitLab.Http.AssertAllAsked();
    }

    [TestMethod]
    public async Task Of_two_messages_one_does_the_work()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        _scene.ShowsGroup(link);

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);
        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        Assert.HasCount(4, _scene.GitLab.Http.Requests);
    }

    [TestMethod]
    public async Task Waits_while_GitLab_has_no_room_for_it()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        await HasProjectsAsync(link, 7);
        (_scene.IsScarceAfter, _scene.Scarce) = (4, Due.AddSeconds(50));

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        // The group is done, its project is left for the next minute.
        var state = await _scene.StateAsync(link, test.CancellationToken);
        Assert.AreEqual((null, Due, true, Due.AddSeconds(50)), (state.LastAt, state.RoundAt, state.GroupDone, state.DueAt));
        Assert.HasCount(4, _scene.GitLab.Http.Requests);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.TooManyRequests, "120", 120)]
    [DataRow(HttpStatusCode.ServiceUnavailable, null, 300)]
    public async Task A_round_that_GitLab_interrupts_goes_on_later_and_asks_since_the_same_time(HttpStatusCode status, string? retryAfter, int seconds)
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        _scene.GitLab.Http.On($"GET {GitLabScene.Api}groups/5/members/all/1", status, "", retryAfter is null ? [] : [("Retry-After", retryAfter)]);

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        var waiting = await _scene.StateAsync(link, test.CancellationToken);
        Assert.AreEqual((null, Due.AddSeconds(seconds), 1), (waiting.LastAt, waiting.DueAt, waiting.Failures));

        _scene.GitLab.Clock.Advance(TimeSpan.FromSeconds(seconds));
        _scene.ShowsGroup(link);
        await _scene.Round.RunAsync(link.Id, test.CancellationToken);
        var done = await _scene.StateAsync(link, test.CancellationToken);
        Assert.AreEqual((Due, 0), (done.LastAt, done.Failures));
    }

    [TestMethod]
    public async Task A_link_whose_user_lost_the_role_needs_a_sign_in_and_is_looked_at_less_often()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        _scene.GitLab.Http.On($"GET {GitLabScene.Api}groups/5/members/all/1", """{"id":1,"access_level":30}""");

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        var state = await _scene.StateAsync(link, test.CancellationToken);
        Assert.AreEqual(LinkState.NeedsSignIn, (await RowAsync(link)).State);
        Assert.AreEqual((null, 1, true), (state.LastAt, state.Quiet, state.HasGap));
    }

    [TestMethod]
    public async Task A_hook_that_somebody_removed_shows_and_shows_no_more_when_it_is_there_again()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        _scene.ShowsGroup(link, hooks: "[]");
        await _scene.Round.RunAsync(link.Id, test.CancellationToken);
        Assert.AreEqual(LinkState.HookRemoved, (await RowAsync(link)).State);

        _scene.GitLab.Clock.Advance(TimeSpan.FromMinutes(15));
        _scene.ShowsGroup(link);
        _scene.GitLab.Http.On(ReconcileScene.ChangedSince(Due.AddMinutes(-5)), "[]");
        await _scene.Round.RunAsync(link.Id, test.CancellationToken);
        Assert.AreEqual((LinkState.Active, null), ((await RowAsync(link)).State, (await RowAsync(link)).StateReason));
    }

    [TestMethod]
    public async Task A_project_with_another_address_is_looked_for_and_one_that_is_missing_twice_is_no_more()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        await _scene.Projects.SaveAsync(new LinkedProject(link.Id, 7, "acme/anvil", HookId: null, LastResult: null), test.CancellationToken);
        await _scene.Projects.SaveAsync(new LinkedProject(link.Id, 8, "acme/bellows", HookId: null, LastResult: null), test.CancellationToken);
        const string Renamed = """[{"id":7,"path_with_namespace":"acme/hammer","default_branch":"main","last_activity_at":"2026-11-20T12:10:00.000Z"}]""";
        _scene.ShowsGroup(link, Renamed);

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);
        Assert.AreEqual("7 False, 8 False", Asked());

        _scene.Looks.Clear();
        _scene.GitLab.Clock.Advance(TimeSpan.FromMinutes(15));
        _scene.ShowsGroup(link, Renamed);
        _scene.GitLab.Http.On(ReconcileScene.ChangedSince(GitLabScene.Start.AddMinutes(10)), "[]");
        await _scene.Round.RunAsync(link.Id, test.CancellationToken);
        Assert.AreEqual("7 False, 8 True", Asked());

        string Asked() => string.Join(", ", _scene.Looks.Where(look => look.Entity.Kind is EntityKind.Repository).Select(look => $"{look.Entity.ProjectId} {look.IsGone}"));
    }

    [TestMethod]
    public async Task Many_projects_with_another_address_are_read_by_one_sync()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        var projects = Enumerable.Range(1, 6).Select(id => $$"""{"id":{{id}},"path_with_namespace":"acme/part-{{id}}","default_branch":"main","last_activity_at":"2026-11-20T12:10:00.000Z"}""");
        _scene.ShowsGroup(link, $"[{string.Join(',', projects)}]");

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        Assert.IsEmpty(_scene.Looks);
        Assert.IsNotNull((await RowAsync(link)).ActiveRunId);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.BadRequest)]
    [DataRow(HttpStatusCode.InternalServerError)]
    public async Task One_bad_project_never_stops_another(HttpStatusCode status)
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        await HasProjectsAsync(link, 7, 8);
        _scene.GitLab.Http.On(Branches(7), "[]");
        _scene.GitLab.Http.On(OpenOnes(7), status);
        ShowsNothingIn(8, """[{"name":"main","commit":{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","message":"Begin","committed_date":"2026-01-01T00:00:00.000Z"}}]""");

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        var marks = await _scene.GitLab.Repairs.MarksAsync(link.Id, test.CancellationToken);
        Assert.AreEqual(Due, (await _scene.StateAsync(link, test.CancellationToken)).LastAt);
        Assert.AreEqual((Due, 1), (marks[8].LookedAt, marks[8].Heads!.Count));
        _scene.GitLab.Http.AssertAllAsked();
    }

    [TestMethod]
    public async Task Branches_that_are_gone_are_deleted_but_not_for_a_list_that_was_cut()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        await HasProjectsAsync(link, 7, 8);
        await _scene.HoldsBranchAsync(link, 7, "ABC-1-gone", test.CancellationToken);
        await _scene.HoldsBranchAsync(link, 8, "ABC-1-gone", test.CancellationToken);
        ShowsNothingIn(7, "[]");
        ShowsNothingIn(8, """[{"name":"main","commit":{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","message":"Begin","committed_date":"2026-01-01T00:00:00.000Z"}}]""");

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        Assert.AreEqual("8", string.Join(", ", _scene.Deleted.Select(entity => entity.ProjectId)));
        Assert.AreEqual(1, (await _scene.StateAsync(link, test.CancellationToken)).Repaired);
    }

    [TestMethod]
    public async Task A_project_with_merge_requests_switched_off_is_compared_all_the_same()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        await HasProjectsAsync(link, 7);
        await _scene.HoldsBranchAsync(link, 7, "ABC-1-gone", test.CancellationToken);
        ShowsNothingIn(7, Main, open: HttpStatusCode.Forbidden);

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        Assert.AreEqual(EntityKind.Branch, _scene.Deleted.Single().Kind);
        _scene.GitLab.Http.AssertAllAsked();
    }

    [TestMethod]
    [DataRow("[]", 1)]
    [DataRow("""[{"id":"cccccccccccccccccccccccccccccccccccccccc","message":"On it","parent_ids":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]}]""", 0)]
    public async Task A_branch_whose_head_was_taken_back_is_looked_at_though_neither_head_names_a_key(string commits, int looks)
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        await HasProjectsAsync(link, 7);
        ShowsNothingIn(7, Main);
        await _scene.Round.RunAsync(link.Id, test.CancellationToken);
        _scene.GitLab.Clock.Advance(TimeSpan.FromMinutes(15));
        await HasProjectsAsync(link, 7);
        _scene.GitLab.Http.On(ReconcileScene.ChangedSince(GitLabScene.Start.AddMinutes(10)), "[]");
        ShowsNothingIn(7, Main.Replace("aaaa", "bbbb", StringComparison.Ordinal), since: "2026-11-22T12:10:00.000Z");
        _scene.GitLab.Http.On($"GET {GitLabScene.Api}projects/7/repository/compare?from={new string('a', 40)}&to={new string('b', 40)}", $$"""{"commits":{{commits}}}""");

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        Assert.HasCount(looks, _scene.Looks);
    }

    [TestMethod]
    [DataRow("[]", "[]", 1)]
    [DataRow("[]", """[{"id":900,"iid":3,"source_branch":"b","source_project_id":8,"state":"merged"}]""", 0)]
    [DataRow("""[{"id":900,"iid":3,"source_branch":"b","source_project_id":8,"state":"merged"}]""", "[]", 0)]
    public async Task A_merge_request_is_gone_when_two_lists_miss_it(string first, string second, int deleted)
    {
        const long Project = 710; // its minute of the day has just come
        var link = await _scene.DueAsync(test.CancellationToken);
        await HasProjectsAsync(link, Project);
        await _scene.HoldsAsync(EntityRefs.MergeRequest(link, Project, 900, 3), test.CancellationToken);
        ShowsNothingIn(Project, Main);
        _scene.GitLab.Http.On(MergeRequests(Project), first).On(MergeRequests(Project), second);

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        Assert.HasCount(deleted, _scene.Deleted);
    }

    [TestMethod]
    public async Task The_trail_says_how_much_was_repaired_once()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        await _scene.GitLab.Activity.RepairedAsync(link, 3, test.CancellationToken);
        _scene.ShowsGroup(link);
        await _scene.Round.RunAsync(link.Id, test.CancellationToken);
        _scene.GitLab.Clock.Advance(TimeSpan.FromMinutes(15));
        _scene.ShowsGroup(link);
        _scene.GitLab.Http.On(ReconcileScene.ChangedSince(GitLabScene.Start.AddMinutes(10)), "[]");

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        Assert.AreEqual((TrailEvent.Repaired, 3), (_scene.Notes.Single().Event, _scene.Notes.Single().Count));
    }

    [TestMethod]
    public async Task A_link_that_is_gone_is_forgotten()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        await _scene.GitLab.Removal.BeginAsync(link.ClientKey, link.Id, "unlinked", test.CancellationToken);

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        Assert.IsEmpty(_scene.GitLab.Tables.Keys("Reconciles"));
        Assert.IsEmpty(_scene.GitLab.Http.Requests);
    }

    private const string Main = """[{"name":"main","commit":{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","message":"Begin","committed_date":"2026-01-01T00:00:00.000Z"}}]""";

    private static string MergeRequests(long project) => $"GET {GitLabScene.Api}projects/{project}/merge_requests?state=all&scope=all&order_by=created_at&sort=desc&per_page=100";

    private static string Branches(long project) => $"GET {GitLabScene.Api}projects/{project}/repository/branches?pagination=keyset&per_page=100";

    private static string OpenOnes(long project) => $"GET {GitLabScene.Api}projects/{project}/merge_requests?state=opened&scope=all&order_by=created_at&sort=desc&per_page=100";

    /// <summary>Projects of the group in which something has happened.</summary>
    private async Task HasProjectsAsync(Link link, params long[] ids)
    {
        foreach (var id in ids)
        {
            await _scene.Projects.SaveAsync(new LinkedProject(link.Id, id, $"acme/p{id}", HookId: null, LastResult: null), test.CancellationToken);
        }

        _scene.ShowsGroup(link, $"[{string.Join(',', ids.Select(id => $$"""{"id":{{id}},"path_with_namespace":"acme/p{{id}}","default_branch":"main","last_activity_at":"2026-11-22T12:10:00.000Z"}"""))}]");
    }

    private void ShowsNothingIn(long project, string branches, string since = "2026-11-22T12:00:00.000Z", HttpStatusCode open = HttpStatusCode.OK)
    {
        var path = $"GET {GitLabScene.Api}projects/{project}";
        since = Uri.EscapeDataString(since);
        _scene.GitLab.Http.On(Branches(project), branches);
        _scene.GitLab.Http.On(OpenOnes(project), open, "[]");
        _scene.GitLab.Http.On($"{path}/pipelines?order_by=updated_at&sort=desc&per_page=100&updated_after={since}", "[]");
        _scene.GitLab.Http.On($"{path}/pipelines?order_by=updated_at&sort=desc&per_page=100&updated_after={since}&source=parent_pipeline", "[]");
        _scene.GitLab.Http.On($"{path}/deployments?order_by=updated_at&sort=desc&per_page=100&updated_after={since}", "[]");
        _scene.GitLab.Http.On($"{path}/feature_flags?per_page=100", "[]");
    }

    private async Task<Link> RowAsync(Link link) => (await _scene.GitLab.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!;
}
