using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Storage;
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
        _log = new LookLog(_stub.Tables, new GroupCommit(), _clock);
        _otherProcess = new LookLog(_stub.Tables, new GroupCommit(), _clock);
    }

    [TestMethod]
    public async Task A_look_by_itself_is_not_crowded()
    {
        var note = await _log.BeginAsync(Entity, known: null, _cancel);
        await _otherProcess.BeginAsync(DeliverySamples.Entity("901"), known: null, _cancel);
        await _otherProcess.BeginAsync(DeliverySamples.Entity("900", EntityKind.Branch), known: null, _cancel);
        await _otherProcess.BeginAsync(DeliverySamples.Entity("900", project: 43), known: null, _cancel);

        Assert.IsNull(note.Previous);
        Assert.IsFalse(await _log.IsCrowdedAsync(note, _cancel));
    }

    [TestMethod]
    [DataRow(60.0, true)]
    [DataRow(60.1, false)]
    public async Task A_look_is_crowded_by_one_within_the_lag_before_it(double seconds, bool expected)
    {
        await _otherProcess.BeginAsync(Entity, known: null, _cancel);
        _clock.Advance(TimeSpan.FromSeconds(seconds));

        var note = await _log.BeginAsync(Entity, known: null, _cancel);

        Assert.AreEqual(expected, await _log.IsCrowdedAsync(note, _cancel));
    }

    [TestMethod]
    public async Task A_look_is_crowded_by_one_or_by_a_judgement_that_began_since()
    {
        var note = await _log.BeginAsync(Entity, known: null, _cancel);
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
            second = _otherProcess.BeginAsync(Entity, known: null, _cancel).GetAwaiter().GetResult();
        };

        var first = await _log.BeginAsync(Entity, known: null, _cancel);

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

        var look = await _log.BeginAsync(Entity, known: null, _cancel);

        Assert.IsTrue(await _log.IsCrowdedAsync(look, _cancel));
    }

    [TestMethod]
    public async Task A_judgement_without_a_look_leaves_what_else_is_known()
    {
        var look = await _otherProcess.BeginAsync(Entity, known: null, _cancel);
        await _otherProcess.EndAsync(new LookEnd(Entity) { Begun = look.Begun }, _cancel);
        Assert.IsTrue(await _otherProcess.TryAdvanceBodyAsync(Entity, _clock.GetUtcNow(), _cancel));
        _clock.Advance(TimeSpan.FromSeconds(1));

        await _log.NoteAsync(Entity, _cancel);

        Assert.AreEqual(_clock.GetUtcNow(), await _log.LastJudgedAsync(Entity, _cancel));
        Assert.AreEqual(look.Begun, (await _log.ReadAsync(Entity, _cancel)).FinishedAt);
        Assert.IsFalse(await _log.TryAdvanceBodyAsync(Entity, look.Begun.AddSeconds(-1), _cancel));
        Assert.IsTrue(await _otherProcess.IsCrowdedAsync(look, _cancel));
    }

    [TestMethod]
    public async Task Sees_across_the_end_of_a_week_although_each_has_a_table_of_its_own()
    {
        _clock.SetUtcNow(new DateTimeOffset(2026, 11, 22, 23, 59, 50, TimeSpan.Zero));
        var before = await _otherProcess.BeginAsync(Entity, known: null, _cancel);
        Assert.IsTrue(await _otherProcess.TryAdvanceBodyAsync(Entity, _clock.GetUtcNow(), _cancel));
        _clock.Advance(TimeSpan.FromSeconds(20));

        var after = await _log.BeginAsync(Entity, known: null, _cancel);

        Assert.AreEqual(before.Begun, after.Previous);
        Assert.IsTrue(await _log.IsCrowdedAsync(after, _cancel));
        Assert.IsTrue(await _otherProcess.IsCrowdedAsync(before, _cancel));
        Assert.IsFalse(await _log.TryAdvanceBodyAsync(Entity, before.Begun.AddSeconds(-1), _cancel));
    }

    [TestMethod]
    public async Task Tells_when_the_latest_look_began_that_has_ended()
    {
        var note = await _otherProcess.BeginAsync(Entity, known: null, _cancel);
        Assert.IsNull((await _log.ReadAsync(Entity, _cancel)).FinishedAt);
        await _otherProcess.EndAsync(new LookEnd(Entity) { Begun = note.Begun }, _cancel);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var later = await _otherProcess.BeginAsync(Entity, known: null, _cancel);

        Assert.AreEqual(note.Begun, (await _log.ReadAsync(Entity, _cancel)).FinishedAt);
        Assert.AreEqual(later.Begun, await _log.LastJudgedAsync(Entity, _cancel));
    }

    [TestMethod]
    public async Task The_end_of_a_look_changes_nothing_about_who_sees_whom()
    {
        var note = await _log.BeginAsync(Entity, known: null, _cancel);
        await _log.EndAsync(new LookEnd(Entity) { Begun = note.Begun }, _cancel);
        await _log.EndAsync(new LookEnd(DeliverySamples.Entity("901")) { Begun = note.Begun }, _cancel);

        Assert.IsFalse(await _log.IsCrowdedAsync(note, _cancel));
        Assert.IsNull((await _log.ReadAsync(DeliverySamples.Entity("901"), _cancel)).FinishedAt, "It was never begun.");
    }

    [TestMethod]
    public async Task Looks_that_stand_alone_end_in_one_transaction()
    {
        var (own, other) = (await _log.BeginAsync(Entity, known: null, _cancel), await _log.BeginAsync(DeliverySamples.Entity("901"), known: null, _cancel));
        var writes = 0;
        _stub.BeforeWrite = _ => writes++;

        Assert.IsTrue(await _log.TryEndAsync([own, other], new LookEnd(Entity) { Begun = own.Begun }.With("one", []), _cancel));

        Assert.AreEqual(1, writes);
        var known = await _otherProcess.ReadAsync(Entity, _cancel);
        Assert.AreEqual(own.Begun, known.FinishedAt);
        Assert.IsTrue(known.Answered("one"));
    }

    [TestMethod]
    [DataRow("a look since")]
    [DataRow("a judgement since")]
    [DataRow("a look shortly before")]
    [DataRow("a second look of its own")]
    public async Task Looks_of_which_one_is_crowded_do_not_end_at_once(string by)
    {
        if (by == "a look shortly before")
        {
            await _otherProcess.BeginAsync(Entity, known: null, _cancel);
        }

        var (own, other) = (await _log.BeginAsync(Entity, known: null, _cancel), await _log.BeginAsync(DeliverySamples.Entity("901"), known: null, _cancel));
        List<LookNote> looks = [own, other];

        switch (by)
        {
            case "a look since":
                await _otherProcess.BeginAsync(Entity, known: null, _cancel);
                break;
            case "a judgement since":
                await _otherProcess.NoteAsync(Entity, _cancel);
                break;
            case "a second look of its own":
                looks.Add(await _log.BeginAsync(Entity, known: null, _cancel));
                break;
        }

        Assert.IsFalse(await _log.TryEndAsync(looks, new LookEnd(Entity).With("one", []), _cancel));
        Assert.IsFalse((await _log.ReadAsync(Entity, _cancel)).Answered("one"));
        Assert.IsTrue(await _log.IsCrowdedAsync(own, _cancel));
        Assert.IsFalse(await _log.IsCrowdedAsync(other, _cancel));
    }

    [TestMethod]
    public async Task Looks_of_last_week_do_not_end_at_once()
    {
        _clock.SetUtcNow(new DateTimeOffset(2026, 11, 22, 23, 59, 50, TimeSpan.Zero));
        var before = await _otherProcess.BeginAsync(Entity, known: null, _cancel);
        _clock.Advance(TimeSpan.FromSeconds(20));
        await _log.BeginAsync(Entity, known: null, _cancel);

        Assert.IsFalse(await _otherProcess.TryEndAsync([before], end: null, _cancel));
    }

    [TestMethod]
    [DataRow(0, 3)]
    [DataRow(3, 6)]
    public async Task Knows_which_events_it_answered_for_three_days_in_whatever_week(int answeredAfter, int askedAfter)
    {
        _clock.Advance(TimeSpan.FromDays(answeredAfter));
        await AnswerAsync("one");
        await AnswerAsync("another");
        _clock.Advance(TimeSpan.FromDays(askedAfter - answeredAfter));

        var known = await _otherProcess.ReadAsync(Entity, _cancel);

        Assert.IsTrue(known.Answered("one"));
        Assert.IsTrue(known.Answered("another"));
        Assert.IsFalse(known.Answered("a third"));
        Assert.IsFalse((await _otherProcess.ReadAsync(DeliverySamples.Entity("901"), _cancel)).Answered("one"));
    }

    [TestMethod]
    public async Task Forgets_the_oldest_of_many_events()
    {
        for (var number = 0; number < 21; number++)
        {
            await AnswerAsync($"event {number}");
        }

        var known = await _log.ReadAsync(Entity, _cancel);

        Assert.IsFalse(known.Answered("event 0"));
        Assert.IsTrue(known.Answered("event 1"));
        Assert.IsTrue(known.Answered("event 20"));
    }

    [TestMethod]
    [DataRow(24, DisplayName = "within a week")]
    [DataRow(23, DisplayName = "when a week has just begun")]
    public async Task What_is_only_presumed_to_be_new_is_found_out(int day)
    {
        _clock.SetUtcNow(new DateTimeOffset(2026, 11, day, 0, 0, 10, TimeSpan.Zero).AddSeconds(-20));
        var other = await _otherProcess.BeginAsync(Entity, known: null, _cancel);
        _clock.Advance(TimeSpan.FromSeconds(20));

        var note = await _log.BeginAsync(Entity, _log.PresumeNone(Entity), _cancel);

        Assert.AreEqual(other.Begun, note.Previous);
    }

    [TestMethod]
    public async Task What_was_read_a_moment_ago_is_not_read_again_and_is_not_trusted_when_it_has_changed()
    {
        await _log.BeginAsync(Entity, known: null, _cancel);
        _clock.Advance(TimeSpan.FromMinutes(5));
        var known = await _log.ReadAsync(Entity, _cancel);
        var other = await _otherProcess.BeginAsync(Entity, known: null, _cancel);

        var note = await _log.BeginAsync(Entity, known, _cancel);

        Assert.AreEqual(other.Begun, note.Previous);
        Assert.IsTrue(note.FollowsClosely);
    }

    [TestMethod]
    public async Task Lets_bodies_through_in_the_order_of_their_times_only()
    {
        var noon = _clock.GetUtcNow();

        Assert.IsTrue(await _log.TryAdvanceBodyAsync(Entity, noon, _cancel));
        Assert.IsTrue(await _otherProcess.TryAdvanceBodyAsync(Entity, noon, _cancel), "Two changes of one second look alike.");
        Assert.IsFalse(await _otherProcess.TryAdvanceBodyAsync(Entity, noon.AddSeconds(-1), _cancel));
        Assert.IsTrue(await _log.TryAdvanceBodyAsync(Entity, noon.AddSeconds(1), _cancel));
        await _log.BeginAsync(Entity, known: null, _cancel);
        Assert.IsFalse(await _log.TryAdvanceBodyAsync(Entity, noon, _cancel), "A look does not forget it.");
    }

    private async Task AnswerAsync(string deliveryId)
    {
        var note = await _log.BeginAsync(Entity, known: null, _cancel);
        await _log.EndAsync(new LookEnd(Entity).With(deliveryId, note.Deliveries), _cancel);
    }
}
