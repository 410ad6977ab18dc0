using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.WholeApp.Tests.Storage;

[TestClass]
public sealed class AppTableTests(TestContext test)
{
    [TestMethod]
    public async Task Reads_nothing_from_a_table_that_nobody_made()
    {
        var table = await TableAsync();

        Assert.IsNull(await table.FindAsync("p", "r", test.CancellationToken));
        Assert.IsEmpty(await table.ListAsync("p", test.CancellationToken).ToListAsync(test.CancellationToken));
        Assert.IsTrue(await table.TryDeleteAsync("p", "r", ETag.All, test.CancellationToken));
        Assert.IsNull(await table.TryMergeAsync(new TableEntity("p", "r"), ETag.All, test.CancellationToken));
    }

    [TestMethod]
    public async Task Makes_the_table_with_the_first_row()
    {
        var table = await TableAsync();

        await table.PutAsync(new TableEntity("p", "r") { ["Count"] = 1 }, test.CancellationToken);

        Assert.AreEqual(1, (await table.FindAsync("p", "r", test.CancellationToken))!.GetInt32("Count"));
    }

    [TestMethod]
    public async Task Makes_the_table_with_the_first_transaction()
    {
        var table = await TableAsync();

        Assert.IsTrue(await table.TrySubmitAsync([new(TableTransactionActionType.Add, new TableEntity("p", "r"))], test.CancellationToken));
        Assert.IsNotNull(await table.FindAsync("p", "r", test.CancellationToken));
    }

    [TestMethod]
    public async Task Lets_one_of_many_add_a_row()
    {
        var table = await TableAsync();

        var added = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => table.TryAddAsync(new TableEntity("p", "r"), test.CancellationToken)));

        Assert.HasCount(1, added.Where(etag => etag is not null));
    }

    [TestMethod]
    public async Task Lets_nobody_write_over_what_they_did_not_see()
    {
        var table = await TableAsync();
        var first = await table.TryAddAsync(new TableEntity("p", "r") { ["Count"] = 1 }, test.CancellationToken);
        var second = await table.TryReplaceAsync(new TableEntity("p", "r") { ["Count"] = 2 }, first!.Value, test.CancellationToken);

        Assert.IsNotNull(second);
        Assert.IsNull(await table.TryReplaceAsync(new TableEntity("p", "r") { ["Count"] = 3 }, first.Value, test.CancellationToken));
        Assert.IsNull(await table.TryMergeAsync(new TableEntity("p", "r") { ["Count"] = 3 }, first.Value, test.CancellationToken));
        Assert.IsFalse(await table.TryDeleteAsync("p", "r", first.Value, test.CancellationToken));
        Assert.AreEqual(2, (await table.FindAsync("p", "r", test.CancellationToken))!.GetInt32("Count"));
        Assert.IsTrue(await table.TryDeleteAsync("p", "r", second.Value, test.CancellationToken));
    }

    [TestMethod]
    public async Task Writes_a_transaction_whole_or_not_at_all()
    {
        var table = await TableAsync();
        var seen = await table.TryAddAsync(new TableEntity("p", "guard"), test.CancellationToken);
        await table.PutAsync(new TableEntity("p", "guard") { ["Count"] = 1 }, test.CancellationToken);
        TableTransactionAction[][] refused =
        [
            [new(TableTransactionActionType.Add, new TableEntity("p", "new")), new(TableTransactionActionType.Add, new TableEntity("p", "guard"))],
            [new(TableTransactionActionType.Add, new TableEntity("p", "new")), new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "guard"), seen!.Value)],
            [new(TableTransactionActionType.Add, new TableEntity("p", "new")), new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "gone"), ETag.All)],
        ];

        foreach (var actions in refused)
        {
            Assert.IsFalse(await table.TrySubmitAsync(actions, test.CancellationToken));
        }

        Assert.IsNull(await table.FindAsync("p", "new", test.CancellationToken));
    }

    [TestMethod]
    public async Task Lists_a_prefix_in_order_and_nothing_beside_it()
    {
        var table = await TableAsync();

        foreach (var key in new[] { TableKey.Of("a"), TableKey.Of("a", "1"), TableKey.Of("a", "2"), TableKey.Of("ab", "1"), TableKey.Of("a-b"), TableKey.Of("b", "1") })
        {
            await table.PutAsync(new TableEntity("p", key), test.CancellationToken);
        }

        var rows = await table.ListAsync("p", "a", test.CancellationToken).Select(row => row.RowKey).ToListAsync(test.CancellationToken);

        Assert.AreEqual("a!1, a!2", string.Join(", ", rows));
    }

    [TestMethod]
    public async Task Writes_and_removes_more_rows_than_a_transaction_holds()
    {
        var table = await TableAsync();
        await table.SubmitAllAsync(Enumerable.Range(0, 250).Select(i => new TableTransactionAction(TableTransactionActionType.UpsertReplace, new TableEntity("p", $"r!{i}"))), test.CancellationToken);
        await table.PutAsync(new TableEntity("p", "stays"), test.CancellationToken);

        Assert.AreEqual(251, await table.ListAsync("p", test.CancellationToken).CountAsync(test.CancellationToken));
        await table.DeleteAllAsync("p", "r", test.CancellationToken);
        Assert.AreEqual("stays", (await table.ListAsync("p", test.CancellationToken).SingleAsync(test.CancellationToken)).RowKey);
        await table.DeleteAllAsync("p", prefix: null, test.CancellationToken);
        Assert.IsFalse(await table.ListAsync("p", test.CancellationToken).AnyAsync(test.CancellationToken));
    }

    [TestMethod]
    public async Task Drops_the_tables_of_days_that_are_over()
    {
        await using var process = await StorageUnderTest.ProcessAsync(StorageUnderTest.NewName());
        var tables = process.GetRequiredService<AppTables>();
        var day = new DateOnly(2026, 11, 22);

        foreach (var table in new[] { tables.Get("Things", day), tables.Get("Things", day.AddDays(-1)), tables.Get("Things", day.AddDays(-400)), tables.Get("Things"), tables.Get("ThingsOfOthers") })
        {
            await table.PutAsync(new TableEntity("p", "r"), test.CancellationToken);
        }

        Assert.AreEqual(2, await tables.DropBeforeAsync("Things", day, test.CancellationToken));

        foreach (var table in new[] { tables.Get("Things", day), tables.Get("Things"), tables.Get("ThingsOfOthers") })
        {
            Assert.IsNotNull(await table.FindAsync("p", "r", test.CancellationToken));
        }

        Assert.IsNull(await tables.Get("Things", day.AddDays(-1)).FindAsync("p", "r", test.CancellationToken));
    }

    private static async Task<AppTable> TableAsync() =>
        (await StorageUnderTest.ProcessAsync(StorageUnderTest.NewName())).GetRequiredService<AppTables>().Get("Things");
}
