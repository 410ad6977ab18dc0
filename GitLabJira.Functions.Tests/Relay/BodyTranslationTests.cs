using System.Text;
using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Tests.GitLab.Hooks;

namespace GitLabJira.Functions.Tests.Relay;

/// <summary>Without GitLab the body is all there is: poorer, not lost (design 1 and 6.2).</summary>
[TestClass]
public sealed class BodyTranslationTests(TestContext test)
{
    private static readonly long ReceivedAt = Samples.Now.ToUnixTimeMilliseconds();

    private readonly RelayScene _scene = new();

    [TestMethod]
    public async Task Sends_a_merge_request_and_its_source_branch_at_the_time_that_the_body_came()
    {
        await TakeAsync(HookBodies.MergeRequest());

        Assert.AreEqual("MergeRequest 900, Branch fix", Names());
        Assert.IsTrue(_scene.Delivered.TrueForAll(change => change is { FromRead: false, Body: not null, MayFireAutomation: true } && change.Sequence == ReceivedAt * 1000));
        Assert.AreEqual("ABC-1", string.Join(' ', _scene.Delivered[1].Keys), "An open merge request gives its branch its keys.");
    }

    [TestMethod]
    public async Task Says_nothing_of_a_merge_request_without_keys_that_Jira_does_not_hold()
    {
        await TakeAsync(HookBodies.MergeRequest(title: "Fix it"));

        Assert.IsEmpty(_scene.Delivered);
    }

    [TestMethod]
    public async Task Deletes_what_Jira_holds_when_its_last_key_is_gone()
    {
        _scene.Holds(EntityKind.MergeRequest, "900");

        await TakeAsync(HookBodies.MergeRequest(title: "Fix it"));

        Assert.IsNull(_scene.Delivered.Single().Body);
    }

    [TestMethod]
    [DataRow("closed")]
    [DataRow("merged")]
    public async Task A_merge_request_that_is_over_never_brings_its_branch_back(string state)
    {
        await TakeAsync(HookBodies.MergeRequest(state: state));

        Assert.AreEqual("MergeRequest 900", Names());
    }

    [TestMethod]
    public async Task Bodies_of_one_merge_request_count_in_the_order_of_its_own_times()
    {
        await TakeAsync(HookBodies.MergeRequest(title: "ABC-1 Later", updatedAt: "2026-11-01 10:00:09 UTC"));
        _scene.Delivered.Clear();
        _scene.Clock.Advance(TimeSpan.FromSeconds(10));

        await TakeAsync(HookBodies.MergeRequest(title: "ABC-1 Earlier", updatedAt: "2026-11-01 10:00:08 UTC"));
        Assert.IsEmpty(_scene.Delivered);

        await TakeAsync(HookBodies.MergeRequest(title: "ABC-1 Of the same second", updatedAt: "2026-11-01 10:00:09 UTC"));
        Assert.IsNotEmpty(_scene.Delivered);
    }

    [TestMethod]
    public async Task Late_news_do_not_bring_back_what_was_deleted_after_them()
    {
        _scene.Holds(EntityKind.MergeRequest, "900", tombstone: true);

        await TakeAsync(HookBodies.MergeRequest(updatedAt: "2026-11-01 10:00:05 UTC"));
        Assert.IsEmpty(_scene.Delivered);

        await TakeAsync(HookBodies.MergeRequest(updatedAt: "2026-11-01 10:00:11 UTC"));
        var change = _scene.Delivered.Single(change => change.Entity.Kind is EntityKind.MergeRequest);
        Assert.IsFalse(change.MayFireAutomation, "Jira would take it for new.");
    }

    [TestMethod]
    public async Task Sends_a_pushed_branch_with_its_head_and_the_commits_that_name_a_key()
    {
        await TakeAsync(HookBodies.Push());

        Assert.AreEqual($"Branch ABC-1-fix, Commit {HookBodies.New}", Names());
    }

    [TestMethod]
    public async Task A_branch_keeps_the_keys_that_its_merge_request_gave_it()
    {
        _scene.Holds(EntityKind.Branch, JiraIds.Branch("fix"), keys: "ABC-7");

        await TakeAsync(HookBodies.Push(branch: "fix", message: "Tidy up"));

        Assert.AreEqual("ABC-7", string.Join(' ', _scene.Delivered.Single().Keys));
    }

    [TestMethod]
    public async Task A_branch_made_of_an_old_commit_waits_for_a_read()
    {
        await TakeAsync(HookBodies.Push(before: HookBodies.Zeros, withCommit: false));

        Assert.IsEmpty(_scene.Delivered);
    }

    [TestMethod]
    public async Task Deletes_a_branch_that_Jira_holds_and_none_of_its_commits()
    {
        _scene.Holds(EntityKind.Branch, JiraIds.Branch("ABC-1-fix"));
        _scene.Holds(EntityKind.Commit, HookBodies.Old);

        await TakeAsync(HookBodies.Push(after: HookBodies.Zeros, withCommit: false));

        var change = _scene.Delivered.Single();
        Assert.AreEqual((EntityKind.Branch, null), (change.Entity.Kind, change.Body));
    }

    [TestMethod]
    public async Task A_commit_that_was_sent_once_is_not_sent_again()
    {
        _scene.Holds(EntityKind.Commit, HookBodies.New);

        await TakeAsync(HookBodies.Push());

        Assert.AreEqual("Branch ABC-1-fix", Names());
    }

    [TestMethod]
    public async Task A_commit_whose_process_died_before_it_could_be_sent_is_sent_again()
    {
        _scene.Holds(EntityKind.Commit, HookBodies.New, confirmed: false);

        await TakeAsync(HookBodies.Push());

        Assert.AreEqual($"Branch ABC-1-fix, Commit {HookBodies.New}", Names());
    }

    [TestMethod]
    public async Task Says_so_when_the_body_lacks_the_project()
    {
        var hook = Read(HookBodies.Push()) with { Project = null };

        Assert.IsFalse(await _scene.Bodies.HookAsync(_scene.NewTurn(), hook, ReceivedAt, test.CancellationToken));
    }

    private static GitLabHook Read(string body) => HookReader.Read(Encoding.UTF8.GetBytes(body)).Hook!;

    private string Names() => string.Join(", ", _scene.Delivered.Select(change => $"{change.Entity.Kind} {(change.Entity.Kind is EntityKind.Branch ? change.Entity.Name : change.Entity.EntityId)}"));

    private async Task TakeAsync(string body)
    {
        var turn = _scene.NewTurn();
        Assert.IsTrue(await _scene.Bodies.HookAsync(turn, Read(body), ReceivedAt, test.CancellationToken));
        await turn.CloseAsync(test.CancellationToken);
    }
}
