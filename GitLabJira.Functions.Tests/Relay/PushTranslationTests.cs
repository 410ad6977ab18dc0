using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Tests.GitLab.Hooks;
using Moq;

namespace GitLabJira.Functions.Tests.Relay;

/// <summary>What a push changes: its branch, the commits that it brought, and those that it left behind (design 8, "A key disappears").</summary>
[TestClass]
public sealed class PushTranslationTests
{
    private readonly CancellationToken _cancel;
    private readonly RelayScene _scene = new();

    public PushTranslationTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        _scene.Reader.Setup(r => r.OpenMergeRequestsAsync(It.IsAny<GitLabAccess>(), 7, It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync([]);
        _scene.Reader.Setup(r => r.CompareAsync(It.IsAny<GitLabAccess>(), 7, It.IsAny<string>(), It.IsAny<string>(), 250, It.IsAny<CancellationToken>())).ReturnsAsync([]);
        _scene.Reader.Setup(r => r.CommitAsync(It.IsAny<GitLabAccess>(), 7, HookBodies.New, It.IsAny<CancellationToken>())).ReturnsAsync(Commit(HookBodies.New, "ABC-1 Fix it", HookBodies.Old));
        HeadIs("ABC-1-fix", Commit(HookBodies.New, "ABC-1 Fix it", HookBodies.Old));
        IsOnABranch(HookBodies.Old, true);
    }

    [TestMethod]
    public async Task Brings_the_branch_and_the_commits_that_name_a_key_as_GitLab_shows_them()
    {
        await PushAsync(HookBodies.Push());

        Assert.AreEqual($"Branch ABC-1-fix, Commit {HookBodies.New}", Names());
        Assert.IsTrue(_scene.Delivered.TrueForAll(change => change is { FromRead: true, Body: not null }));
        Assert.IsEmpty(_scene.Queue);
    }

    [TestMethod]
    [DataRow(true, "Branch ABC-1-fix")]
    [DataRow(false, $"Branch ABC-1-fix, Commit {HookBodies.New}")]
    public async Task Brings_a_commit_until_Jira_has_taken_it(bool confirmed, string expected)
    {
        _scene.Holds(EntityKind.Commit, HookBodies.New, confirmed: confirmed);
        IsOnABranch(HookBodies.New, true);

        await PushAsync(HookBodies.Push());

        Assert.AreEqual(expected, Names());
    }

    [TestMethod]
    public async Task A_push_without_keys_to_a_branch_that_Jira_does_not_hold_costs_no_request()
    {
        await PushAsync(HookBodies.Push(branch: "fix", message: "Fix it"));

        Assert.IsEmpty(_scene.Reader.Invocations);
        Assert.IsEmpty(_scene.Delivered);
    }

    [TestMethod]
    public async Task Asks_for_the_commits_that_the_hook_leaves_out()
    {
        const string Third = "3333333333333333333333333333333333333333";
        _scene.Reader.Setup(r => r.CompareAsync(It.IsAny<GitLabAccess>(), 7, HookBodies.Old, HookBodies.New, 250, It.IsAny<CancellationToken>()))
            .ReturnsAsync([Commit(Third, "ABC-9 Before it", HookBodies.Old), Commit(HookBodies.New, "ABC-1 Fix it", Third)]);
        _scene.Reader.Setup(r => r.CommitAsync(It.IsAny<GitLabAccess>(), 7, Third, It.IsAny<CancellationToken>())).ReturnsAsync(Commit(Third, "ABC-9 Before it", HookBodies.Old));

        await PushAsync(HookBodies.Push(total: 25));

        Assert.AreEqual($"Branch ABC-1-fix, Commit {Third}, Commit {HookBodies.New}", Names());
    }

    [TestMethod]
    public async Task The_first_push_of_a_project_brings_the_commits_that_the_hook_leaves_out()
    {
        const string First = "3333333333333333333333333333333333333333";
        var next = new Uri("https://gitlab.example/next");
        var (head, first) = (Commit(HookBodies.New, "ABC-1 Fix it", First), Commit(First, "ABC-9 Before it", HookBodies.Zeros));
        HeadIs("main", head);
        GitLabLists(page: null, new([head], next, Total: null));
        GitLabLists(next, new([first], Next: null, Total: null));
        _scene.Reader.Setup(r => r.CommitAsync(It.IsAny<GitLabAccess>(), 7, First, It.IsAny<CancellationToken>())).ReturnsAsync(first);

        await PushAsync(HookBodies.Push(branch: "main", before: HookBodies.Zeros, total: 60));

        Assert.AreEqual($"Commit {First}, Commit {HookBodies.New}", Names());
    }

    [TestMethod]
    public async Task A_force_push_drops_the_old_head_when_it_is_on_no_branch()
    {
        _scene.Holds(EntityKind.Commit, HookBodies.Old);
        ForcePushed();
        IsOnABranch(HookBodies.Old, false);

        await PushAsync(HookBodies.Push());

        var dropped = _scene.Delivered.Single(change => change.Body is null);
        Assert.AreEqual((EntityKind.Commit, HookBodies.Old), (dropped.Entity.Kind, dropped.Entity.EntityId));
        Assert.IsNotEmpty(_scene.Queue, "A lagging replica may not show the branch that has it; it is looked at again.");
    }

    [TestMethod]
    public async Task A_force_push_leaves_a_commit_that_another_branch_has_or_that_Jira_never_got()
    {
        ForcePushed();
        _scene.Holds(EntityKind.Commit, HookBodies.Old);
        await PushAsync(HookBodies.Push());
        Assert.IsFalse(_scene.Delivered.Exists(change => change.Body is null));

        _scene.Sent.Clear();
        IsOnABranch(HookBodies.Old, false);
        await PushAsync(HookBodies.Push());
        Assert.IsFalse(_scene.Delivered.Exists(change => change.Body is null));
    }

    [TestMethod]
    public async Task A_commit_that_stays_dropped_because_it_names_unknown_projects_is_not_looked_at_for_ever()
    {
        IsOnABranch(HookBodies.New, true);
        _scene.Holds(EntityKind.Commit, HookBodies.New, tombstone: true);

        // Twice at once: looks stand beside each other, and each finds that Jira still does not hold it.
        await PushAsync(HookBodies.Push());
        await PushAsync(HookBodies.Push());

        Assert.IsLessThanOrEqualTo(3, await LookAgainAsync(most: 8));
    }

    [TestMethod]
    public async Task Drops_no_commit_while_its_project_cannot_be_read()
    {
        // To whoever may not see a project GitLab answers 404 for all of it.
        _scene.Holds(EntityKind.Commit, HookBodies.Old);
        HeadIs("ABC-1-fix", null);
        IsOnABranch(HookBodies.Old, null);
        IsOnABranch(HookBodies.New, null);
        _scene.Reader.Setup(r => r.CommitAsync(It.IsAny<GitLabAccess>(), 7, HookBodies.New, It.IsAny<CancellationToken>())).ReturnsAsync((GitLabCommit?)null);
        _scene.Reader.Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), 7, It.IsAny<CancellationToken>())).ReturnsAsync((GitLabProject?)null);

        await PushAsync(HookBodies.Push());

        await LookAgainAsync(most: 9);

        Assert.IsFalse(_scene.Delivered.Exists(change => change.Body is null), Names());
        Assert.IsEmpty(_scene.Queue);
    }

    [TestMethod]
    public async Task Drops_a_commit_that_GitLab_does_not_know_any_more_though_it_shows_the_project()
    {
        _scene.Holds(EntityKind.Commit, HookBodies.Old);
        ForcePushed();
        IsOnABranch(HookBodies.Old, null);

        await PushAsync(HookBodies.Push());

        Assert.AreEqual(HookBodies.Old, _scene.Delivered.Single(change => change.Body is null).Entity.EntityId);
    }

    [TestMethod]
    public async Task Deleting_a_branch_deletes_no_commit()
    {
        _scene.Holds(EntityKind.Branch, JiraIds.Branch("ABC-1-fix"));
        _scene.Holds(EntityKind.Commit, HookBodies.Old);
        HeadIs("ABC-1-fix", null);

        await PushAsync(HookBodies.Push(after: HookBodies.Zeros, withCommit: false));

        var dropped = _scene.Delivered.Single();
        Assert.AreEqual((EntityKind.Branch, null), (dropped.Entity.Kind, dropped.Body));
        _scene.Reader.Verify(r => r.IsOnABranchAsync(It.IsAny<GitLabAccess>(), It.IsAny<long>(), It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    private static GitLabCommit Commit(string sha, string message, string parent) => new()
    {
        Sha = sha,
        Message = message,
        Author = new GitLabPerson { Name = "Ada" },
        CommittedAt = Samples.Now.AddMinutes(-1),
        WebUrl = $"https://gitlab.example/acme/anvil/-/commit/{sha}",
        ParentShas = [parent],
    };

    private void HeadIs(string branch, GitLabCommit? head) =>
        _scene.Reader.Setup(r => r.BranchAsync(It.IsAny<GitLabAccess>(), 7, branch, It.IsAny<CancellationToken>())).ReturnsAsync(head is null ? null : new GitLabBranch { Name = branch, LastCommit = head });

    /// <summary>The new head does not stand on the old one.</summary>
    private void ForcePushed()
    {
        var head = Commit(HookBodies.New, "ABC-1 Fix it", HookBodies.Zeros);
        HeadIs("ABC-1-fix", head);
        _scene.Reader.Setup(r => r.CommitAsync(It.IsAny<GitLabAccess>(), 7, HookBodies.New, It.IsAny<CancellationToken>())).ReturnsAsync(head);
    }

    private void GitLabLists(Uri? page, ListPage<GitLabCommit> commits) => _scene.Reader
        .Setup(r => r.CommitsAsync(It.IsAny<GitLabAccess>(), 7, HookBodies.New, DateTimeOffset.UnixEpoch, page, It.IsAny<CancellationToken>()))
        .ReturnsAsync(commits);

    private void IsOnABranch(string sha, bool? answer) =>
        _scene.Reader.Setup(r => r.IsOnABranchAsync(It.IsAny<GitLabAccess>(), 7, sha, It.IsAny<CancellationToken>())).ReturnsAsync(answer);

    private string Names() => string.Join(", ", _scene.Delivered.Select(change => $"{change.Entity.Kind} {change.Entity.Name}"));

    /// <summary>Does what waits in the queue when its time has come, and what follows from it.</summary>
    /// <returns>How often, until nothing was left.</returns>
    private async Task<int> LookAgainAsync(int most)
    {
        var rounds = 0;

        for (; rounds < most && _scene.Queue.Count > 0; rounds++)
        {
            var waiting = _scene.Queue.ToList();
            _scene.Queue.Clear();
            _scene.Clock.Advance(waiting.Max(message => message.Delay));

            foreach (var (header, body, _) in waiting)
            {
                await _scene.Events.TranslateAsync(new(header, body), _cancel);
            }
        }

        return rounds;
    }

    private Task PushAsync(string body) => _scene.Events.TranslateAsync(_scene.Hook(body, deliveryId: null), _cancel);
}
