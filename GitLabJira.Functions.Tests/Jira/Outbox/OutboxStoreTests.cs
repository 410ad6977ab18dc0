using System.Security.Cryptography;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Outbox;
using GitLabJira.Functions.Tests.Jira.Delivery;

namespace GitLabJira.Functions.Tests.Jira.Outbox;

[TestClass]
public sealed class OutboxStoreTests(TestContext test)
{
    private readonly DeliveryWorld _world = new();

    private OutboxStore Store => field ??= _world.Process().Outbox;

    [TestMethod]
    [DataRow(Lane.Live)]
    [DataRow(Lane.Repair)]
    public async Task Reads_in_the_order_of_appending(Lane lane)
    {
        await Store.AppendAsync(DeliverySamples.Site, lane, [Tea("c", 3), Tea("a", 1)], test.CancellationToken);
        await Store.AppendAsync(DeliverySamples.Site, lane, [Tea("b", 2)], test.CancellationToken);

        Assert.AreSequenceEqual(["c", "a", "b"], (await ReadAsync(lane)).Select(r => r.EntityId));
    }

    [TestMethod]
    public async Task Gives_back_what_was_appended()
    {
        var change = Tea("a", 7, "tea \uD83C\uDF75") with { MayFireAutomation = true };
        await Store.AppendAsync(DeliverySamples.Site, Lane.Live, [change], test.CancellationToken);
        var row = (await ReadAsync(Lane.Live)).Single();

        var opened = await Store.OpenAsync(row, DeliverySamples.Link(), test.CancellationToken);

        Assert.AreEqual(change.Body!.Value.GetRawText(), opened.Body!.Value.GetRawText());
        Assert.AreEqual(ContentHash.Of(change), row.Hash);
        Assert.AreEqual(change with { Body = null, Keys = [] }, opened with { Body = null, Keys = [] });
        Assert.AreSequenceEqual(change.Keys, opened.Keys);
    }

    [TestMethod]
    public async Task Gives_back_a_deletion()
    {
        await Store.AppendAsync(DeliverySamples.Site, Lane.Live, [DeliverySamples.Deletion(DeliverySamples.Entity("a"), 7)], test.CancellationToken);
        var row = (await ReadAsync(Lane.Live)).Single();

        Assert.IsNull((await Store.OpenAsync(row, DeliverySamples.Link(), test.CancellationToken)).Body);
        Assert.AreEqual(ContentHash.Deleted, row.Hash);
    }

    [TestMethod]
    public async Task Holds_a_body_that_fills_several_columns()
    {
        var noise = Convert.ToBase64String(RandomNumberGenerator.GetBytes(200_000));
        await Store.AppendAsync(DeliverySamples.Site, Lane.Live, [Tea("a", 7, noise)], test.CancellationToken);

        var opened = await Store.OpenAsync((await ReadAsync(Lane.Live)).Single(), DeliverySamples.Link(), test.CancellationToken);

        Assert.AreEqual(noise, opened.Body!.Value.GetProperty("title").GetString());
    }

    [TestMethod]
    public async Task Shows_no_content_in_the_row()
    {
        await Store.AppendAsync(DeliverySamples.Site, Lane.Live, [Tea("a", 7, "secret recipe")], test.CancellationToken);

        Assert.DoesNotContain("name-a", _world.Storage.Rows("Outbox").Single().ToJsonString());
        Assert.DoesNotContain("recipe", _world.Storage.Rows("Outbox").Single().ToJsonString());
    }

    [TestMethod]
    public async Task Opens_no_row_that_was_moved()
    {
        await Store.AppendAsync(DeliverySamples.Site, Lane.Live, [Tea("a", 7)], test.CancellationToken);
        var row = (await ReadAsync(Lane.Live)).Single();

        await Assert.ThrowsExactlyAsync<CryptographicException>(() => Store.OpenAsync(row with { RowKey = row.RowKey + "x" }, DeliverySamples.Link(), test.CancellationToken));
    }

    [TestMethod]
    public async Task Holds_a_repeat_back_until_its_time()
    {
        await Store.AppendLaterAsync(DeliverySamples.Site, Lane.Live, OutboxPurpose.Repeat, Tea("a", 7), DeliverySamples.Start.AddMinutes(10), test.CancellationToken);

        _world.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        Assert.IsEmpty(await ReadAsync(Lane.Live));
        Assert.IsFalse(await Store.AnyAsync(DeliverySamples.Site, Lane.Live, test.CancellationToken));
        _world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.AreEqual(OutboxPurpose.Repeat, (await ReadAsync(Lane.Live)).Single().Purpose);
        Assert.IsTrue(await Store.AnyAsync(DeliverySamples.Site, Lane.Live, test.CancellationToken));
    }

    [TestMethod]
    public async Task Keeps_one_backfill_row_per_entity_the_newest_read()
    {
        await Store.PutBackfillAsync(DeliverySamples.Site, [Tea("a", 5), Tea("a", 6), Tea("b", 5)], test.CancellationToken);
        await Store.PutBackfillAsync(DeliverySamples.Site, [Tea("a", 4), Tea("b", 8)], test.CancellationToken);

        Assert.AreSequenceEqual([6L, 8L], (await ReadAsync(Lane.Backfill)).OrderBy(r => r.EntityId, StringComparer.Ordinal).Select(r => r.Sequence));
    }

    [TestMethod]
    public async Task Keeps_the_same_entity_of_two_links_apart()
    {
        await Store.PutBackfillAsync(DeliverySamples.Site, [Tea("a", 5)], test.CancellationToken);
        await Store.PutBackfillAsync(DeliverySamples.Site, [DeliverySamples.Upsert(DeliverySamples.Entity("a", link: DeliverySamples.Link(2)), 5, "x")], test.CancellationToken);

        Assert.HasCount(2, await ReadAsync(Lane.Backfill));
    }

    [TestMethod]
    public async Task Removes_no_row_that_was_replaced_meanwhile()
    {
        await Store.PutBackfillAsync(DeliverySamples.Site, [Tea("a", 5), Tea("b", 5)], test.CancellationToken);
        var read = await ReadAsync(Lane.Backfill);
        await Store.PutBackfillAsync(DeliverySamples.Site, [Tea("a", 6)], test.CancellationToken);

        await Store.RemoveAsync(read.Select(r => (r.PartitionKey, r.RowKey, r.ETag)), test.CancellationToken);

        Assert.AreEqual(6, (await ReadAsync(Lane.Backfill)).Single().Sequence);
    }

    [TestMethod]
    public async Task Passes_over_kinds_that_are_not_wanted()
    {
        await Store.AppendAsync(DeliverySamples.Site, Lane.Live, [Tea("a", 1), DeliverySamples.Upsert(DeliverySamples.Entity("b", EntityKind.Branch), 2, "x")], test.CancellationToken);

        var rows = await Store.ReadAsync(DeliverySamples.Site, Lane.Live, kind => kind is EntityKind.Branch, test.CancellationToken);

        Assert.AreSequenceEqual(["b"], rows.Select(r => r.EntityId));
    }

    [TestMethod]
    public async Task Reads_a_thousand_at_a_time()
    {
        await Store.AppendAsync(DeliverySamples.Site, Lane.Live, [.. Enumerable.Range(0, 1001).Select(n => Tea($"{n}", n))], test.CancellationToken);

        Assert.HasCount(1000, await ReadAsync(Lane.Live));
    }

    [TestMethod]
    public async Task Drops_a_links_rows_in_every_lane_and_nobody_elses()
    {
        var other = DeliverySamples.Upsert(DeliverySamples.Entity("o", link: DeliverySamples.Link(2)), 1, "x");
        await Store.AppendAsync(DeliverySamples.Site, Lane.Live, [Tea("a", 1), other], test.CancellationToken);
        await Store.AppendAsync(DeliverySamples.Site, Lane.Repair, [Tea("b", 1)], test.CancellationToken);
        await Store.AppendLaterAsync(DeliverySamples.Site, Lane.Live, OutboxPurpose.Repeat, Tea("c", 1), DeliverySamples.Start.AddHours(1), test.CancellationToken);
        await Store.PutBackfillAsync(DeliverySamples.Site, [Tea("d", 1)], test.CancellationToken);

        await Store.DropLinkAsync(DeliverySamples.Site, DeliverySamples.Link().Id, test.CancellationToken);

        Assert.AreEqual("o", (string)_world.Storage.Rows("Outbox").Single()["EntityId"]!);
    }

    [TestMethod]
    public async Task Drops_what_waited_for_14_days()
    {
        await Store.AppendAsync(DeliverySamples.Site, Lane.Live, [Tea("a", 1)], test.CancellationToken);
        _world.Clock.Advance(TimeSpan.FromDays(7));
        await Store.PutBackfillAsync(DeliverySamples.Site, [Tea("b", 1)], test.CancellationToken);
        _world.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));

        Assert.AreEqual(1, await Store.DropExpiredAsync(DeliverySamples.Site, test.CancellationToken));
        Assert.AreEqual("b", (string)_world.Storage.Rows("Outbox").Single()["EntityId"]!);
    }

    private Task<IReadOnlyList<OutboxRow>> ReadAsync(Lane lane) => Store.ReadAsync(DeliverySamples.Site, lane, _ => true, test.CancellationToken);

    private static EntityChange Tea(string id, long sequence, string content = "tea") => DeliverySamples.Upsert(DeliverySamples.Entity(id), sequence, content);
}
