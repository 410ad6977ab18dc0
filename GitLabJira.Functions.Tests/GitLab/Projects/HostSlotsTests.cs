using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.GitLab.Projects;

/// <summary>At most eight links of one host at a time (design 6.7).</summary>
[TestClass]
public sealed class HostSlotsTests
{
    private static readonly Uri Host = new("https://gitlab.example");

    private readonly CancellationToken _cancel;
    private readonly StubTables _stub = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly HostSlots _slots;

    public HostSlotsTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        _slots = new HostSlots(_stub.Tables, _clock);
    }

    [TestMethod]
    public async Task Eight_hold_a_slot_and_the_ninth_waits_for_one_to_give_up()
    {
        await FillAsync();

        Assert.IsFalse(await HoldAsync("ninth"));
        await _slots.ReleaseAsync(Host, "run-5", _cancel);
        Assert.IsTrue(await HoldAsync("ninth"));
        Assert.IsFalse(await HoldAsync("run-5"));
    }

    [TestMethod]
    public async Task Each_host_has_slots_of_its_own_however_it_is_spelled()
    {
        await FillAsync();

        Assert.IsTrue(await _slots.TryHoldAsync(new Uri("https://other.example"), "ninth", _cancel));
        Assert.IsFalse(await _slots.TryHoldAsync(new Uri("https://GitLab.example/"), "ninth", _cancel));
    }

    [TestMethod]
    public async Task Who_died_loses_the_slot_after_twenty_minutes()
    {
        await FillAsync();
        _clock.Advance(TimeSpan.FromMinutes(20) - TimeSpan.FromTicks(1));
        var early = await HoldAsync("ninth");
        _clock.Advance(TimeSpan.FromTicks(1));

        Assert.IsFalse(early);
        Assert.IsTrue(await HoldAsync("ninth"));
        Assert.HasCount(8, _stub.Rows("Budgets"));
    }

    [TestMethod]
    public async Task Who_goes_on_keeps_one_slot_and_renews_it()
    {
        await FillAsync();
        _clock.Advance(TimeSpan.FromMinutes(15));
        Assert.IsTrue(await HoldAsync("run-1"));
        _clock.Advance(TimeSpan.FromMinutes(15));

        // All others have run out; seven new ones find a place, an eighth does not.
        foreach (var number in Enumerable.Range(10, 7))
        {
            Assert.IsTrue(await HoldAsync($"run-{number}"));
        }

        Assert.IsFalse(await HoldAsync("run-17"));
        Assert.HasCount(1, _stub.Rows("Budgets").Where(row => row["Holder"]!.ToString() == "run-1"));
    }

    [TestMethod]
    public async Task Two_at_once_do_not_share_the_last_slot()
    {
        await FillAsync(7);
        var other = false;
        _stub.BeforeWrite = _ =>
        {
            _stub.BeforeWrite = null;
            other = HoldAsync("other").GetAwaiter().GetResult();
        };

        var mine = await HoldAsync("mine");

        Assert.IsTrue(other);
        Assert.IsFalse(mine);
    }

    private async Task FillAsync(int count = 8)
    {
        foreach (var number in Enumerable.Range(1, count))
        {
            Assert.IsTrue(await HoldAsync($"run-{number}"));
        }
    }

    private Task<bool> HoldAsync(string holder) => _slots.TryHoldAsync(Host, holder, _cancel);
}
