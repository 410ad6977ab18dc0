using GitLabJira.LocalRuntime.Time;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.LocalRuntime.Tests.Time;

[TestClass]
public sealed class WallClockTests(TestContext test)
{
    private readonly FakeTimeProvider _time = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [TestMethod]
    public async Task A_poller_looks_again_after_its_interval_at_its_due_time_or_when_woken()
    {
        using var poller = await new WallClock(_time).RegisterPollerAsync("poller");
        var second = TimeSpan.FromSeconds(1);

        var interval = poller.WaitAsync(due: null, second, test.CancellationToken);
        var due = _time.GetUtcNow().AddMilliseconds(200);
        _time.Advance(second);
        await interval;
        var atDue = poller.WaitAsync(due.AddSeconds(1), second, test.CancellationToken);
        _time.Advance(TimeSpan.FromMilliseconds(199));
        var early = atDue.IsCompleted;
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await atDue;
        var woken = poller.WaitAsync(due: null, second, test.CancellationToken);
        poller.Wake();
        await woken;

        Assert.IsFalse(early);
    }

    [TestMethod]
    public async Task A_wake_during_the_look_is_not_lost()
    {
        using var poller = await new WallClock(_time).RegisterPollerAsync("poller");

        poller.Wake();
        poller.Wake();

        await poller.WaitAsync(due: null, TimeSpan.FromHours(1), test.CancellationToken);
    }

    [TestMethod]
    public void An_offset_shifts_what_the_process_reads_only()
    {
        var clock = new WallClock(_time, TimeSpan.FromSeconds(90));

        Assert.AreEqual(_time.GetUtcNow().AddSeconds(90), clock.GetUtcNow());
        Assert.AreEqual(_time.GetUtcNow(), clock.SharedUtcNow);
    }
}
