using GitLabJira.LocalRuntime.Hosting;
using GitLabJira.LocalRuntime.Tests.Storage;
using GitLabJira.LocalRuntime.Timers;

namespace GitLabJira.LocalRuntime.Tests.Timers;

[TestClass]
public sealed class TableTimerRowsTests(TestContext test)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [TestMethod]
    public async Task Keeps_a_row_as_it_was_written()
    {
        var rows = await RowsAsync(SharedAzurite.NewName());
        var row = new TimerRow { Last = Noon, Next = Noon.AddHours(1), Updated = Noon.AddMinutes(1), Begun = Noon, TakenUntil = Noon.AddSeconds(60) };

        var written = await rows.WriteAsync("Function", row, test.CancellationToken);
        var changed = await rows.WriteAsync("Function", written! with { Last = null, TakenUntil = null }, test.CancellationToken);
        var read = await rows.ReadAsync("Function", test.CancellationToken);

        Assert.AreEqual(changed, read);
        Assert.AreEqual(row with { ETag = read!.ETag, Last = null, TakenUntil = null }, read);
        Assert.IsNull(await rows.ReadAsync("Other", test.CancellationToken));
    }

    [TestMethod]
    public async Task Refuses_who_comes_second()
    {
        var rows = await RowsAsync(SharedAzurite.NewName());
        var row = new TimerRow { Next = Noon, Updated = Noon };

        var first = await rows.WriteAsync("Function", row, test.CancellationToken);
        var alsoNew = await rows.WriteAsync("Function", row, test.CancellationToken);
        var second = await rows.WriteAsync("Function", first! with { TakenUntil = Noon }, test.CancellationToken);
        var stale = await rows.WriteAsync("Function", first with { TakenUntil = Noon.AddDays(1) }, test.CancellationToken);

        Assert.IsNull(alsoNew);
        Assert.IsNotNull(second);
        Assert.IsNull(stale);
        Assert.AreEqual(second, await rows.ReadAsync("Function", test.CancellationToken));
    }

    [TestMethod]
    public async Task Tells_apps_apart_that_share_a_storage()
    {
        var (one, other) = (await RowsAsync(SharedAzurite.NewName()), await RowsAsync(SharedAzurite.NewName()));

        await one.WriteAsync("Function", new() { Next = Noon, Updated = Noon }, test.CancellationToken);

        Assert.IsNull(await other.ReadAsync("Function", test.CancellationToken));
    }

    private async Task<TableTimerRows> RowsAsync(string host)
    {
        var settings = new HostSettings([new("AzureWebJobsStorage", await SharedAzurite.ConnectionStringAsync()), new("AzureFunctionsWebHost__hostid", host)]);
        var rows = new TableTimerRows(settings, new(settings, GetType().Assembly));
        await rows.CreateAsync(test.CancellationToken);
        return rows;
    }
}
