using System.Net;
using Azure;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.InitialSync;
using GitLabJira.Functions.Jira.Entities;
using Moq;

namespace GitLabJira.Functions.Tests.InitialSync;

[TestClass]
public sealed class SyncProjectTests
{
    private const int Wave = 3;

    private readonly SyncScene _scene = new();
    private readonly CancellationToken _cancel;

    public SyncProjectTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        _scene.Reader.Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((GitLabAccess _, long id, CancellationToken _) => SyncScene.Project(id));
        _scene.Reader.Setup(r => r.MergeRequestsAsync(It.IsAny<GitLabAccess>(), It.IsAny<long>(), It.IsAny<Uri?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ListPage<GitLabMergeRequest>([], Next: null, Total: 0));
        _scene.Reader.Setup(r => r.KeyedBranchesAsync(It.IsAny<GitLabAccess>(), It.IsAny<long>(), It.IsAny<Uri?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ListPage<GitLabBranch>([], Next: null, Total: 0));
    }

    [TestMethod]
    public async Task Writes_its_wave_and_start_before_it_calls_GitLab_and_answers_with_the_start()
    {
        await _scene.EnterAsync(1, _cancel);
        (SyncProjectState State, int Wave, DateTimeOffset? At)? seen = null;
        _scene.Reader.Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<CancellationToken>()))
            .Returns(async () =>
            {
                var row = await _scene.RowAsync(1, _cancel);
                seen = (row.State, row.Wave, row.StartedAt);
                return SyncScene.Project(1);
            });
        _scene.Clock.Advance(TimeSpan.FromSeconds(4));

        var answer = await RunAsync();

        Assert.AreEqual((SyncProjectState.Running, Wave, SyncScene.Start.AddSeconds(4)), seen);
        Assert.AreEqual(new ProjectAnswer(ProjectOutcome.Done, SyncScene.Start.AddSeconds(4).ToUnixTimeMilliseconds()), answer);
        var row = await _scene.RowAsync(1, _cancel);
        Assert.AreEqual((SyncProjectState.Done, "0 merge requests, 0 branches."), (row.State, row.Result));
    }

    [TestMethod]
    public async Task An_excluded_project_is_done_without_a_call_to_GitLab()
    {
        await _scene.EnterAsync(1, _cancel);
        _scene.Link = _scene.Link! with { Settings = LinkSettings.Default with { Version = 1, ExcludedProjects = [new NamedProject(1, "acme/p1")] } };

        var answer = await RunAsync();

        Assert.AreEqual(ProjectOutcome.Done, answer.Outcome);
        Assert.AreEqual("Left out: the project is excluded.", (await _scene.RowAsync(1, _cancel)).Result);
        VerifyReads(Times.Never());
    }

    [TestMethod]
    [DataRow(-60, -10, DisplayName = "an old hook: webhooks of the last minutes may be on their way")]
    [DataRow(-3, -3, DisplayName = "a young hook: what is older than it had none")]
    public async Task A_sync_that_was_asked_for_leaves_to_webhooks_what_may_have_one(int hookedMinutes, int expectedMinutes)
    {
        await _scene.EnterAsync(1, _cancel);
        await _scene.Runs.PlanAsync(SyncScene.LinkId, SyncScene.RunId, SyncPlan.First(LinkSettings.Default) with { SettledBefore = SyncScene.Start.AddMinutes(-10) }, _cancel);
        _scene.Link = _scene.Link! with { HookedAt = SyncScene.Start.AddMinutes(hookedMinutes) };
        string? kept = null;
        _scene.Reader.Setup(r => r.KeyedBranchesAsync(It.IsAny<GitLabAccess>(), It.IsAny<long>(), It.IsAny<Uri?>(), It.IsAny<CancellationToken>()))
            .Returns(async () =>
            {
                kept = (await _scene.RowAsync(1, _cancel)).Cursor;
                return new ListPage<GitLabBranch>([], Next: null, Total: 0);
            });

        await RunAsync();

        Assert.AreEqual(SyncScene.Start.AddMinutes(expectedMinutes), ProjectCursor.Parse(kept)!.HookedAt);
    }

    [TestMethod]
    [DataRow("acme/p1", 0)]
    [DataRow("elsewhere/p1", 1)]
    public async Task A_project_that_moved_away_since_it_was_listed_is_looked_at_as_a_whole(string path, int looks)
    {
        await _scene.EnterAsync(1, _cancel);
        _scene.Reader.Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<CancellationToken>())).ReturnsAsync(SyncScene.Project(1) with { PathWithNamespace = path });

        await RunAsync();

        _scene.Looks.Verify(
            l => l.RequestAsync(It.Is<EntityRef>(entity => entity.Kind == EntityKind.Repository && entity.ProjectId == 1), TimeSpan.FromMinutes(1), It.IsAny<CancellationToken>()), Times.Exactly(looks));
    }

    [TestMethod]
    public async Task Keeps_what_it_has_counted()
    {
        await _scene.EnterAsync(1, _cancel);
        _scene.Reader.Setup(r => r.MergeRequestsAsync(It.IsAny<GitLabAccess>(), It.IsAny<long>(), It.IsAny<Uri?>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new GitLabRequestException(GitLabFailure.Forbidden, HttpStatusCode.Forbidden, retryAfter: null));

        await RunAsync();
        var count = await new RunCounter(_scene.Projects, _scene.Runs, _scene.Clock).CountAsync(SyncScene.LinkId, SyncScene.RunId, Wave, _cancel);

        Assert.AreEqual("GitLab does not show the merge requests of 1 projects.", count.Reason);
        Assert.AreEqual(new KindCount(Refused: 1), (await _scene.RunAsync(_cancel)).Counts.Of(SyncKind.MergeRequests));
    }

    [TestMethod]
    [DataRow(30.0, ProjectOutcome.Done)]
    [DataRow(30.1, ProjectOutcome.Late)]
    public async Task Comes_too_late_thirty_seconds_after_its_wave(double seconds, ProjectOutcome expected)
    {
        await _scene.EnterAsync(1, _cancel);
        _scene.Clock.Advance(TimeSpan.FromSeconds(seconds));

        var answer = await RunAsync();

        Assert.AreEqual(expected, answer.Outcome);
        VerifyReads(expected is ProjectOutcome.Done ? Times.Once() : Times.Never());

        if (expected is ProjectOutcome.Late)
        {
            // It joins a later wave, and did not count as a start.
            var row = await _scene.RowAsync(1, _cancel);
            Assert.AreEqual((SyncProjectState.Pending, 0, 0), (row.State, row.Wave, row.Interruptions));
            Assert.AreEqual(0, answer.StartedAt);
        }
    }

    [TestMethod]
    public async Task An_attempt_that_finds_its_own_wave_does_not_call_GitLab_again_and_tells_the_first_start()
    {
        await _scene.EnterAsync(1, _cancel);
        await _scene.ChangeAsync(1, row => (row.State, row.Wave, row.StartedAt) = (SyncProjectState.Running, Wave, SyncScene.Start.AddSeconds(1)), _cancel);
        _scene.Clock.Advance(TimeSpan.FromMinutes(5));

        var answer = await RunAsync();

        Assert.AreEqual(new ProjectAnswer(ProjectOutcome.Interrupted, SyncScene.Start.AddSeconds(1).ToUnixTimeMilliseconds()), answer);
        VerifyReads(Times.Never());
    }

    [TestMethod]
    [DataRow(SyncProjectState.Done, ProjectOutcome.Done)]
    [DataRow(SyncProjectState.Failed, ProjectOutcome.Failed)]
    [DataRow(SyncProjectState.Paused, ProjectOutcome.Paused)]
    public async Task An_attempt_after_one_of_the_same_wave_that_ended_answers_as_that_did(SyncProjectState state, ProjectOutcome expected)
    {
        await _scene.EnterAsync(1, _cancel);
        await _scene.ChangeAsync(1, row => (row.State, row.Wave, row.StartedAt) = (state, Wave, SyncScene.Start), _cancel);

        Assert.AreEqual(new ProjectAnswer(expected, SyncScene.Start.ToUnixTimeMilliseconds()), await RunAsync());
        VerifyReads(Times.Never());
    }

    [TestMethod]
    public async Task An_attempt_of_an_older_wave_is_late()
    {
        await _scene.EnterAsync(1, _cancel);
        await _scene.ChangeAsync(1, row => (row.State, row.Wave) = (SyncProjectState.Running, Wave + 1), _cancel);

        Assert.AreEqual(new ProjectAnswer(ProjectOutcome.Late), await RunAsync());
        VerifyReads(Times.Never());
    }

    [TestMethod]
    public async Task Of_two_attempts_at_once_one_calls_GitLab()
    {
        await _scene.EnterAsync(1, _cancel);
        var second = ProjectOutcome.Done;
        _scene.Tables.BeforeWrite = _ =>
        {
            _scene.Tables.BeforeWrite = null;
            second = RunAsync().GetAwaiter().GetResult().Outcome;
        };

        var first = await RunAsync();

        Assert.AreEqual((ProjectOutcome.Interrupted, ProjectOutcome.Done), (first.Outcome, second));
        VerifyReads(Times.Once());
    }

    [TestMethod]
    public async Task Pauses_as_long_as_GitLab_says_and_keeps_what_was_read()
    {
        var next = new Uri("https://gitlab.example/api/v4/projects/1/merge_requests?page=2");
        await _scene.EnterAsync(1, _cancel);
        _scene.Reader.Setup(r => r.MergeRequestsAsync(It.IsAny<GitLabAccess>(), 1, null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ListPage<GitLabMergeRequest>([], next, Total: 200));
        _scene.Reader.Setup(r => r.MergeRequestsAsync(It.IsAny<GitLabAccess>(), 1, next, It.IsAny<CancellationToken>()))
            .ThrowsAsync(new GitLabRequestException(GitLabFailure.RateLimited, HttpStatusCode.TooManyRequests, TimeSpan.FromMinutes(9)));

        var answer = await RunAsync();

        var row = await _scene.RowAsync(1, _cancel);
        Assert.AreEqual(ProjectOutcome.Paused, answer.Outcome);
        Assert.AreEqual((SyncProjectState.Paused, SyncScene.Start.AddMinutes(9), "GitLab asks to slow down."), (row.State, row.ResumeAt, row.Result));
        Assert.AreEqual(next, ProjectCursor.Parse(row.Cursor)!.Page);

        // A later wave goes on at that page.
        _scene.Reader.Setup(r => r.MergeRequestsAsync(It.IsAny<GitLabAccess>(), 1, next, It.IsAny<CancellationToken>())).ReturnsAsync(new ListPage<GitLabMergeRequest>([], Next: null, Total: 200));
        Assert.AreEqual(ProjectOutcome.Done, (await RunAsync(wave: Wave + 1)).Outcome);
        _scene.Reader.Verify(r => r.MergeRequestsAsync(It.IsAny<GitLabAccess>(), 1, null, It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task Pauses_until_somebody_signs_in()
    {
        await _scene.EnterAsync(1, _cancel);
        _scene.NoGrant = new NoUsableGrantException(SyncScene.LinkId);

        Assert.AreEqual(ProjectOutcome.Paused, (await RunAsync()).Outcome);
        Assert.AreEqual(SyncScene.Start.AddMinutes(15), (await _scene.RowAsync(1, _cancel)).ResumeAt);
    }

    [TestMethod]
    public async Task One_failing_project_is_recorded_with_its_reason_and_the_rest_is_done()
    {
        await _scene.EnterAsync(3, _cancel);
        _scene.Reader.Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), 2, It.IsAny<CancellationToken>()))
            .ThrowsAsync(new GitLabRequestException(GitLabFailure.Forbidden, HttpStatusCode.Forbidden, retryAfter: null));
        _scene.Reader.Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), 3, It.IsAny<CancellationToken>())).ThrowsAsync(new InvalidOperationException("a bug"));

        ProjectOutcome[] outcomes = [(await RunAsync(1)).Outcome, (await RunAsync(2)).Outcome, (await RunAsync(3)).Outcome];

        Assert.IsTrue(outcomes.SequenceEqual([ProjectOutcome.Done, ProjectOutcome.Failed, ProjectOutcome.Failed]));
        Assert.AreEqual("GitLab refuses access (403).", (await _scene.RowAsync(2, _cancel)).Result);
        Assert.AreEqual("The app failed; its log tells more.", (await _scene.RowAsync(3, _cancel)).Result);
    }

    [TestMethod]
    public async Task A_project_that_is_gone_or_hidden_has_failed()
    {
        await _scene.EnterAsync(1, _cancel);
        _scene.Reader.Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<CancellationToken>())).ReturnsAsync((GitLabProject?)null);

        Assert.AreEqual(ProjectOutcome.Failed, (await RunAsync()).Outcome);
        Assert.AreEqual("The project is gone or hidden (404).", (await _scene.RowAsync(1, _cancel)).Result);
    }

    [TestMethod]
    public async Task Gives_a_project_up_whose_attempts_end_without_a_word_again_and_again()
    {
        await _scene.EnterAsync(1, _cancel);
        _scene.Reader.Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<CancellationToken>())).ThrowsAsync(new RequestFailedException(503, "our own storage"));

        for (var wave = 1; wave <= 5; wave++)
        {
            await Assert.ThrowsExactlyAsync<RequestFailedException>(() => RunAsync(wave: wave));
        }

        Assert.AreEqual(ProjectOutcome.Failed, (await RunAsync(wave: 6)).Outcome);
        Assert.AreEqual("The attempts to read this project ended 5 times without an answer.", (await _scene.RowAsync(1, _cancel)).Result);
        VerifyReads(Times.Exactly(5));
    }

    [TestMethod]
    public async Task A_project_has_not_failed_when_our_own_storage_gave_up_after_several_attempts()
    {
        await _scene.EnterAsync(1, _cancel);
        _scene.Reader.Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<CancellationToken>()))
            .ThrowsAsync(new AggregateException("Retry failed after 4 tries.", new RequestFailedException(0, "no answer"), new RequestFailedException(503, "busy")));

        await Assert.ThrowsExactlyAsync<AggregateException>(() => RunAsync());

        Assert.AreEqual(SyncProjectState.Running, (await _scene.RowAsync(1, _cancel)).State);
    }

    [TestMethod]
    public async Task Places_the_projects_hook_ahead_of_its_first_read()
    {
        var order = new List<string>();
        await _scene.EnterAsync(1, _cancel);
        _scene.Link = _scene.Link! with { HookKind = HookKind.Project };
        _scene.Hooks.Setup(h => h.EnsureProjectHookAsync(_scene.Link, 1, It.IsAny<CancellationToken>())).Callback(() => order.Add("hook")).Returns(Task.CompletedTask);
        _scene.Reader.Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<CancellationToken>())).Callback(() => order.Add("read")).ReturnsAsync(SyncScene.Project(1));

        await RunAsync();

        Assert.AreEqual("hook, read", string.Join(", ", order));
    }

    [TestMethod]
    public async Task Stops_when_the_group_is_unlinked_before_or_in_the_middle()
    {
        await _scene.EnterAsync(1, _cancel);
        _scene.Reader.Setup(r => r.MergeRequestsAsync(It.IsAny<GitLabAccess>(), 1, null, It.IsAny<CancellationToken>()))
            .Callback(() => _scene.Link = _scene.Link! with { State = LinkState.Unlinking })
            .ReturnsAsync(new ListPage<GitLabMergeRequest>([], Next: null, Total: 0));

        var inTheMiddle = await RunAsync();
        var before = await RunAsync(wave: Wave + 1);

        Assert.AreEqual((ProjectOutcome.Stopped, ProjectOutcome.Stopped), (inTheMiddle.Outcome, before.Outcome));
        VerifyReads(Times.Once());
        _scene.Reader.Verify(r => r.KeyedBranchesAsync(It.IsAny<GitLabAccess>(), It.IsAny<long>(), It.IsAny<Uri?>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    private void VerifyReads(Times times) => _scene.Reader.Verify(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<CancellationToken>()), times);

    private Task<ProjectAnswer> RunAsync(long projectId = 1, int wave = Wave) => _scene.SyncProject.RunAsync(
        new ProjectWork
        {
            ClientKey = "client",
            LinkId = SyncScene.LinkId,
            RunId = SyncScene.RunId,
            ProjectId = projectId,
            Wave = wave,
            WaveAt = SyncScene.Start.ToUnixTimeMilliseconds(),
        },
        _cancel);
}
