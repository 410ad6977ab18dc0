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
            $$$"""[{"id":"{{{run}}}","state":"completed","kinds":["commits"],"window":3,"dryRun":true,"total":2,"done":2,"failed":0,"counts":{"commits":{"found":9,"keyed":3,"sent":2,"refused":1}},"startedAt":"2026-11-22T12:00:00\u002B00:00","endedAt":"2026-11-22T12:00:00\u002B00:00","wave":0,"perMinute":20}]""",
            answer.Json["runs"]!.ToJsonString());
    }

    [TestMethod]
    public async Task Shows_how_far_a_run_is_why_it_waits_and_how_long_it_may_take()
    {
        var link = await LinkAsync();
        var run = (await _scene.SyncAsync(link.Id, "{}")).Json["runId"]!.GetValue<string>();
        await ChangeAsync(link, run, row => row with
        {
            State = SyncRunState.Waiting,
            ProjectsTotal = 1000,
            ProjectsDone = 195,
            ProjectsFailed = 4,
            Wave = 10,
            Reason = "words",
            ReasonCode = SyncReasons.HostBusy,
            ResumeAt = GitLabScene.Start.AddSeconds(30),
        });

        var shown = (await _scene.RunAsync(link.Id, run)).Json["run"]!;
        await ChangeAsync(link, run, row => row with { State = SyncRunState.Running, Reason = null });
        var later = (await _scene.RunAsync(link.Id, run)).Json["run"]!;

        Assert.AreEqual(("waiting", "host_busy", "words", 10, 20), ((string?)shown["state"], (string?)shown["whyCode"], (string?)shown["why"], (int)shown["wave"]!, (int)shown["perMinute"]!));
        Assert.AreEqual(GitLabScene.Start.AddSeconds(30), (DateTimeOffset)shown["resumeAt"]!);
        Assert.IsNull(shown["secondsLeft"], "It would be another answer each time.");
        Assert.AreEqual(("running", null, null, 41 * 60), ((string?)later["state"], (string?)later["whyCode"], (string?)later["resumeAt"], (int)later["secondsLeft"]!));
        Assert.AreEqual("run_not_found", (await _scene.RunAsync(link.Id, Guid.NewGuid().ToString())).Reason);
    }

    [TestMethod]
    public async Task Lists_failed_projects_some_at_a_time()
    {
        var (link, run) = await FailedRunAsync(projects: 5, failed: [2, 3, 5]);

        var first = await _scene.RunProjectsAsync(link.Id, run, "?state=failed&limit=2");
        var second = await _scene.RunProjectsAsync(link.Id, run, $"?state=failed&limit=2&after={(string?)first.Json["next"]}");
        var all = await _scene.RunProjectsAsync(link.Id, run);

        Assert.AreEqual("2, 3", string.Join(", ", first.Json["projects"]!.AsArray().Select(project => (long)project!["id"]!)));
        Assert.AreEqual($$"""{"id":5,"path":"acme/p5","state":"failed","error":"GitLab refuses access (403).","wave":0,"run":"{{run}}"}""", second.Json["projects"]!.AsArray().Single()!.ToJsonString());
        Assert.IsNull(second.Json["next"]);
        Assert.HasCount(5, all.Json["projects"]!.AsArray());
    }

    [TestMethod]
    [DataRow("?state=lost", "state")]
    [DataRow("?limit=0", "limit")]
    [DataRow("?limit=201", "limit")]
    [DataRow("?after=5", "after")]
    public async Task Refuses_a_bad_page_of_projects(string query, string field)
    {
        var (link, run) = await FailedRunAsync(projects: 1, failed: []);

        var answer = await _scene.RunProjectsAsync(link.Id, run, query);

        Assert.AreEqual((422, field), (answer.Status, (string?)answer.Json["field"]));
    }

    [TestMethod]
    public async Task Reads_failed_projects_again_by_the_plan_of_their_run()
    {
        var (link, run) = await FailedRunAsync(projects: 3, failed: [2]);

        var one = await _scene.RetryAsync(link.Id, run, """{"project":2}""");
        await EndAsync(link);
        var all = await _scene.RetryAsync(link.Id, run);

        Assert.AreEqual((202, "sync_started"), (one.Status, one.Reason));
        var (planOfOne, planOfAll) = (await PlanAsync(link, one), await PlanAsync(link, all));
        Assert.AreEqual((2L, null, 3, SyncKind.Commits), (planOfOne.ProjectId, planOfOne.RetryOf, planOfOne.WindowDays, planOfOne.Kinds.Single()));
        Assert.AreEqual((null, run, 3, SyncKind.Commits), (planOfAll.ProjectId, planOfAll.RetryOf, planOfAll.WindowDays, planOfAll.Kinds.Single()));
        Assert.HasCount(3, _scene.Started);
    }

    [TestMethod]
    public async Task What_failed_stays_listed_and_is_read_again_whichever_sync_read_it_last()
    {
        var (link, first) = await FailedRunAsync(projects: 3, failed: [2]);
        await FailAsync(link, await SyncAsync(link, """{"kinds":["pipelines"],"window":9}"""), projects: [4, 5], failed: [4]);

        var listed = await _scene.LinkProjectsAsync(link.Id, "?state=failed");
        var broken = (await _scene.LinksAsync()).Json["links"]![0]!;
        var answer = await _scene.RetryLinkAsync(link.Id);

        Assert.AreEqual("2, 4", string.Join(", ", listed.Json["projects"]!.AsArray().Select(project => (long)project!["id"]!)));
        Assert.AreEqual(first, (string?)listed.Json["projects"]![0]!["run"]);
        Assert.AreEqual(("broken", "projects_failed", "retry"), ((string?)broken["status"], (string?)broken["statusReason"], (string?)broken["help"]));
        var plan = await PlanAsync(link, answer);
        Assert.AreEqual((SyncPlan.EveryRun, 9, "Commits, Pipelines"), (plan.RetryOf, plan.WindowDays, string.Join(", ", plan.Kinds)));
        Assert.AreEqual((409, "sync_running"), Codes(await _scene.RetryLinkAsync(link.Id)));
    }

    [TestMethod]
    public async Task Retries_nothing_of_a_link_where_nothing_failed()
    {
        var (link, _) = await FailedRunAsync(projects: 3, failed: []);

        Assert.AreEqual((409, "nothing_to_retry"), Codes(await _scene.RetryLinkAsync(link.Id)));
        _scene.Verdict = SiteAdminVerdict.NotAdmin;
        Assert.AreEqual((403, "not_site_admin"), Codes(await _scene.RetryLinkAsync(link.Id)));
        Assert.AreEqual((403, "not_site_admin"), Codes(await _scene.LinkProjectsAsync(link.Id)));
    }

    [TestMethod]
    public async Task Retries_nothing_where_nothing_failed_and_one_run_at_a_time()
    {
        var (link, run) = await FailedRunAsync(projects: 3, failed: [2]);

        Assert.AreEqual((409, "nothing_to_retry"), Codes(await _scene.RetryAsync(link.Id, run, """{"project":1}""")));
        Assert.AreEqual((404, "run_not_found"), Codes(await _scene.RetryAsync(link.Id, Guid.NewGuid().ToString())));
        Assert.AreEqual((422, "bad_field"), Codes(await _scene.RetryAsync(link.Id, run, """{"project":"acme/p2"}""")));
        Assert.AreEqual((202, "sync_started"), Codes(await _scene.RetryAsync(link.Id, run)));
        Assert.AreEqual((409, "sync_running"), Codes(await _scene.RetryAsync(link.Id, run)));
        _scene.Verdict = SiteAdminVerdict.NotAdmin;
        Assert.AreEqual((403, "not_site_admin"), Codes(await _scene.RetryAsync(link.Id, run)));
        Assert.AreEqual((403, "not_site_admin"), Codes(await _scene.RunProjectsAsync(link.Id, run)));
        Assert.AreEqual((403, "not_site_admin"), Codes(await _scene.RunAsync(link.Id, run)));
    }

    private static (int Status, string? Reason) Codes(PageAnswer answer) => (answer.Status, answer.Reason);

    /// <summary>A run of the past, of which some projects failed.</summary>
    private async Task<(Link Link, string Run)> FailedRunAsync(int projects, long[] failed)
    {
        var link = await LinkAsync();
        var run = await SyncAsync(link, """{"kinds":["commits"],"window":3}""");
        await FailAsync(link, run, [.. Enumerable.Range(1, projects)], failed);
        return (link, run);
    }

    private async Task<string> SyncAsync(Link link, string body) => (await _scene.SyncAsync(link.Id, body)).Json["runId"]!.GetValue<string>();

    /// <summary>Ends a run that could not read some of its projects.</summary>
    private async Task FailAsync(Link link, string run, int[] projects, long[] failed)
    {
        await _scene.ProjectRows.AddAsync(link.Id, run, [.. projects.Select(id => new NamedProject(id, $"acme/p{id}"))], test.CancellationToken);

        foreach (var id in failed)
        {
            var row = (await _scene.ProjectRows.FindAsync(link.Id, id, test.CancellationToken))!;
            (row.State, row.Result) = (SyncProjectState.Failed, "GitLab refuses access (403).");
            Assert.IsTrue(await _scene.ProjectRows.TryWriteAsync(row, test.CancellationToken));
        }

        await EndAsync(link);
    }

    private Task<Link?> EndAsync(Link link) => _scene.GitLab.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { ActiveRunId = null }, test.CancellationToken);

    private Task<SyncRunProgress> ChangeAsync(Link link, string run, Func<SyncRunProgress, SyncRunProgress> change) =>
        _scene.RunRows.UpdateAsync(link.Id, run, GitLabScene.Start, change, test.CancellationToken);

    private async Task<SyncPlan> PlanAsync(Link link, PageAnswer answer) => (await _scene.RunRows.FindAsync(link.Id, (string)answer.Json["runId"]!, test.CancellationToken))!.Plan!;

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
