using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Tests.Storage;
using GitLabJira.Functions.Trail;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.Trail;

[TestClass]
public sealed class TrailStoreTests(TestContext test)
{
    private static readonly Guid LinkId = Guid.Parse("11111111-2222-3333-4444-555555555555");

    private readonly StubTables _stub = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    private TrailStore Store => field ??= new TrailStore(_stub.Tables, _clock, NullLogger<TrailStore>.Instance);

    private static TrailNote Note(string id = "5", TrailEvent what = TrailEvent.Sent, params string[] keys) =>
        new() { Subject = new TrailSubject(LinkId, 7, EntityKind.MergeRequest, id, "12"), Event = what, Keys = keys };

    [TestMethod]
    public async Task Writes_what_was_noted_in_one_transaction()
    {
        var writes = new List<string>();
        _stub.BeforeWrite = writes.Add;
        Store.Add(Note("5", TrailEvent.HandedOver, "ABC-1", "ABC-2"));
        Store.Add(Note("5", TrailEvent.Sent, "ABC-1", "ABC-2"));
        Store.Add(Note("6", TrailEvent.NoKey));

        await Store.WriteAsync();
        var rows = await RowsAsync();

        // Three notes, two keys, and when something last went out.
        Assert.HasCount(6, rows);
        Assert.Contains("pulse", rows);
        // The first of a day makes the table.
        CollectionAssert.AreEqual(new[] { "BATCH Trail20261122", "POST Tables", "BATCH Trail20261122" }, writes);
        CollectionAssert.IsSubsetOf(new[] { "key!ABC-1!MergeRequest!7-5", "key!ABC-2!MergeRequest!7-5" }, rows);
    }

    [TestMethod]
    public async Task Writes_nothing_when_nothing_was_noted()
    {
        _stub.BeforeWrite = write => Assert.Fail(write);

        await Store.WriteAsync();
    }

    [TestMethod]
    public async Task Has_one_row_a_day_for_what_a_sync_brings_again_and_again()
    {
        for (var run = 0; run < 5; run++)
        {
            Store.Add(Note() with { Cause = TrailTable.Sync });
            await Store.WriteAsync();
            _clock.Advance(TimeSpan.FromMinutes(20));
        }

        Assert.HasCount(1, (await RowsAsync()).Where(row => row != "pulse"));
    }

    [TestMethod]
    public async Task Goes_on_when_storage_refuses()
    {
        _stub.BeforeWrite = _ => throw new HttpRequestException("no network");
        Store.Add(Note());

        await Store.WriteAsync();
        _stub.BeforeWrite = null;

        Assert.IsEmpty(await RowsAsync());
    }

    private async Task<List<string>> RowsAsync() =>
        await _stub.Tables.Get(TrailTable.Name, new DateOnly(2026, 11, 22)).ListAsync(TrailTable.PartitionKey(LinkId), test.CancellationToken).Select(row => row.RowKey).ToListAsync(test.CancellationToken);
}
