using System.Collections.Concurrent;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using GitLabJira.LocalRuntime.Hosting;
using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Time;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Queues;

/// <summary>Runs one function for the messages of one queue, by the rules of the real host (reference: azure-webjobs-sdk, QueueListener and QueueProcessor).</summary>
internal sealed partial class QueueListener(
    FunctionDescriptor function,
    IQueueSource source,
    QueueClient poison,
    QueuesSection options,
    FunctionInvoker invoker,
    RuntimeClock clock,
    ILogger logger)
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Task, byte> _running = [];

    private volatile bool _full;
    private readonly int _threshold = options.NewBatchThreshold ?? options.BatchSize / 2 * Environment.ProcessorCount;

    /// <param name="stop">No more messages are taken.</param>
    /// <param name="abort">What runs is told to end.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        using var poller = await clock.RegisterPollerAsync($"queue of {function.Name}", source.Name);
        var backoff = QueueRules.FirstBackoff;
        try
        {
            while (true)
            {
                _full = true; // before the count, so that whoever ends meanwhile wakes us
                var room = _running.Count <= _threshold;
                _full = !room;
                var look = room ? await LookAsync(poller, stop) : new([]);
                foreach (var message in look.Messages)
                {
                    Start(message, poller, abort);
                }

                if (look.Messages.Count > 0)
                {
                    backoff = QueueRules.FirstBackoff;

                    if (!look.IsAll)
                    {
                        continue;
                    }
                }

                await poller.WaitAsync(look.NextDue, room ? backoff : options.MaxPollingInterval, stop);
                backoff = backoff * 2 < options.MaxPollingInterval ? backoff * 2 : options.MaxPollingInterval;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop: what runs is waited for below.
        }

        await Task.WhenAll(_running.Keys);
    }

    private async Task<QueueLook> LookAsync(ClockPoller poller, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await source.TakeAsync(options.BatchSize, poller.Written, stop);
            }
            catch (Exception e) when (e is Azure.RequestFailedException or AggregateException && !stop.IsCancellationRequested)
            {
                // Real time: under a virtual clock this is a look that takes long, and time waits for it.
                Log.Unreachable(logger, function.Name, e);
                await Task.Delay(AfterFault, TimeProvider.System, stop);
            }
        }
    }

    private void Start(TakenMessage message, ClockPoller poller, CancellationToken abort)
    {
        var ended = new TaskCompletionSource();
        _running.TryAdd(ended.Task, 0);
        _ = RunAsync();

        async Task RunAsync()
        {
            try
            {
                var isAgain = true;
                using var work = await clock.BeginWorkAsync($"message {message.Id} for {function.Name}", CancellationToken.None);
                try
                {
                    isAgain = await ProcessAsync(message, abort);
                }
                finally
                {
                    // As a part of the work: once it is over, time may pass before anybody has seen that the message is free again, or that there is room.
                    _running.TryRemove(ended.Task, out _);

                    if (isAgain || _full)
                    {
                        poller.Wake();
                    }
                }
            }
            catch (Exception e)
            {
                // The storage did not take the outcome, or the clock is gone: the message comes back by itself when its time is over.
                Log.OutcomeLost(logger, function.Name, message.Id, e);
            }
            finally
            {
                _running.TryRemove(ended.Task, out _);
                ended.SetResult();
            }
        }
    }

    /// <returns>Whether the message is to be seen again.</returns>
    private async Task<bool> ProcessAsync(TakenMessage message, CancellationToken abort)
    {
        if (message.DequeueCount > options.MaxDequeueCount || !QueueMessageText.TryDecode(message.Text, options.MessageEncoding, out var body))
        {
            await MoveToPoisonAsync(message);
            return false;
        }

        await using var kept = new KeptMessage(source, message, clock);
        var failure = await InvokeAsync(message, body, abort);
        var last = await kept.StopAsync();

        if (failure is null)
        {
            await source.DeleteAsync(last, CancellationToken.None);
            return false;
        }

        Log.Failed(logger, function.Name, message.Id, message.DequeueCount, options.MaxDequeueCount, failure);

        if (message.DequeueCount >= options.MaxDequeueCount)
        {
            await MoveToPoisonAsync(last);
            return false;
        }

        await source.ReleaseAsync(last, options.VisibilityTimeout, CancellationToken.None);
        return true;
    }

    private async Task<Exception?> InvokeAsync(TakenMessage message, byte[] body, CancellationToken abort)
    {
        try
        {
            await invoker.InvokeAsync(ToCall(message, body), abort);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private FunctionCall ToCall(TakenMessage message, byte[] body)
    {
        var data = new BinaryData(body);
        object trigger = function.TriggerParameter.ParameterType == typeof(QueueMessage)
            ? QueuesModelFactory.QueueMessage(
                message.Id, message.Receipt, data, message.DequeueCount, message.VisibleOn, message.InsertedOn, message.ExpiresOn)
            : data;

        return new(function, trigger)
        {
            BindingData = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
            {
                ["QueueTrigger"] = data.ToString(),
                ["DequeueCount"] = message.DequeueCount,
                ["ExpirationTime"] = message.ExpiresOn,
                ["Id"] = message.Id,
                ["InsertionTime"] = message.InsertedOn,
                ["NextVisibleTime"] = message.VisibleOn,
                ["PopReceipt"] = message.Receipt,
            },
        };
    }

    /// <summary>The copy carries no reason and lives seven days, which is the queue's default.</summary>
    private async Task MoveToPoisonAsync(TakenMessage message)
    {
        await poison.CreateIfNotExistsAsync();
        await poison.SendMessageAsync(message.Text);
        await source.DeleteAsync(message, CancellationToken.None);
        Log.Poisoned(logger, function.Name, message.Id, poison.Name);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Function} failed on message {Id}, attempt {Attempt} of {Attempts}.")]
        public static partial void Failed(ILogger logger, string function, string id, long attempt, int attempts, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "Message {Id} of {Function} was moved to {Queue}.")]
        public static partial void Poisoned(ILogger logger, string function, string id, string queue);

        [LoggerMessage(3, LogLevel.Warning, "The queue of {Function} does not answer.")]
        public static partial void Unreachable(ILogger logger, string function, Exception exception);

        [LoggerMessage(4, LogLevel.Error, "What became of message {Id} of {Function} could not be stored; it will be seen again.")]
        public static partial void OutcomeLost(ILogger logger, string function, string id, Exception exception);
    }
}
