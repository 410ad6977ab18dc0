using Azure;
using GitLabJira.LocalRuntime.Hosting;
using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Time;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Timers;

/// <summary>Runs the functions with a <c>[TimerTrigger]</c>.</summary>
internal sealed partial class TimerTriggers(
    FunctionCatalog functions,
    HostSettings settings,
    ITimerRows rows,
    FunctionInvoker invoker,
    RuntimeClock clock,
    IHostApplicationLifetime lifetime,
    ILogger<TimerTriggers> logger)
    : ITriggerListener, IDisposable
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly List<TimerFunction> _timers = [];
    private Task _loop = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (function, trigger) in functions.TriggeredBy<TimerTriggerAttribute>())
        {
            _timers.Add(Create(function, trigger));
        }

        if (_timers.Count == 0)
        {
            return;
        }

        await rows.CreateAsync(cancellationToken);

        foreach (var timer in _timers)
        {
            await timer.StartAsync(cancellationToken);
        }

        _loop = LoopAsync(await clock.RegisterPollerAsync("timers"));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await using var patience = cancellationToken.Register(_abort.Cancel);
        await _loop;

        foreach (var timer in _timers)
        {
            await timer.EndAsync();
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _abort.Dispose();
    }

    private TimerFunction Create(FunctionDescriptor function, TimerTriggerAttribute trigger)
    {
        try
        {
            return new(function, trigger, TimerSchedule.Parse(settings.Resolve(trigger.Schedule)), rows, invoker, clock, logger);
        }
        catch (FormatException e)
        {
            throw new FunctionDefinitionException([$"Function '{function.Name}': {e.Message}"]);
        }
    }

    private async Task LoopAsync(ClockPoller poller)
    {
        using var registered = poller;

        try
        {
            while (true)
            {
                await poller.WaitAsync(await LookAsync(poller), TimeSpan.FromDays(1), _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
        catch (Exception e)
        {
            // An app whose timers have silently ended is worse than one that ends.
            Log.Broken(logger, e);
            lifetime.StopApplication();
        }
    }

    private async Task<DateTimeOffset> LookAsync(ClockPoller poller)
    {
        var due = DateTimeOffset.MaxValue;

        foreach (var timer in _timers)
        {
            var next = await LookAsync(timer, poller);
            due = next < due ? next : due;
        }

        return due;
    }

    private async Task<DateTimeOffset> LookAsync(TimerFunction timer, ClockPoller poller)
    {
        while (true)
        {
            _stop.Token.ThrowIfCancellationRequested();

            try
            {
                return await timer.LookAsync(poller, _abort.Token);
            }
            catch (RequestFailedException e)
            {
                // Real time: under a virtual clock this is a look that takes long, and time waits for it.
                Log.Unreachable(logger, e);
                await Task.Delay(AfterFault, TimeProvider.System, _stop.Token);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The storage of the timers does not answer.")]
        public static partial void Unreachable(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Critical, "The timers have ended; the host stops.")]
        public static partial void Broken(ILogger logger, Exception exception);
    }
}

internal static class TimersRegistration
{
    public static IServiceCollection AddTimerTriggers(this IServiceCollection services) => services
        .AddSingleton<ITimerRows, TableTimerRows>()
        .AddSingleton<ITriggerListener, TimerTriggers>();
}
