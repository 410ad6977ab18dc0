using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;
using GitLabJira.Functions.Tests.InitialSync;
using GitLabJira.Functions.Tests.Relay;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.Jira.Publishing;

/// <summary>What a look at one entity means for Jira (design 6.2, 6.5 and 8, "A key disappears").</summary>
[TestClass]
public sealed class EntityReaderTests : IGrantAccess
{
    private static readonly Publication Live = new(Tests.Relay.Samples.Link, Lane.Live, "test");

    private readonly CancellationToken _cancel;
    private readonly Mock<IGitLabReader> _gitLab = new(MockBehavior.Strict);
    private readonly Mock<ISent> _sent = new(MockBehavior.Strict);
    private readonly Mock<ILookLog> _log = new(MockBehavior.Strict);
    private readonly List<string> _order = [];
    private SentEntity? _held;

    public EntityReaderTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        _log.Setup(l => l.BeginAsync(It.IsAny<EntityRef>(), It.IsAny<KnownLooks?>(), It.IsAny<CancellationToken>()))
            .Callback(() => _order.Add("note"))
            .ReturnsAsync((EntityRef entity, KnownLooks? _, CancellationToken _) => new LookNote(entity, "stamp", ListedProject.Now, Previous: null));
        _sent.Setup(s => s.FindAsync(It.IsAny<EntityRef>(), It.IsAny<CancellationToken>())).Callback(() => _order.Add("sent")).ReturnsAsync(() => _held);
        _sent.Setup(s => s.NextSequence(It.IsAny<SentEntity?>(), It.IsAny<Lane>())).Callback(() => _order.Add("sequence")).Returns(77);
        Project(SyncScene.Project(1));
        Shows(ListedProject.MergeRequest(3, "ABC-1 Title"));
    }

    public Task<T> CallAsync<T>(Link link, Func<GitLabAccess, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        _order.Add("read");
        return call(new GitLabAccess(link.Host, "token", "grant"), cancellationToken);
    }

    [TestMethod]
    public async Task Notes_the_look_and_takes_the_sequence_before_the_first_request()
    {
        var look = await LookAsync();

        Assert.AreEqual("note, sent, sequence, read, read", string.Join(", ", _order));
        Assert.AreEqual(77, look.Change!.Sequence);
        Assert.IsTrue(look.Change is { FromRead: true, MayFireAutomation: true, Cause: "test" });
        Assert.AreEqual(Presence.Present, look.Presence);
    }

    [TestMethod]
    public async Task What_is_gone_from_a_project_that_can_be_read_is_deleted_if_Jira_holds_it()
    {
        Shows(null);
        Assert.IsNull((await LookAsync()).Change);

        Holds();
        var look = await LookAsync();

        Assert.AreEqual(Presence.Gone, look.Presence);
        Assert.IsNull(look.Change!.Body);
        Assert.AreEqual("1003", look.Change.Entity.EntityId);
    }

    [TestMethod]
    public async Task What_is_hidden_with_its_project_is_never_deleted()
    {
        Shows(null);
        Project(null);
        Holds();

        var look = await LookAsync();

        Assert.AreEqual(Presence.Hidden, look.Presence);
        Assert.IsNull(look.Change);
    }

    [TestMethod]
    public async Task What_names_no_key_any_more_is_deleted_if_Jira_holds_it()
    {
        Shows(ListedProject.MergeRequest(3, "No key"));
        Assert.IsNull((await LookAsync(wasKeyed: true)).Change);

        Holds();

        Assert.IsNull((await LookAsync()).Change!.Body);
    }

    [TestMethod]
    public async Task While_a_sync_runs_what_lost_its_last_key_is_deleted_though_Jira_does_not_hold_it_yet()
    {
        Shows(ListedProject.MergeRequest(3, "No key"));
        var syncing = Live with { Link = Live.Link with { ActiveRunId = "run" } };

        Assert.IsNotNull((await LookAsync(wasKeyed: true, syncing)).Change);
        Assert.IsNull((await LookAsync(wasKeyed: false, syncing)).Change);
    }

    [TestMethod]
    [DataRow(Lane.Live, false, true)]
    [DataRow(Lane.Live, true, false)]
    [DataRow(Lane.Backfill, false, false)]
    public async Task Automation_fires_for_what_is_live_and_was_never_deleted(Lane lane, bool tombstone, bool expected)
    {
        if (tombstone)
        {
            Holds(tombstone: true);
        }

        Assert.AreEqual(expected, (await LookAsync(publication: Live with { Lane = lane })).Change!.MayFireAutomation);
    }

    [TestMethod]
    [DataRow(1, 20, null, true)]
    [DataRow(13, 20, null, true)]
    [DataRow(15, 20, null, false, DisplayName = "Older than 14 days")]
    [DataRow(5, 4, null, false, DisplayName = "Older than the link")]
    [DataRow(1, 20, false, false, DisplayName = "Sent before")]
    [DataRow(1, 20, true, false, DisplayName = "Deleted before")]
    public async Task What_repair_brings_fires_automation_only_while_it_is_young_newer_than_the_link_and_new_to_Jira(int daysOld, int linkDaysOld, bool? tombstone, bool expected)
    {
        if (tombstone is { } deleted)
        {
            Holds(deleted);
        }

        Shows(ListedProject.MergeRequest(3, "ABC-1") with { CreatedAt = ListedProject.Now.AddDays(-daysOld) });
        var repair = Live with { Lane = Lane.Repair, Link = Live.Link with { CreatedAt = ListedProject.Now.AddDays(-linkDaysOld) } };

        Assert.AreEqual(expected, (await LookAsync(publication: repair)).Change!.MayFireAutomation);
    }

    [TestMethod]
    public async Task A_branch_is_mapped_with_its_open_merge_requests()
    {
        _gitLab.Setup(g => g.BranchAsync(It.IsAny<GitLabAccess>(), 1, "topic", It.IsAny<CancellationToken>())).ReturnsAsync(ListedProject.Branch("topic"));
        _gitLab.Setup(g => g.OpenMergeRequestsAsync(It.IsAny<GitLabAccess>(), 1, "topic", It.IsAny<CancellationToken>()))
            .ReturnsAsync([ListedProject.MergeRequest(3, "ABC-5 Open", MergeRequestState.Opened)]);

        var look = await NewReader().BranchAsync(Live, 1, "topic", wasKeyed: false, _cancel);

        Assert.AreEqual("ABC-5", string.Join(' ', look.Change!.Keys));
    }

    [TestMethod]
    public async Task A_commit_that_Jira_holds_is_not_read_again_and_one_on_no_branch_is_gone()
    {
        Holds();
        var begun = await NewReader().BeginAsync(Live, EntityRefs.Commit(Live.Link, 1, "abc"), _cancel);
        var held = await NewReader().CommitAsync(Live, begun, known: null, isOnABranch: true, _cancel);
        var dropped = await NewReader().CommitAsync(Live, begun, known: null, isOnABranch: false, _cancel);

        Assert.AreEqual((Presence.Present, null), (held.Presence, held.Change));
        Assert.AreEqual((Presence.Gone, true), (dropped.Presence, dropped.IsHeld));
        _gitLab.Verify(g => g.CommitAsync(It.IsAny<GitLabAccess>(), It.IsAny<long>(), It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [TestMethod]
    public async Task In_doubt_about_what_Jira_holds_a_change_shows()
    {
        var look = await LookAsync();
        Assert.IsTrue(look.ShowsInJira);

        _held = Sent(ContentHash.Of(look.Change!), tombstone: false);
        Assert.IsFalse((await LookAsync()).ShowsInJira);
        _held = Sent("", tombstone: false);
        Assert.IsTrue((await LookAsync()).ShowsInJira);
    }

    private static SentEntity Sent(string hash, bool tombstone) => new()
    {
        Kind = EntityKind.MergeRequest,
        EntityId = "1003",
        Sequence = 5,
        ContentHash = hash,
        Keys = ["ABC-1"],
        Tombstone = tombstone,
        SentAt = ListedProject.Now,
    };

    private void Holds(bool tombstone = false) => _held = Sent("another", tombstone);

    private void Shows(GitLabMergeRequest? mergeRequest) =>
        _gitLab.Setup(g => g.MergeRequestAsync(It.IsAny<GitLabAccess>(), 1, 3, It.IsAny<CancellationToken>())).ReturnsAsync(mergeRequest);

    private void Project(GitLabProject? project) => _gitLab.Setup(g => g.ProjectAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<CancellationToken>())).ReturnsAsync(project);

    private EntityReader NewReader() => new(this, _gitLab.Object, new ProjectCache(this, _gitLab.Object, new TreeByPath(), new FakeTimeProvider(ListedProject.Now)), _sent.Object, _log.Object);

    private Task<MergeRequestLook> LookAsync(bool wasKeyed = false, Publication? publication = null) => NewReader().MergeRequestAsync(publication ?? Live, 1, 1003, 3, wasKeyed, _cancel);
}
