using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Users;
using GitLabJira.Functions.Tests.GitLab;

namespace GitLabJira.Functions.Tests.Configuration;

/// <summary>Asking for a sync, and seeing what syncs have done.</summary>
[TestClass]
public sealed class SyncRunTests(TestContext test)
{
    private readonly PageScene _scene = new();

    [TestMethod]
    public async Task Starts_a_run_by_the_links_settings_when_the_call_names_nothing_else()
    {
        var link = await LinkAsync();
        await _scene.ChangeSettingsAsync(link.Id, """{"kinds":["commits"],"window":7}""");

        var answer = await _scene.SyncAsync(link.Id, "{}");

        var runId = answer.Json["runId"]!.GetValue<string>();
        var plan = (await _scene.RunRows.FindAsync(link.Id, runId, test.CancellationToken))!.Plan!;
        var (name, instance, input) = _scene.Started.Single();
        Assert.AreEqual((202, "sync_started"), (answer.Status, answer.Reason));
        Assert.AreEqual(runId, (await RowAsync(link)).ActiveRunId);
        Assert.AreEqual((SyncRun.Orchestration, SyncRun.InstanceId(link.Id, runId)), (name, instance));
        Assert.AreEqual(new SyncRunInput { ClientKey = link.ClientKey, LinkId = link.Id, RunId = runId }, input);
        Assert.AreEqual(SyncKind.Commits, plan.Kinds.Single());
        Assert.AreEqual((7, null, false, GitLabScene.Start.AddMinutes(-10)), (plan.WindowDays, plan.ProjectId, plan.DryRun, plan.SettledBefore!.Value));
    }

    [TestMethod]
    public async Task Starts_a_dry_run_of_one_project_and_chosen_kinds()
    {
        var link = await LinkAsync();
        Shows("acme%2Fanvil", 7, "acme/anvil");

        var answer = await _scene.SyncAsync(link.Id, """{"kinds":["deployments","pipelines"],"window":365,"project":"acme/anvil","dryRun":true}""");

        var plan = (await _scene.RunRows.FindAsync(link.Id, answer.Json["runId"]!.GetValue<string>(), test.CancellationToken))!.Plan!;
        Assert.AreEqual("Pipelines, Deployments", string.Join(", ", plan.Kinds));
        Assert.AreEqual((365, 7L, true), (plan.WindowDays, plan.ProjectId, plan.DryRun));
    }

    [TestMethod]
    public async Task Names_the_run_that_is_in_the_way_and_leaves_it_alone()
    {
        var link = await LinkAsync();
        var first = await _scene.SyncAsync(link.Id, "{}");

        var second = await _scene.SyncAsync(link.Id, "{}");

        Assert.AreEqual((409, "sync_running"), (second.Status, second.Reason));
        Assert.AreEqual(first.Json["runId"]!.GetValue<string>(), second.Json["runId"]!.GetValue<string>());
        Assert.HasCount(1, _scene.Started);
        Assert.HasCount(1, await _scene.RunRows.ListAsync(link.Id, 10, test.CancellationToken));
    }

    [TestMethod]
    public async Task Of_two_calls_at_once_one_starts_and_the_other_leaves_nothing_behind()
    {
        var link = await LinkAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _scene.SyncAsync(link.Id, "{}")));

        Assert.AreEqual(1, answers.Count(answer => answer.Status == 202));
        Assert.AreEqual(5, answers.Count(answer => answer.Status == 409));
        Assert.HasCount(1, await _scene.RunRows.ListAsync(link.Id, 10, test.CancellationToken));
    }

    [TestMethod]
    [DataRow("""{"kinds":["everything"]}""", "kinds[0]")]
    [DataRow("""{"kinds":[]}""", "kinds")]
    [DataRow("""{"window":0}""", "window")]
    [DataRow("""{"window":9999}""", "window")]
    [DataRow("""{"project":"anvil"}""", "project")]
    [DataRow("""{"project":-7}""", "project")]
    [DataRow("""{"dryRun":"true"}""", "dryRun")]
    [DataRow("""{"dryrun":true}""", "dryrun")]
    public async Task Names_what_is_wrong(string body, string field)
    {
        var link = await LinkAsync();

        var answer = await _scene.SyncAsync(link.Id, body);

        Assert.AreEqual((422, "bad_field", field), (answer.Status, answer.Reason, answer.Json["field"]!.GetValue<string>()), answer.Text);
        Assert.IsEmpty(_scene.Started);
        Assert.IsNull((await RowAsync(link)).ActiveRunId);
    }

    [TestMethod]
    public async Task Refuses_a_project_of_another_group_and_an_excluded_one()
    {
        var link = await LinkAsync();
        Shows("9", 9, "elsewhere/anvil");
        Shows("7", 7, "acme/anvil");
        await _scene.ChangeSettingsAsync(link.Id, """{"excludedProjects":[7]}""");

        var foreign = await _scene.SyncAsync(link.Id, """{"project":9}""");
        var excluded = await _scene.SyncAsync(link.Id, """{"project":7}""");

        Assert.AreEqual((422, "project"), (foreign.Status, foreign.Json["field"]!.GetValue<string>()));
        Assert.AreEqual((422, "project"), (excluded.Status, excluded.Json["field"]!.GetValue<string>()));
        Assert.IsEmpty(_scene.Started);
    }

    [TestMethod]
    public async Task Is_for_site_admins_of_the_links_own_site_alone()
    {
        var link = await LinkAsync();
        _scene.Verdict = SiteAdminVerdict.NotAdmin;
        var asUser = new[] { await _scene.SyncAsync(link.Id, "{}"), await _scene.RunsAsync(link.Id) };
        _scene.Verdict = SiteAdminVerdict.Admin;
        _scene.User = _scene.User! with { Installation = PageScene.Site with { ClientKey = "site-2" } };
        var asStranger = new[] { await _scene.SyncAsync(link.Id, "{}"), await _scene.RunsAsync(link.Id) };

        Assert.IsTrue(Array.TrueForAll(asUser, answer => answer.Status == 403 && answer.Reason == "not_site_admin"));
        Assert.IsTrue(Array.TrueForAll(asStranger, answer => answer.Status == 404 && answer.Reason == "link_not_found"));
        Assert.IsEmpty(_scene.Started);
    }

    [TestMethod]
    public async Task Lists_runs_with_what_they_were_for_and_what_they_found()
    {
        var link = await LinkAsync();
        var run = (await _scene.SyncAsync(link.Id, """{"kinds":["commits"],"window":3,"dryRun":true}""")).Json["runId"]!.GetValue<string>();
        await _scene.RunRows.UpdateAsync(
            link.Id,
            run,
            GitLabScene.Start,
            row => row with { State = SyncRunState.Completed, ProjectsTotal = 2, ProjectsDone = 2, EndedAt = GitLabScene.Start, Counts = new KindCounts { [SyncKind.Commits] = new KindCount(9, 3, 2, 1) } },
            test.CancellationToken);

        var answer = await _scene.RunsAsync(link.Id);

        Assert.AreEqual(200, answer.Status);
        Assert.AreEqual(
            $$$"""[{"id":"{{{run}}}","state":"completed","kinds":["commits"],"window":3,"dryRun":true,"total":2,"done":2,"failed":0,"counts":{"commits":{"found":9,"keyed":3,"sent":2,"refused":1}},"startedAt":"2026-11-22T12:00:00\u002B00:00","endedAt":"2026-11-22T12:00:00\u002B00:00"}]""",
            answer.Json["runs"]!.ToJsonString());
    }

    [TestMethod]
    public async Task A_run_that_never_got_its_place_shows_as_stopped()
    {
        var link = await LinkAsync();
        await _scene.RunRows.PlanAsync(link.Id, "lost", new SyncPlan { Kinds = [SyncKind.Branches], WindowDays = 1 }, test.CancellationToken);

        var answer = await _scene.RunsAsync(link.Id);

        Assert.AreEqual("stopped", answer.Json["runs"]![0]!["state"]!.GetValue<string>());
    }

    [TestMethod]
    public async Task A_group_can_be_linked_with_settings_that_its_first_sync_goes_by()
    {
        var link = _scene.GitLab.NewLink() with { Settings = new LinkSettings { Version = 1, Kinds = [SyncKind.Commits], WindowDays = 9 } };
        var made = (await _scene.GitLab.Making.AddAsync(link, test.CancellationToken)).Link!;

        var plan = SyncPlan.First((await RowAsync(made)).Settings);

        Assert.AreEqual((SyncKind.Commits, 9), (plan.Kinds.Single(), plan.WindowDays));
        Assert.IsNull(plan.SettledBefore);
    }

    [TestMethod]
    [DataRow("""{"groupId":5,"settings":{"window":0}}""", "settings.window")]
    [DataRow("""{"groupId":5,"settings":[]}""", "settings.body")]
    [DataRow("""{"groupId":5,"settings":{"excludedProjects":[7]}}""", "settings.excludedProjects")]
    public async Task A_link_with_bad_settings_is_not_made(string body, string field)
    {
        await _scene.GitLab.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);

        var answer = await _scene.LinkAsync(body);

        Assert.AreEqual((422, field), (answer.Status, answer.Json["field"]!.GetValue<string>()), answer.Text);
        Assert.IsEmpty(_scene.GitLab.Http.Requests);
    }

    private async Task<Link> LinkAsync()
    {
        await _scene.GitLab.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        return await _scene.GitLab.LinkAsync(test.CancellationToken);
    }

    private async Task<Link> RowAsync(Link link) => (await _scene.GitLab.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!;

    private void Shows(string asked, long id, string path) =>
        _scene.GitLab.Http.On($"GET {GitLabScene.Api}projects/{asked}", $$"""{"id":{{id}},"path_with_namespace":"{{path}}"}""");
}
