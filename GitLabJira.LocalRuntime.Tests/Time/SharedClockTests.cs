using System.Collections.Concurrent;
using System.Diagnostics;
using GitLabJira.LocalRuntime.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Tests.Time;

/// <summary>One virtual clock, several processes (here: connections) that share it.</summary>
[TestClass]
public sealed class SharedClockTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TestContext _test;
    private readonly VirtualClock _clock = new(Start);
    private readonly VirtualClockServer _server;

    public SharedClockTests(TestContext test)
    {
        _test = test;
        _server = new(_clock);
    }

    private CancellationToken Token => _test.CancellationToken;

    [TestMethod]
    public async Task Stands_still_while_another_process_works()
    {
        await using var a = await ConnectAsync("a");
        await using var b = await ConnectAsync("b");
        var work = await a.BeginWorkAsync("work", Token);
        var delay = Detached(() => Task.Delay(TimeSpan.FromSeconds(1), b, Token));

        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        var during = (delay.IsCompleted, _clock.GetUtcNow());
        work.Dispose();
        await delay;

        Assert.AreEqual((false, Start), during);
        Assert.AreEqual(Start.AddSeconds(1), b.GetUtcNow());
    }

    [TestMethod]
    public async Task Work_begun_is_known_to_the_owner_before_it_starts()
    {
        await using var a = await ConnectAsync("a");

        for (var i = 0; i < 200; i++)
        {
            using var work = await a.BeginWorkAsync("work", Token);
            using var timer = _clock.CreateTimer(_ => { }, state: null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

            Assert.AreEqual(_clock.GetUtcNow(), a.GetUtcNow());
        }
    }

    [TestMethod]
    public async Task A_delay_inside_of_work_of_one_process_lets_the_others_go_on()
    {
        await using var a = await ConnectAsync("a");
        await using var b = await ConnectAsync("b");
        var order = new ConcurrentQueue<string>();
        var hold = await _clock.BeginWorkAsync("until both have begun", Token);
        var (aBegan, bBegan) = (new TaskCompletionSource(), new TaskCompletionSource());

        var both = Task.WhenAll(
            Detached(() => WorkAsync(a, "a", 3, aBegan)),
            Detached(() => WorkAsync(b, "b", 2, bBegan)));
        await Task.WhenAll(aBegan.Task, bBegan.Task);
        hold.Dispose();
        await both;

        Assert.AreSequenceEqual(new[] { "b 00:00:02", "a 00:00:03" }, order.ToArray(), StringComparer.Ordinal);

        async Task WorkAsync(RuntimeClock clock, string name, int seconds, TaskCompletionSource began)
        {
            using var work = await clock.BeginWorkAsync(name, Token);
            began.SetResult();
            await Task.Delay(TimeSpan.FromSeconds(seconds), clock, Token);
            order.Enqueue($"{name} {clock.GetUtcNow() - Start:c}");
        }
    }

    [TestMethod]
    public async Task A_process_that_dies_no_longer_holds_the_time()
    {
        var a = await ConnectAsync("a");
        _ = await a.BeginWorkAsync("work", Token);
        var delay = Detached(() => Task.Delay(TimeSpan.FromSeconds(1), _clock, Token));
        await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, Token);
        var before = delay.IsCompleted;

        await a.DisposeAsync();
        await delay;

        Assert.IsFalse(before);
    }

    [TestMethod]
    public async Task A_process_learns_that_the_owner_is_gone()
    {
        var owner = new VirtualClockServer(_clock);
        await using var a = await VirtualClockClient.ConnectAsync(owner.Address, "a", cancellationToken: Token);
        var lost = new TaskCompletionSource();
        await using var registration = a.Lost.Register(lost.SetResult);

        await owner.DisposeAsync();
        await lost.Task.WaitAsync(Token);

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await a.BeginWorkAsync("work", Token));
    }

    [TestMethod]
    public async Task Others_look_again_after_work_before_time_moves()
    {
        await using var a = await ConnectAsync("a");
        await using var b = await ConnectAsync("b");
        var hold = await _clock.BeginWorkAsync("set up", Token);
        using var poller = await b.RegisterPollerAsync("poller");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var put = 0;
        var foundAt = new TaskCompletionSource<DateTimeOffset>();
        var polling = Detached(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (Interlocked.Exchange(ref put, 0) == 1)
                {
                    using var work = await b.BeginWorkAsync("found", Token);
                    foundAt.SetResult(b.GetUtcNow());
                }

                await poller.WaitAsync(due: null, TimeSpan.Zero, stop.Token);
            }
        });
        var delay = Detached(() => Task.Delay(TimeSpan.FromHours(1), a, Token));

        var work = await a.BeginWorkAsync("put", Token);
        hold.Dispose();
        Volatile.Write(ref put, 1);
        work.Dispose();

        Assert.AreEqual(Start, await foundAt.Task.WaitAsync(Token));
        await delay;
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => polling);
    }

    [TestMethod]
    public async Task A_loop_with_a_topic_looks_again_when_that_was_written_to_and_not_for_anything_else()
    {
        await using var a = await ConnectAsync("a");
        await using var b = await ConnectAsync("b");
        var looks = new ConcurrentQueue<DateTimeOffset>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var polling = await LookAsync(b, "orders", looks, stop.Token);

        await Detached(() => WorkAsync(seconds: 1, topic: "invoices"));
        looks.Clear();
        await Detached(() => WorkAsync(seconds: 2, topic: "invoices"));
        await Detached(() => WorkAsync(seconds: 3, topic: "orders"));
        await _clock.DelayAsync(TimeSpan.FromSeconds(4), ct: Token);
        await stop.CancelAsync();

        Assert.AreSequenceEqual(new[] { Start.AddSeconds(6) }, looks.Distinct());
        await Assert.ThrowsAsync<OperationCanceledException>(() => polling);

        async Task WorkAsync(int seconds, string topic)
        {
            using var work = await a.BeginWorkAsync("writes", Token);
            await a.DelayAsync(TimeSpan.FromSeconds(seconds), ct: Token);
            a.Changed(topic);
        }
    }

    [TestMethod]
    public async Task A_message_that_is_sent_to_a_queue_makes_the_loops_of_that_queue_look()
    {
        await using var a = await ConnectAsync("a");
        await using var b = await ConnectAsync("b");
        using var http = new HttpClient();
        await using var storage = await ServeAsync(_ => Task.CompletedTask);
        var looks = new ConcurrentQueue<DateTimeOffset>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var polling = await LookAsync(b, "orders", looks, stop.Token);
        await _clock.DelayAsync(TimeSpan.FromSeconds(1), ct: Token);
        looks.Clear();

        using (await a.BeginWorkAsync("sends", Token))
        {
            await a.DelayAsync(TimeSpan.FromSeconds(1), ct: Token);
            (await http.PostAsync(new Uri(Address(storage), "/account/orders/messages"), content: null, Token)).Dispose();
        }

        await _clock.DelayAsync(TimeSpan.FromSeconds(1), ct: Token);
        await stop.CancelAsync();

        Assert.AreSequenceEqual(new[] { Start.AddSeconds(2) }, looks.Distinct());
        await Assert.ThrowsAsync<OperationCanceledException>(() => polling);
    }

    [TestMethod]
    public async Task An_offset_shifts_what_a_process_reads_but_not_when_it_acts()
    {
        await using var a = await VirtualClockClient.ConnectAsync(_server.Address, "a", TimeSpan.FromMinutes(-10), cancellationToken: Token);

        await Task.Delay(TimeSpan.FromSeconds(30), a, Token);

        Assert.AreEqual(Start.AddSeconds(30), _clock.GetUtcNow());
        Assert.AreEqual(Start.AddSeconds(30), a.SharedUtcNow);
        Assert.AreEqual(Start.AddSeconds(30).AddMinutes(-10), a.GetUtcNow());
    }

    [TestMethod]
    public async Task A_delayed_answer_suspends_the_work_that_waits_for_it_along_the_whole_chain()
    {
        await using var a = await ConnectAsync("a");
        await using var b = await ConnectAsync("b");
        using var http = new HttpClient();
        await using var end = await ServeAsync(async _ =>
        {
            using var work = await _clock.BeginWorkAsync("stand-in", Token);
            await _clock.DelayAsync(TimeSpan.FromSeconds(5), callerWaits: true, Token);
        });
        await using var middle = await ServeAsync(async _ =>
        {
            using var work = await b.BeginWorkAsync("function", Token);
            (await http.GetAsync(Address(end), Token)).Dispose();
        });

        using (await a.BeginWorkAsync("delivery", Token))
        {
            (await http.GetAsync(Address(middle), Token)).Dispose();
        }

        Assert.AreEqual(Start.AddSeconds(5), _clock.GetUtcNow());
    }

    [TestMethod]
    public async Task A_delayed_answer_does_not_let_time_pass_for_work_that_waits_for_something_else()
    {
        await using var a = await ConnectAsync("a");
        using var http = new HttpClient();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource();
        await using var standIn = await ServeAsync(async context =>
        {
            using var work = await _clock.BeginWorkAsync("stand-in", Token);
            await (context.Request.Path == "/slow" ? _clock.DelayAsync(TimeSpan.FromSeconds(5), callerWaits: true, Token) : Task.CompletedTask);
        });
        await using var outside = await ServeAsync(_ =>
        {
            entered.SetResult();
            return release.Task;
        });

        var work = await a.BeginWorkAsync("two requests at once", Token);
        // First what nobody delays: as long as the slow one is the only request, time may pass for it.
        var other = http.GetAsync(Address(outside), Token);
        await entered.Task.WaitAsync(Token);
        var slow = http.GetAsync(new Uri(Address(standIn), "/slow"), Token);
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
        var during = _clock.GetUtcNow();
        release.SetResult();
        (await other).Dispose();
        (await slow).Dispose();
        work.Dispose();

        Assert.AreEqual(Start, during);
        Assert.AreEqual(Start.AddSeconds(5), _clock.GetUtcNow());
    }

    [TestMethod]
    public async Task A_timeout_ends_a_request_whose_answer_is_delayed_for_longer()
    {
        await using var a = await ConnectAsync("a");
        using var http = new HttpClient();
        await using var standIn = await ServeAsync(async context =>
        {
            using var work = await _clock.BeginWorkAsync("stand-in", Token);
            await _clock.DelayAsync(TimeSpan.FromSeconds(60), callerWaits: true, context.RequestAborted);
        });

        using (await a.BeginWorkAsync("impatient", Token))
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10), a);
            await Assert.ThrowsAsync<OperationCanceledException>(() => http.GetAsync(Address(standIn), timeout.Token));

            Assert.AreEqual(Start.AddSeconds(10), a.GetUtcNow());
        }
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task A_request_that_is_sent_once_more_after_a_failure_waits_for_its_own_answer()
    {
        await using var a = await ConnectAsync("a");
        using var http = new HttpClient(new SecondTry { InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = false } });
        var calls = 0;
        await using var standIn = await ServeAsync(async context =>
        {
            context.Response.StatusCode = ++calls == 1 ? StatusCodes.Status502BadGateway : StatusCodes.Status200OK;
            await (calls == 1 ? Task.CompletedTask : _clock.DelayAsync(TimeSpan.FromSeconds(7), callerWaits: true, context.RequestAborted));
        });

        using (await a.BeginWorkAsync("caller that tries again", Token))
        {
            (await http.GetAsync(Address(standIn), Token)).Dispose();
        }

        Assert.AreEqual(Start.AddSeconds(7), _clock.GetUtcNow());
    }

    [TestMethod]
    public async Task Says_what_holds_the_time_in_each_process()
    {
        await using var a = await ConnectAsync("a");
        using var first = await a.BeginWorkAsync("a message", Token);
        using var inner = await a.BeginWorkAsync("its translation", Token);

        var described = await _clock.InquireAsync(Token);

        StringAssert.Contains(described, "a message [0 delays, 0 of 0 requests wait, 0 of 1 parts wait], its translation", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task A_delay_without_work_of_its_own_still_suspends_its_caller()
    {
        await using var a = await ConnectAsync("a");
        using var http = new HttpClient();
        await using var standIn = await ServeAsync(_ => _clock.DelayAsync(TimeSpan.FromSeconds(7), callerWaits: true, Token));

        using (await a.BeginWorkAsync("caller", Token))
        {
            (await http.GetAsync(Address(standIn), Token)).Dispose();
        }

        Assert.AreEqual(Start.AddSeconds(7), _clock.GetUtcNow());
    }

    [TestMethod]
    public async Task Thousands_of_jumps_take_a_moment()
    {
        await using var a = await ConnectAsync("a");
        await using var b = await ConnectAsync("b");
        var begun = 0;
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watch = Stopwatch.StartNew();

        await Task.WhenAll(Detached(() => TickAsync(a, TimeSpan.FromSeconds(1))), Detached(() => TickAsync(b, TimeSpan.FromSeconds(0.5))));

        // In turn, half a second apart, and none too many; how fast they are is the machine's affair.
        Assert.AreEqual(2000, _clock.Jumps);
        Assert.AreEqual(Start.AddSeconds(1000), _clock.GetUtcNow());
        _test.WriteLine($"{_clock.Jumps / watch.Elapsed.TotalSeconds:F0} jumps per second");

        async Task TickAsync(RuntimeClock clock, TimeSpan first)
        {
            using var work = await clock.BeginWorkAsync("ticks", Token);
            // Neither ticks before the other holds the time too.
            if (Interlocked.Increment(ref begun) == 2)
            {
                both.SetResult();
            }

            await both.Task.WaitAsync(Token);
            await clock.DelayAsync(first, ct: Token);
            for (var i = 1; i < 1000; i++)
            {
                await clock.DelayAsync(TimeSpan.FromSeconds(1), ct: Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _clock.Dispose();
    }

    /// <summary>A loop that looks and notes when.</summary>
    private static async Task<Task> LookAsync(VirtualClockClient clock, string topic, ConcurrentQueue<DateTimeOffset> looks, CancellationToken stop)
    {
        var poller = await clock.RegisterPollerAsync("poller", topic);
        return Detached(async () =>
        {
            using (poller)
            {
                while (true)
                {
                    looks.Enqueue(clock.GetUtcNow());
                    await poller.WaitAsync(due: null, TimeSpan.Zero, stop);
                }
            }
        });
    }

    private static Uri Address(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Outside of the work that the test may be in.</summary>
    private static Task Detached(Func<Task> action)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(action);
        }
    }

    private async Task<WebApplication> ServeAsync(RequestDelegate handle)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(handle);
        await app.StartAsync(Token);
        return app;
    }

    private Task<VirtualClockClient> ConnectAsync(string name) => VirtualClockClient.ConnectAsync(_server.Address, name, cancellationToken: Token);

    /// <summary>As a resilience handler does: sends the same message again, which still carries the traceparent of the first try.</summary>
    private sealed class SecondTry : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (await base.SendAsync(request, cancellationToken)).Dispose();
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
