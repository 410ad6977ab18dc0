using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.Budgets;

/// <summary>A budget that several processes share: 1,000 a minute, of which each process may use 30 without asking and 700 are leased.</summary>
[TestClass]
public sealed class SharedBudgetTests(TestContext test)
{
    private const string Scope = "somebody's limit";

    private static readonly BudgetRule Rule = new(1000, TimeSpan.FromMinutes(1), Uncounted: 0.03);

    private readonly StubTables _storage = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 10, TimeSpan.Zero));

    [TestMethod]
    public async Task Costs_nothing_below_the_uncounted_part_and_one_write_a_chunk_above()
    {
        var writes = 0;
        _storage.BeforeWrite = _ => writes++;
        var process = Process();

        Assert.AreEqual(30, await TakeAsync(process, WorkPriority.Live, 30));
        Assert.AreEqual(0, writes);
        Assert.AreEqual(350, await TakeAsync(process, WorkPriority.Live, 350));

        // The table is made by the first write.
        Assert.AreEqual((350 / Rule.Chunk) + 2, writes);
    }

    [TestMethod]
    public async Task A_budget_that_nobody_asks_of_is_removed_after_hours_unless_it_is_held()
    {
        var store = new BudgetStore(_storage.Tables);
        await TakeAsync(Process(), WorkPriority.Live, 100);
        await store.HoldAsync("held", _clock.GetUtcNow() + TimeSpan.FromHours(5), test.CancellationToken);
        _clock.Advance(TimeSpan.FromHours(4));

        await store.DropOldAsync(_clock.GetUtcNow(), test.CancellationToken);

        Assert.IsNull((await store.ReadAsync(Scope, test.CancellationToken)).ETag);
        Assert.IsNotNull((await store.ReadAsync("held", test.CancellationToken)).ETag);
    }

    [TestMethod]
    public async Task Processes_together_never_use_more_than_the_limit()
    {
        var processes = Enumerable.Range(0, 10).Select(_ => Process()).ToList();
        var taken = 0;

        for (var n = 0; n < 300; n++)
        {
            foreach (var process in processes)
            {
                taken += await TakeAsync(process, WorkPriority.Live, 1);
            }
        }

        Assert.AreEqual(1000, taken);
    }

    [TestMethod]
    public async Task Slows_backfill_first_then_repair_and_live_last()
    {
        var (busy, other) = (Process(), Process());

        var backfill = await TakeAsync(busy, WorkPriority.Backfill, 2000);
        var repair = await TakeAsync(other, WorkPriority.Repair, 2000);
        var live = await TakeAsync(other, WorkPriority.Live, 2000);

        Assert.AreEqual((490, 105, 30 + 105), (backfill, repair, live));
    }

    [TestMethod]
    public async Task Repair_never_takes_more_than_its_part()
    {
        Assert.AreEqual(210, await TakeAsync(Process(), WorkPriority.Repair, 2000));
        Assert.IsFalse((await Process().AskAsync(WorkPriority.Repair, test.CancellationToken)).MayGoOn);
        Assert.IsTrue((await Process().AskAsync(WorkPriority.Backfill, test.CancellationToken)).MayGoOn);
    }

    [TestMethod]
    public async Task A_process_that_dies_loses_its_chunk_and_no_more()
    {
        Assert.AreEqual(31, await TakeAsync(Process(), WorkPriority.Live, 31));

        Assert.AreEqual(30 + Rule.Shared - Rule.Chunk, await TakeAsync(Process(), WorkPriority.Live, 2000));
    }

    [TestMethod]
    public async Task Begins_anew_with_each_window()
    {
        var process = Process();
        var used = await TakeAsync(process, WorkPriority.Live, 2000);
        var refused = await process.TakeAsync(WorkPriority.Live, 1, test.CancellationToken);
        Assert.AreEqual((false, new DateTimeOffset(2026, 11, 23, 12, 1, 0, TimeSpan.Zero)), (refused.MayGoOn, refused.Until));
        Assert.AreEqual(1, refused.Used);

        _clock.Advance(TimeSpan.FromSeconds(50));

        Assert.AreEqual(used, await TakeAsync(process, WorkPriority.Live, 2000));
    }

    [TestMethod]
    public async Task A_process_whose_clock_is_behind_does_not_turn_the_window_back()
    {
        await TakeAsync(Process(), WorkPriority.Live, 2000);
        var behind = new FakeTimeProvider(_clock.GetUtcNow() - TimeSpan.FromSeconds(20));

        Assert.AreEqual(30, await TakeAsync(new SharedBudget(Scope, Rule, new BudgetStore(_storage.Tables), behind), WorkPriority.Live, 2000));
    }

    [TestMethod]
    public async Task Asks_storage_once_when_nothing_is_left()
    {
        var process = Process();
        await TakeAsync(process, WorkPriority.Backfill, 2000);
        var writes = 0;
        _storage.BeforeWrite = _ => writes++;

        Assert.AreEqual(0, await TakeAsync(process, WorkPriority.Backfill, 50));

        Assert.AreEqual(0, writes);
    }

    [TestMethod]
    public async Task A_wait_that_was_named_holds_every_process_until_it_ends()
    {
        var (told, other) = (Process(), Process());
        var until = _clock.GetUtcNow() + TimeSpan.FromMinutes(3);

        await told.HoldAsync(until, test.CancellationToken);

        Assert.AreEqual(until, (await told.TakeAsync(WorkPriority.Live, 1, test.CancellationToken)).Until);
        Assert.AreEqual(until, (await other.TakeAsync(WorkPriority.Backfill, 1, test.CancellationToken)).Until);
        Assert.AreEqual(until, (await Process().AskAsync(WorkPriority.Repair, test.CancellationToken)).Until);
        _clock.Advance(TimeSpan.FromMinutes(3));
        Assert.AreEqual(30, await TakeAsync(other, WorkPriority.Live, 30));
    }

    [TestMethod]
    public async Task A_later_wait_is_not_shortened_by_an_earlier_one()
    {
        var until = _clock.GetUtcNow() + TimeSpan.FromMinutes(3);
        await Process().HoldAsync(until, test.CancellationToken);
        await Process().HoldAsync(until - TimeSpan.FromMinutes(2), test.CancellationToken);

        Assert.AreEqual(until, (await Process().AskAsync(WorkPriority.Live, test.CancellationToken)).Until);
    }

    [TestMethod]
    [DataRow(29, true, false, true, true)]
    [DataRow(14, true, false, false, true)]
    [DataRow(0, true, false, false, false)]
    [DataRow(0, false, false, false, true)]
    public async Task Believes_what_the_other_side_says_is_left(int remaining, bool isEnforced, bool backfill, bool repair, bool live)
    {
        var process = Process();

        process.Saw(100, remaining, _clock.GetUtcNow() + TimeSpan.FromSeconds(20), isEnforced);

        Assert.AreEqual((backfill, repair, live), (await MayAsync(process, WorkPriority.Backfill), await MayAsync(process, WorkPriority.Repair), await MayAsync(process, WorkPriority.Live)));
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.IsTrue(await MayAsync(process, WorkPriority.Backfill));
    }

    [TestMethod]
    public async Task Without_a_limit_only_named_waits_count()
    {
        var process = new SharedBudget(Scope, Rule with { Limit = 0 }, new BudgetStore(_storage.Tables), _clock);

        Assert.AreEqual(5000, await TakeAsync(process, WorkPriority.Backfill, 5000));
        await process.HoldAsync(_clock.GetUtcNow() + TimeSpan.FromSeconds(9), test.CancellationToken);

        Assert.IsFalse(await MayAsync(process, WorkPriority.Live));
    }

    private SharedBudget Process() => new(Scope, Rule, new BudgetStore(_storage.Tables), _clock);

    private async Task<bool> MayAsync(SharedBudget process, WorkPriority priority) => (await process.TakeAsync(priority, 1, test.CancellationToken)).MayGoOn;

    /// <returns>How many of so many tries were let through.</returns>
    private async Task<int> TakeAsync(SharedBudget process, WorkPriority priority, int tries)
    {
        var taken = 0;

        for (var n = 0; n < tries; n++)
        {
            taken += await MayAsync(process, priority) ? 1 : 0;
        }

        return taken;
    }
}
