using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Sent;
using GitLabJira.Functions.Tests.Jira.Delivery;

namespace GitLabJira.Functions.Tests.Jira.Sent;

[TestClass]
public sealed class SentStoreTests(TestContext test)
{
    private static readonly EntityRef Entity = DeliverySamples.Entity("1");

    private readonly DeliveryWorld _world = new();

    private SentStore Store => field ??= _world.Process().SentStore;

    [TestMethod]
    public void Gives_out_sequences_that_grow_while_time_stands_still()
    {
        var first = Store.NextSequence(held: null, Lane.Live);
        var second = Store.NextSequence(held: null, Lane.Live);

        Assert.AreEqual(DeliverySamples.Start.ToUnixTimeMilliseconds() * 1000, first);
        Assert.AreEqual(first + 1, second);
        Assert.IsLessThan(1L << 53, second);
    }

    [TestMethod]
    public async Task Gives_out_no_sequence_twice_to_many_at_once()
    {
        var store = Store; // one process: two may well give out the same
        var sequences = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Task.Run(() => store.NextSequence(held: null, Lane.Live))));

        Assert.HasCount(500, sequences.Distinct());
    }

    [TestMethod]
    public async Task Raises_a_live_sequence_over_what_was_sent_by_a_process_whose_clock_is_ahead()
    {
        var ahead = Sequences.At(DeliverySamples.Start.AddSeconds(3));
        await SendAsync(ahead, "h");

        Assert.AreEqual(ahead + 1, await NextAsync(Lane.Live));
    }

    [TestMethod]
    public async Task Raises_a_live_sequence_over_what_is_on_its_way()
    {
        var ahead = Sequences.At(DeliverySamples.Start.AddSeconds(3));
        await NoteAsync(ahead, "h");

        Assert.AreEqual(ahead + 1, await NextAsync(Lane.Live));
    }

    [TestMethod]
    [DataRow(Lane.Repair)]
    [DataRow(Lane.Backfill)]
    public async Task Puts_a_list_that_may_lag_a_minute_back_and_never_raises_it(Lane lane)
    {
        await SendAsync(Sequences.At(DeliverySamples.Start.AddSeconds(3)), "h");

        var sequence = await NextAsync(lane);

        Assert.AreEqual(Sequences.At(DeliverySamples.Start.AddSeconds(-60)), sequence);
    }

    [TestMethod]
    public async Task Shows_what_was_sent()
    {
        await SendAsync(7, "h", "TEA-1", "TEA-2");

        var found = await FindAsync(Entity);

        Assert.AreEqual(7, found!.Sequence);
        Assert.AreEqual("h", found.ContentHash);
        Assert.IsFalse(found.Tombstone);
        Assert.AreSequenceEqual(["TEA-1", "TEA-2"], found.Keys);
    }

    [TestMethod]
    public async Task Shows_nothing_of_what_was_never_sent() =>
        Assert.IsNull(await FindAsync(Entity));

    [TestMethod]
    public async Task Shows_what_is_on_its_way_as_held()
    {
        await NoteAsync(9, "h");

        var found = await FindAsync(Entity);

        Assert.AreEqual(9, found!.Sequence);
        Assert.AreEqual("", found.ContentHash);
        Assert.IsFalse(found.Tombstone);
    }

    [TestMethod]
    public async Task Shows_what_the_initial_sync_has_appended_as_held()
    {
        await _world.Process().Delivery.AppendBackfillAsync(DeliverySamples.Link(), [DeliverySamples.Upsert(Entity, 9, "tea")], test.CancellationToken);

        Assert.AreEqual(9, (await FindAsync(Entity))!.Sequence);
        Assert.IsNull(await FindAsync(DeliverySamples.Entity("2")));
    }

    [TestMethod]
    public async Task What_the_initial_sync_will_only_bring_is_not_listed_among_what_Jira_holds()
    {
        await SendAsync(DeliverySamples.Entity("2"), 5, "h");
        await _world.Process().Delivery.AppendBackfillAsync(DeliverySamples.Link(), [DeliverySamples.Upsert(Entity, 9, "tea")], test.CancellationToken);

        var listed = await Store.ListAsync(Entity.Link.Id, Entity.ProjectId, Entity.Kind, test.CancellationToken).ToListAsync(test.CancellationToken);

        Assert.AreEqual("2", listed.Single().EntityId);
    }

    [TestMethod]
    public async Task An_old_tombstone_stays_while_the_initial_sync_is_to_bring_what_it_stands_for()
    {
        var other = DeliverySamples.Entity("2");
        await SendAsync(5, ContentHash.Deleted);
        await SendAsync(other, 5, ContentHash.Deleted);
        _world.Clock.Advance(TimeSpan.FromDays(31));
        await _world.Process().Delivery.AppendBackfillAsync(DeliverySamples.Link(), [DeliverySamples.Upsert(Entity, 9, "tea")], test.CancellationToken);

        Assert.AreEqual(1, await Store.DropOldTombstonesAsync(test.CancellationToken));

        Assert.IsNull(await Store.ReadAsync(SentKey.Of(other), test.CancellationToken));
        Assert.AreEqual(9, (await FindAsync(Entity))!.Sequence);
    }

    [TestMethod]
    [DataRow(5, true)]
    [DataRow(20, false)]
    public async Task Shows_a_tombstone_unless_the_initial_sync_brings_something_newer(long deleted, bool held)
    {
        await SendAsync(deleted, ContentHash.Deleted);
        await _world.Process().Delivery.AppendBackfillAsync(DeliverySamples.Link(), [DeliverySamples.Upsert(Entity, 9, "tea")], test.CancellationToken);

        Assert.AreEqual(!held, (await FindAsync(Entity))!.Tombstone);
    }

    [TestMethod]
    public async Task Forgets_a_tombstone_after_30_days()
    {
        await SendAsync(5, ContentHash.Deleted);

        _world.Clock.Advance(TimeSpan.FromDays(30));
        Assert.IsTrue((await FindAsync(Entity))!.Tombstone);
        _world.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsNull(await FindAsync(Entity));
    }

    [TestMethod]
    public async Task Lists_a_projects_entities_of_a_kind_without_tombstones()
    {
        await SendAsync(5, "h");
        await SendAsync(DeliverySamples.Entity("2"), 6, ContentHash.Deleted);
        await SendAsync(DeliverySamples.Entity("3", EntityKind.Branch), 7, "h");
        await SendAsync(DeliverySamples.Entity("4", project: 43), 8, "h");

        var listed = await Store.ListAsync(DeliverySamples.Link().Id, 42, EntityKind.MergeRequest, test.CancellationToken).ToListAsync(test.CancellationToken);

        Assert.AreSequenceEqual(["1"], listed.Select(e => e.EntityId));
    }

    [TestMethod]
    public async Task Keeps_the_newer_record_whoever_writes_last()
    {
        var row = new SentRow(SentKey.Of(Entity));

        await Store.UpdateAsync([(row, r => r.Record(20, "new", [], _world.Clock.GetUtcNow(), null))], test.CancellationToken);
        await Store.UpdateAsync([(row, r => r.Record(10, "old", [], _world.Clock.GetUtcNow(), null))], test.CancellationToken);

        Assert.AreEqual("new", (await FindAsync(Entity))!.ContentHash);
    }

    [TestMethod]
    public async Task Keeps_notes_of_many_writers_at_once()
    {
        var row = new SentRow(SentKey.Of(Entity));

        await Task.WhenAll(Enumerable.Range(1, 10).Select(n => Task.Run(() => Store.UpdateAsync([(row, r => r.Note(n, $"h{n}"))], test.CancellationToken))));

        var noted = await Store.ReadAsync(SentKey.Of(Entity), test.CancellationToken);
        Assert.AreEqual(10, noted!.Pending);
        Assert.AreEqual("", noted.PendingHash);
    }

    [TestMethod]
    public async Task Keeps_a_note_that_is_newer_than_the_record()
    {
        await NoteAsync(10, "a");
        await NoteAsync(20, "b");
        await SendAsync(10, "a");

        var row = await Store.ReadAsync(SentKey.Of(Entity), test.CancellationToken);

        Assert.AreEqual(20, row!.Pending);
        Assert.IsFalse(row.Holds("a"));
    }

    [TestMethod]
    public async Task Buries_what_is_older_than_the_deletion_of_its_repository()
    {
        await SendAsync(5, "h");
        await SendAsync(DeliverySamples.Entity("2"), 60, "h");

        await Store.BuryProjectAsync(DeliverySamples.Link().Id, 42, 50, _world.Clock.GetUtcNow(), test.CancellationToken);

        Assert.IsTrue((await FindAsync(Entity))!.Tombstone);
        Assert.IsFalse((await FindAsync(DeliverySamples.Entity("2")))!.Tombstone);
    }

    [TestMethod]
    public async Task Drops_a_links_rows_and_nobody_elses()
    {
        var other = DeliverySamples.Entity("1", link: DeliverySamples.Link(2));
        await SendAsync(5, "h");
        await SendAsync(other, 5, "h");

        await Store.DropAsync(DeliverySamples.Link().Id, test.CancellationToken);

        Assert.IsNull(await FindAsync(Entity));
        Assert.IsNotNull(await FindAsync(other));
    }

    [TestMethod]
    public async Task Holds_as_many_keys_as_a_column_takes()
    {
        var keys = Enumerable.Range(100, 400).Select(n => new string('K', 250) + "-" + n).ToArray();

        await SendAsync(5, "h", keys);

        var found = await FindAsync(Entity);
        Assert.IsGreaterThan(100, found!.Keys.Count);
        Assert.AreEqual(keys[found.Keys.Count - 1], found.Keys[^1]);
    }

    private Task<SentEntity?> FindAsync(EntityRef entity) => Store.FindAsync(entity, test.CancellationToken);

    private async Task<long> NextAsync(Lane lane) => Store.NextSequence(await FindAsync(Entity), lane);

    private Task<IReadOnlyList<SentRow>> SendAsync(long sequence, string hash, params string[] keys) => SendAsync(Entity, sequence, hash, keys);

    private Task<IReadOnlyList<SentRow>> SendAsync(EntityRef entity, long sequence, string hash, params string[] keys) =>
        Store.UpdateAsync([(new SentRow(SentKey.Of(entity)), row => row.Record(sequence, hash, keys, _world.Clock.GetUtcNow(), settleAt: null))], test.CancellationToken);

    private Task<IReadOnlyList<SentRow>> NoteAsync(long sequence, string hash) =>
        Store.UpdateAsync([(new SentRow(SentKey.Of(Entity)), row => row.Note(sequence, hash))], test.CancellationToken);
}
