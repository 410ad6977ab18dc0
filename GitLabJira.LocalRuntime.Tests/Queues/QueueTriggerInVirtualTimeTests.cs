using System.Text;
using Azure.Storage.Queues;
using GitLabJira.LocalRuntime.Tests.Storage;
using GitLabJira.LocalRuntime.Time;

namespace GitLabJira.LocalRuntime.Tests.Queues;

/// <summary>The same rules with hours passing in milliseconds, in two processes.</summary>
[TestClass]
public sealed class QueueTriggerInVirtualTimeTests : IAsyncDisposable
{
    private const string HostJson = """{"extensions":{"queues":{"batchSize":16,"newBatchThreshold":8,"maxDequeueCount":3,"messageEncoding":"base64","maxPollingInterval":"00:00:01","visibilityTimeout":"00:05:00"}}}""";

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TestContext _test;
    private readonly VirtualClock _clock = new(Start);
    private readonly VirtualClockServer _server;
    private readonly QueueRecord _record;
    private readonly string _name = SharedAzurite.NewName();

    public QueueTriggerInVirtualTimeTests(TestContext test)
    {
        _test = test;
        _server = new(_clock);
        _record = new(_clock);
    }

    private CancellationToken Token => _test.CancellationToken;

    [TestMethod]
    public async Task A_message_is_seen_when_its_header_says()
    {
        using var hold = await _clock.BeginWorkAsync("test", Token);
        await using var a = await StartAsync(typeof(TextFunction));
        await SendAsync("later", Start.AddHours(3));
        await SendAsync("soon", Start.AddSeconds(90));
        await SendAsync("now");

        await _clock.DelayAsync(TimeSpan.FromHours(4), ct: Token);

        Assert.AreSequenceEqual(
            new[] { "now 00:00:00", "soon 00:01:30", "later 03:00:00" },
            _record.Seen.Select(s => $"{s.Text.Split('\n')[^1]} {s.At - Start:c}"));
    }

    [TestMethod]
    public async Task A_failed_message_comes_back_after_the_configured_delay_and_then_is_poison()
    {
        _record.Behaviour = (seen, _) => seen.Text.StartsWith("poison", StringComparison.Ordinal) ? Task.CompletedTask : throw new InvalidOperationException();
        using var hold = await _clock.BeginWorkAsync("test", Token);
        await using var a = await StartAsync(typeof(TextFunction), typeof(PoisonFunction));
        await SendAsync("bad");

        await _clock.DelayAsync(TimeSpan.FromHours(1), ct: Token);

        Assert.AreSequenceEqual(
            new[] { "bad 1 00:00:00", "bad 2 00:05:00", "bad 3 00:10:00", "poison bad 1 00:10:00" },
            _record.Seen.Select(s => $"{s.Text} {s.DequeueCount} {s.At - Start:c}"));
    }

    [TestMethod]
    public async Task A_message_that_fails_after_the_listener_has_looked_for_others_comes_back_after_the_configured_delay()
    {
        _record.Behaviour = async (seen, stop) =>
        {
            if (seen.DequeueCount == 1)
            {
                await OutlastALookAsync(stop);
                throw new InvalidOperationException();
            }
        };
        using var hold = await _clock.BeginWorkAsync("test", Token);
        await using var a = await StartAsync(typeof(TextFunction));
        await SendAsync("bad");

        await _clock.DelayAsync(TimeSpan.FromHours(1), ct: Token);

        Assert.AreSequenceEqual(new[] { "1 00:00:00", "2 00:05:00" }, _record.Seen.Select(s => $"{s.DequeueCount} {s.At - Start:c}"));
    }

    [TestMethod]
    public async Task A_message_of_a_process_that_died_is_seen_again_after_ten_minutes()
    {
        _record.Behaviour = (seen, stop) => seen.DequeueCount == 1 ? Task.Delay(Timeout.Infinite, stop) : Task.CompletedTask;
        var hold = await _clock.BeginWorkAsync("test", Token);
        var dying = await ConnectAsync("dying");
        await using var a = await StartAsync(dying, typeof(TextFunction));
        await SendAsync("survivor");
        await _record.WaitAsync(1, Token);

        await dying.DisposeAsync();
        await using var b = await StartAsync(await ConnectAsync("b"), typeof(TextFunction));
        hold.Dispose();
        await _record.WaitAsync(1, Token);

        Assert.AreSequenceEqual(new[] { "1 00:00:00", "2 00:10:00" }, _record.Seen.Select(s => $"{s.DequeueCount} {s.At - Start:c}"));
    }

    [TestMethod]
    public async Task A_function_that_takes_longer_keeps_its_message()
    {
        _record.Behaviour = (_, stop) => Task.Delay(TimeSpan.FromMinutes(45), _clock, stop);
        using var hold = await _clock.BeginWorkAsync("test", Token);
        await using var a = await StartAsync(typeof(TextFunction));
        await using var b = await StartAsync(typeof(TextFunction));
        await SendAsync("long");

        await _clock.DelayAsync(TimeSpan.FromHours(2), ct: Token);

        Assert.HasCount(1, _record.Seen);
    }

    [TestMethod]
    public async Task Two_processes_share_a_queue_and_each_message_runs_once_at_its_time()
    {
        var hold = await _clock.BeginWorkAsync("test", Token);
        await using var first = await ConnectAsync("a");
        await using var second = await ConnectAsync("b");
        await using var a = await StartAsync(first, typeof(TextFunction));
        await using var b = await StartAsync(second, typeof(TextFunction));
        for (var i = 0; i < 120; i++)
        {
            await SendAsync($"{i}", Start.AddSeconds(i % 7 * 60));
        }

        hold.Dispose();
        await _record.WaitAsync(120, Token);

        Assert.HasCount(120, _record.Seen.Select(s => s.Text).Distinct());
        Assert.IsTrue(_record.Seen.All(s => s.At == Start.AddSeconds(int.Parse(s.Text.Split('\n')[1], provider: null) % 7 * 60)));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _clock.Dispose();
    }

    private Task<VirtualClockClient> ConnectAsync(string name) => VirtualClockClient.ConnectAsync(_server.Address, name, ready: false, cancellationToken: Token);

    private Task<StorageHost> StartAsync(params Type[] functions) => StartAsync(_clock, functions);

    private Task<StorageHost> StartAsync(RuntimeClock clock, params Type[] functions)
    {
        // A host of its own is outside of the test's work, as it would be in its own process.
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(() => StorageHost.StartAsync(
                functions, HostJson, new Dictionary<string, string> { ["QUEUE"] = _name }, clock, [_record], Token));
        }
    }

    /// <summary>A look is a few requests to the storage; these are many.</summary>
    private async Task OutlastALookAsync(CancellationToken stop)
    {
        var queue = new QueueClient(await SharedAzurite.ConnectionStringAsync(), _name);
        for (var i = 0; i < 50; i++)
        {
            await queue.GetPropertiesAsync(stop);
        }
    }

    private async Task SendAsync(string text, DateTimeOffset? due = null)
    {
        var header = due is { } at ? $$"""{"due":{{at.ToUnixTimeMilliseconds()}}}""" + "\n" : string.Empty;
        var queue = new QueueClient(await SharedAzurite.ConnectionStringAsync(), _name);
        await queue.SendMessageAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(header + text)), Token);
    }
}
