using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.InitialSync;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Sent;
using Moq;

namespace GitLabJira.Functions.Tests.InitialSync;

/// <summary>What an initial sync reads of one project (design 8, Initial sync).</summary>
[TestClass]
public sealed class ProjectReadingTests(TestContext test)
{
    private readonly ListedProject _project = new();

    [TestMethod]
    public async Task Sends_what_names_a_key_and_lets_nothing_of_it_fire()
    {
        _project.MergeRequests.AddRange([ListedProject.MergeRequest(3, "ABC-1 One"), ListedProject.MergeRequest(2, "Two"), ListedProject.MergeRequest(1, "Three", branch: "ABC-3-three")]);
        _project.Branches.Add(ListedProject.Branch("ABC-4-four"));
        _project.Branches.Add(ListedProject.Branch("utf-8-five"));

        var result = await ReadAsync();

        Assert.AreEqual("MergeRequest 3, MergeRequest 1, Branch ABC-4-four", _project.Names);
        Assert.IsTrue(_project.Appended.TrueForAll(change => change is { MayFireAutomation: false, FromRead: true, Sequence: 1 }));
        Assert.AreEqual("2 merge requests, 1 branches.", result);
    }

    [TestMethod]
    public async Task Reads_singly_what_is_open_or_held_with_approvals_since_lists_tell_none()
    {
        _project.MergeRequests.AddRange([
            ListedProject.MergeRequest(3, "ABC-1 Open", MergeRequestState.Opened), ListedProject.MergeRequest(2, "ABC-2 Merged"), ListedProject.MergeRequest(1, "ABC-3 Merged and held")]);
        _project.Sent["1001"] = new SentEntity { Kind = EntityKind.MergeRequest, EntityId = "1001", Sequence = 5, ContentHash = "h", Keys = ["ABC-3"], Tombstone = false, SentAt = ListedProject.Now };

        await ReadAsync();

        VerifySingle(3, Times.Once());
        VerifySingle(2, Times.Never());
        VerifySingle(1, Times.Once());
    }

    [TestMethod]
    public async Task An_open_merge_request_with_a_key_brings_its_branch_and_a_closed_or_a_forks_one_does_not()
    {
        _project.MergeRequests.AddRange([
            ListedProject.MergeRequest(3, "ABC-1 Open", MergeRequestState.Opened, "topic"),
            ListedProject.MergeRequest(2, "ABC-2 Closed", MergeRequestState.Closed, "closed"),
            ListedProject.MergeRequest(1, "ABC-3 Of a fork", MergeRequestState.Opened, "forked") with { SourceProjectId = 9 }]);
        _project.Others.AddRange([ListedProject.Branch("topic"), ListedProject.Branch("closed"), ListedProject.Branch("forked")]);

        await ReadAsync();

        Assert.AreEqual("MergeRequest 3, Branch topic, MergeRequest 2, MergeRequest 1", _project.Names);
        Assert.AreEqual("ABC-1", string.Join(' ', _project.Appended[1].Keys));
    }

    [TestMethod]
    public async Task A_branch_goes_with_the_keys_of_its_open_merge_requests_and_once()
    {
        _project.MergeRequests.Add(ListedProject.MergeRequest(3, "ABC-7 Open", MergeRequestState.Opened, "ABC-4-four"));
        _project.Branches.Add(ListedProject.Branch("ABC-4-four"));

        await ReadAsync();

        Assert.AreEqual("MergeRequest 3, Branch ABC-4-four", _project.Names);
        Assert.AreEqual("ABC-4 ABC-7", string.Join(' ', _project.Appended[1].Keys));
    }

    [TestMethod]
    public async Task Asks_for_no_branchs_merge_requests_when_it_has_seen_all_of_them()
    {
        _project.MergeRequests.Add(ListedProject.MergeRequest(3, "Without a key", MergeRequestState.Opened, "ABC-4-four") with { Description = "For ABC-8" });
        _project.Branches.AddRange([ListedProject.Branch("ABC-4-four"), ListedProject.Branch("ABC-5-five")]);

        await ReadAsync();

        // The first one was brought by its merge request, which asks.
        _project.Reader.Verify(r => r.OpenMergeRequestsAsync(It.IsAny<GitLabAccess>(), 1, "ABC-5-five", It.IsAny<CancellationToken>()), Times.Never);
        Assert.Contains("Branch ABC-5-five", _project.Names);
    }

    [TestMethod]
    public async Task Reads_a_thousand_merge_requests_at_the_most()
    {
        _project.MergeRequests.AddRange(Enumerable.Range(0, 1200).Select(number => ListedProject.MergeRequest(2000 - number, number == 1100 ? "ABC-1 Too old" : "Without a key")));

        var result = await ReadAsync();

        Assert.AreEqual("0 merge requests, 0 branches.", result);
        VerifyPages(Times.Exactly(10));
    }

    [TestMethod]
    public async Task Sends_four_hundred_merge_requests_at_the_most()
    {
        _project.MergeRequests.AddRange(Enumerable.Range(0, 700).Select(number => ListedProject.MergeRequest(2000 - number, number % 3 == 2 ? "Without a key" : "ABC-1 With a key")));

        await ReadAsync();

        Assert.HasCount(400, _project.Appended);
        Assert.AreEqual("1402", _project.Appended[^1].Entity.Name);
        VerifyPages(Times.Exactly(6));
    }

    [TestMethod]
    public async Task Sends_the_four_hundred_branches_that_were_updated_last_newest_first()
    {
        // GitLab sorts by name; the last ones are the newest.
        _project.Branches.AddRange(Enumerable.Range(1, 450).Select(number => ListedProject.Branch($"ABC-{number}", hoursAgo: 1000 - number)));

        await ReadAsync();

        Assert.HasCount(400, _project.Appended);
        Assert.AreEqual("ABC-450", _project.Appended[0].Entity.Name);
        Assert.AreEqual("ABC-51", _project.Appended[^1].Entity.Name);
    }

    [TestMethod]
    public async Task Leaves_to_the_hook_what_is_newer_than_the_hook()
    {
        _project.MergeRequests.Add(ListedProject.MergeRequest(3, "ABC-1 New") with { CreatedAt = ListedProject.HookedAt.AddSeconds(1) });
        _project.Branches.Add(ListedProject.Branch("ABC-2-new", hoursAgo: 0.5));
        _project.Branches.Add(ListedProject.Branch("ABC-3-of-a-wrong-clock", hoursAgo: -2));

        await ReadAsync();

        Assert.AreEqual("MergeRequest 3 in 60 s, Branch ABC-2-new in 60 s", string.Join(", ", _project.Looks));
        Assert.AreEqual("Branch ABC-3-of-a-wrong-clock", _project.Names);
    }

    [TestMethod]
    public async Task A_list_that_is_kept_from_us_is_empty_and_the_other_one_counts()
    {
        _project.Branches.Add(ListedProject.Branch("ABC-4-four"));
        _project.Reader.Setup(r => r.MergeRequestsAsync(It.IsAny<GitLabAccess>(), 1, null, It.IsAny<CancellationToken>())).ThrowsAsync(ListedProject.Forbidden());

        var result = await ReadAsync();

        Assert.AreEqual("Branch ABC-4-four", _project.Names);
        Assert.AreEqual("0 merge requests, 1 branches. GitLab does not show the merge requests.", result);
    }

    [TestMethod]
    public async Task Reads_a_list_of_branches_again_that_was_cut_short_and_says_so_when_it_stays_short()
    {
        _project.Reader.Setup(r => r.KeyedBranchesAsync(It.IsAny<GitLabAccess>(), 1, null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ListPage<GitLabBranch>([ListedProject.Branch("ABC-4-four")], Next: null, Total: 3));

        var result = await ReadAsync();

        Assert.AreEqual("0 merge requests, 1 branches. GitLab listed 1 of 3 branches.", result);
        _project.Reader.Verify(r => r.KeyedBranchesAsync(It.IsAny<GitLabAccess>(), 1, null, It.IsAny<CancellationToken>()), Times.Exactly(2));
    }

    [TestMethod]
    public async Task Asks_an_empty_repository_for_no_branches()
    {
        _project.IsEmpty = true;

        Assert.AreEqual("0 merge requests, 0 branches.", await ReadAsync());

        _project.Reader.Verify(r => r.KeyedBranchesAsync(It.IsAny<GitLabAccess>(), It.IsAny<long>(), It.IsAny<Uri?>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [TestMethod]
    public async Task Goes_on_where_each_of_its_cursors_stands_and_ends_with_the_same()
    {
        _project.MergeRequests.AddRange(Enumerable.Range(0, 250).Select(number => ListedProject.MergeRequest(500 - number, "ABC-1 With a key")));
        _project.Branches.AddRange(Enumerable.Range(1, 250).Select(number => ListedProject.Branch($"ABC-{number}", hoursAgo: 1000 - number)));
        var whole = await ReadAsync();
        var all = _project.Appended.Select(change => change.Entity.EntityId).ToHashSet(StringComparer.Ordinal);
        var cursors = _project.Kept.ToList();
        Assert.HasCount(6, cursors);

        for (var kept = 0; kept < cursors.Count; kept++)
        {
            var interrupted = new ListedProject { StopsAfter = kept };
            interrupted.MergeRequests.AddRange(_project.MergeRequests);
            interrupted.Branches.AddRange(_project.Branches);
            Assert.IsNull(await interrupted.ReadAsync(test.CancellationToken), "Stopped.");
            interrupted.StopsAfter = int.MaxValue;
            var before = interrupted.Appended.Count;

            // As it stands in the row.
            var result = await interrupted.ReadAsync(test.CancellationToken, ProjectCursor.Parse(interrupted.Kept[^1].ToText()));

            Assert.AreEqual(whole, result);
            Assert.IsTrue(all.SetEquals(interrupted.Appended.Select(change => change.Entity.EntityId)));
            Assert.HasCount(500 - before, interrupted.Appended.Skip(before), "Nothing is read twice.");
        }
    }

    private void VerifySingle(long iid, Times times) => _project.Reader.Verify(r => r.MergeRequestAsync(It.IsAny<GitLabAccess>(), 1, iid, It.IsAny<CancellationToken>()), times);

    private void VerifyPages(Times times) => _project.Reader.Verify(r => r.MergeRequestsAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<Uri?>(), It.IsAny<CancellationToken>()), times);

    private Task<string?> ReadAsync() => _project.ReadAsync(test.CancellationToken);
}
