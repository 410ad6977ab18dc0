using Azure;
using Azure.Data.Tables;

namespace GitLabJira.Functions.Tests.Storage;

/// <summary>The stand-in must not be kinder than the service: these are the rules that stores lean on.</summary>
[TestClass]
public sealed class StubTablesTests(TestContext test)
{
    private readonly StubTables _stub = new();

    [TestMethod]
    public async Task Adds_a_row_once_and_replaces_it_only_by_its_etag()
    {
        var table = _stub.Tables.Get("Things");
        var first = await table.TryAddAsync(new TableEntity("p", "r") { ["Count"] = 1, ["At"] = DateTimeOffset.UnixEpoch, ["Bytes"] = new byte[] { 1, 2 } }, test.CancellationToken);

        var again = await table.TryAddAsync(new TableEntity("p", "r"), test.CancellationToken);
        var second = await table.TryReplaceAsync(new TableEntity("p", "r") { ["Count"] = 2 }, first!.Value, test.CancellationToken);
        var stale = await table.TryReplaceAsync(new TableEntity("p", "r") { ["Count"] = 3 }, first.Value, test.CancellationToken);
        var row = await table.FindAsync("p", "r", test.CancellationToken);

        Assert.IsNull(again);
        Assert.IsNull(stale);
        Assert.AreEqual(second, row!.ETag);
        Assert.AreEqual(2, row.GetInt32("Count"));
        Assert.IsNull(row.GetDateTimeOffset("At"));
    }

    [TestMethod]
    public async Task Keeps_types_and_lists_a_partition_in_order_of_row_keys()
    {
        var table = _stub.Tables.Get("Things");
        await table.PutAsync(new TableEntity("p", "b!2") { ["At"] = DateTimeOffset.UnixEpoch, ["Bytes"] = new byte[] { 1, 2 }, ["Long"] = 7L, ["Yes"] = true }, test.CancellationToken);
        await table.PutAsync(new TableEntity("p", "a"), test.CancellationToken);
        await table.PutAsync(new TableEntity("q", "c"), test.CancellationToken);

        var rows = await table.ListAsync("p", test.CancellationToken).ToListAsync(test.CancellationToken);
        var prefixed = await table.ListAsync("p", "b", test.CancellationToken).ToListAsync(test.CancellationToken);

        Assert.AreEqual("a, b!2", string.Join(", ", rows.Select(row => row.RowKey)));
        var kept = prefixed.Single();
        Assert.AreEqual(DateTimeOffset.UnixEpoch, kept.GetDateTimeOffset("At"));
        CollectionAssert.AreEqual(new byte[] { 1, 2 }, kept.GetBinary("Bytes"));
        Assert.AreEqual(7L, kept.GetInt64("Long"));
        Assert.IsTrue(kept.GetBoolean("Yes"));
    }

    [TestMethod]
    public async Task Writes_a_transaction_whole_or_not_at_all()
    {
        var table = _stub.Tables.Get("Things");
        var etag = await table.TryAddAsync(new TableEntity("p", "guard"), test.CancellationToken);
        await table.MergeAsync(new TableEntity("p", "guard") { ["Count"] = 1 }, test.CancellationToken);

        var stale = await table.TrySubmitAsync(
            [
                new(TableTransactionActionType.Add, new TableEntity("p", "one")),
                new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "guard"), etag!.Value),
            ],
            test.CancellationToken);
        var written = await table.TrySubmitAsync(
            [
                new(TableTransactionActionType.Add, new TableEntity("p", "two") { ["Text"] = "a 'b' and c" }),
                new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "guard"), ETag.All),
            ],
            test.CancellationToken);
        var doubled = await table.TrySubmitAsync([new(TableTransactionActionType.Add, new TableEntity("p", "two"))], test.CancellationToken);

        Assert.IsFalse(stale);
        Assert.IsTrue(written);
        Assert.IsFalse(doubled);
        Assert.AreEqual("p guard, p two", string.Join(", ", _stub.Keys("Things")));
    }

    [TestMethod]
    public async Task Deletes_by_etag()
    {
        var table = _stub.Tables.Get("Things");
        var etag = await table.TryAddAsync(new TableEntity("p", "r"), test.CancellationToken);
        await table.PutAsync(new TableEntity("p", "r"), test.CancellationToken);

        var stale = await table.TryDeleteAsync("p", "r", etag!.Value, test.CancellationToken);
        var deleted = await table.TryDeleteAsync("p", "r", ETag.All, test.CancellationToken);
        var gone = await table.TryDeleteAsync("p", "r", ETag.All, test.CancellationToken);

        Assert.IsFalse(stale);
        Assert.IsTrue(deleted);
        Assert.IsTrue(gone);
        Assert.IsEmpty(_stub.Keys("Things"));
    }
}
