using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Tests.Jira.Delivery;
using GitLabJira.Functions.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.Jira.Publishing;

/// <summary>Two looks within the lag of GitLab's replicas must know of each other, in whatever process they are.</summary>
[TestClass]
public sealed class LookLogTests
{
    private static readonly EntityRef Entity = DeliverySamples.Entity("900");

    private readonly CancellationToken _cancel;
    private readonly StubTables _stub = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly LookLog _log;
    private readonly LookLog _otherProcess;

    public LookLogTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        _log = new LookLog(_stub.Tables, _clock);
        _otherProcess = new LookLog(_stub.Tables, _clock);
    }

    [TestMethod]
    public async Task A_look_by_itself_is_not_crowded()
    {
        var note = await _log.BeginAsync(Entity, isNew: false, _cancel);
        await _otherProcess.BeginAsync(DeliverySamples.Entity("901"), isNew: false, _cancel);
        await _otherProcess.BeginAsync(DeliverySamples.Entity("900", EntityKind.Branch), isNew: false, _cancel);
        await _otherProcess.BeginAsync(DeliverySamples.Entity("900", project: 43), isNew: false, _cancel);

        Assert.IsNull(note.Previous);
        Assert.IsFalse(await _log.IsCrowdedAsync(note, _cancel));
    }

    [TestMethod]
    [DataRow(60.0, true)]
    [DataRow(60.1, false)]
    public async Task A_look_is_crowded_by_one_within_the_lag_before_it(double seconds, bool expected)
    {
        await _otherProcess.BeginAsync(Entity, isNew: false, _cancel);
        _clock.Advance(TimeSpan.FromSeconds(seconds));

        var note = await _log.BeginAsync(Entity, isNew: false, _cancel);

        Assert.AreEqual(expected, await _log.IsCrowdedAsync(note, _cancel));
    }

    [TestMethod]
    public async Task A_look_is_crowded_by_one_or_by_a_judgement_that_began_since()
    {
        var note = await _log.BeginAsync(Entity, isNew: false, _cancel);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await _otherProcess.NoteAsync(Entity, _cancel);

        Assert.IsTrue(await _log.IsCrowdedAsync(note, _cancel));
    }

    [TestMethod]
    public async Task Of_two_looks_at_once_at_least_one_sees_the_other()
    {
        LookNote? second = null;
        _stub.BeforeWrite = _ =>
        {
            _stub.BeforeWrite = null;
            second = _otherProcess.BeginAsync(Entity, isNew: false, _cancel).GetAwaiter().GetResult();
        };

        var first = await _log.BeginAsync(Entity, isNew: false, _cancel);

        Assert.IsTrue(await _log.IsCrowdedAsync(first, _cancel));
        Assert.IsTrue(await _otherProcess.IsCrowdedAsync(second!, _cancel));
    }

    [TestMethod]
    public async Task A_judgement_without_a_look_is_seen_by_a_look_that_begins_at_the_same_time()
    {
        _stub.BeforeWrite = _ =>
        {
            _stub.BeforeWrite = null;
            _otherProcess.NoteAsync(Entity, _cancel).GetAwaiter().GetResult();
        };

        var look = await _log.BeginAsync(Entity, isNew: false, _cancel);

        Assert.IsTrue(await _log.IsCrowdedAsync(look, _cancel));
    }

    [TestMethod]
    public async Task A_judgement_without_a_look_leaves_what_else_is_known()
    {
        var look = await _otherProcess.BeginAsync(Entity, isNew: false, _cancel);
        await _otherProcess.FinishAsync(Entity, look.Begun, _cancel);
        Assert.IsTrue(await _otherProcess.TryAdvanceBodyAsync(Entity, _clock.GetUtcNow(), _cancel));
        _clock.Advance(TimeSpan.FromSeconds(1));

        await _log.NoteAsync(Entity, _cancel);

        Assert.AreEqual(_clock.GetUtcNow(), await _log.LastJudgedAsync(Entity, _cancel));
        Assert.AreEqual(look.Begun, await _log.LastFinishedAsync(Entity, _cancel));
        Assert.IsFalse(await _log.TryAdvanceBodyAsync(Entity, look.Begun.AddSeconds(-1), _cancel));
        Assert.IsTrue(await _otherProcess.IsCrowdedAsync(look, _cancel));
    }

    [TestMethod]
    public async Task Sees_across_the_end_of_a_week_although_each_has_a_table_of_its_own()
    {
        _clock.SetUtcNow(new DateTimeOffset(2026, 11, 22, 23, 59, 50, TimeSpan.Zero));
        var before = await _otherProcess.BeginAsync(Entity, isNew: false, _cancel);
        Assert.IsTrue(await _otherProcess.TryAdvanceBodyAsync(Entity, _clock.GetUtcNow(), _cancel));
        _clock.Advance(TimeSpan.FromSeconds(20));

        var after = await _log.BeginAsync(Entity, isNew: false, _cancel);

        Assert.AreEqual(before.Begun, after.Previous);
        Assert.IsTrue(await _log.IsCrowdedAsync(after, _cancel));
        Assert.IsTrue(await _otherProcess.IsCrowdedAsync(before, _cancel));
        Assert.IsFalse(await _log.TryAdvanceBodyAsync(Entity, before.Begun.AddSeconds(-1), _cancel));
    }

    [TestMethod]
    public async Task Tells_when_the_latest_look_began_that_has_ended()
    {
        var note = await _otherProcess.BeginAsync(Entity, isNew: false, _cancel);
        Assert.IsNull(await _log.LastFinishedAsync(Entity, _cancel));
        await _otherProcess.FinishAsync(Entity, note.Begun, _cancel);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var later = await _otherProcess.BeginAsync(Entity, isNew: false, _cancel);

        Assert.AreEqual(note.Begun, await _log.LastFinishedAsync(Entity, _cancel));
        Assert.AreEqual(later.Begun, await _log.LastJudgedAsync(Entity, _cancel));
    }

    [TestMethod]
    public async Task The_end_of_a_look_changes_nothing_about_who_sees_whom()
    {
        var note = await _log.BeginAsync(Entity, isNew: false, _cancel);
        await _log.FinishAsync(Entity, note.Begun, _cancel);
        await _log.FinishAsync(DeliverySamples.Entity("901"), note.Begun, _cancel);

        Assert.IsFalse(await _log.IsCrowdedAsync(note, _cancel));
        Assert.IsNull(await _log.LastFinishedAsync(DeliverySamples.Entity("901"), _cancel), "It was never begun.");
    }

    [TestMethod]
    public async Task Lets_bodies_through_in_the_order_of_their_times_only()
    {
        var noon = _clock.GetUtcNow();

        Assert.IsTrue(await _log.TryAdvanceBodyAsync(Entity, noon, _cancel));
        Assert.IsTrue(await _otherProcess.TryAdvanceBodyAsync(Entity, noon, _cancel), "Two changes of one second look alike.");
        Assert.IsFalse(await _otherProcess.TryAdvanceBodyAsync(Entity, noon.AddSeconds(-1), _cancel));
        Assert.IsTrue(await _log.TryAdvanceBodyAsync(Entity, noon.AddSeconds(1), _cancel));
        await _log.BeginAsync(Entity, isNew: false, _cancel);
        Assert.IsFalse(await _log.TryAdvanceBodyAsync(Entity, noon, _cancel), "A look does not forget it.");
    }
}
