using GitLabJira.LocalRuntime.Invocation;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Durable;

internal enum RunEnd
{
    /// <summary>Waits for something; also while suspended.</summary>
    None,
    Completed,
    Failed,
    Terminated,
    ContinuedAsNew,
}

/// <summary>
/// Runs an orchestrator once from its start: through the history, in which nothing may differ, then through what is new.
/// Reference: https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-code-constraints.
/// </summary>
internal sealed class OrchestratorRun(InstanceRow instance, FunctionDescriptor? function, FunctionInvoker invoker, DataConverter converter, ILoggerFactory loggers)
    : IAsyncDisposable
{
    private readonly OrchestratorLoop _loop = new();
    private readonly Queue<HistoryEvent> _whileSuspended = new();
    private ReplayContext _context = new(instance, input: null, converter, loggers);
    private OpenInvocation? _invocation;
    private Task<object?>? _task;

    public RunEnd End { get; private set; }

    public bool Suspended { get; private set; }

    /// <summary>JSON of what the orchestrator returned, or the reason of its termination.</summary>
    public string? Output { get; private set; }

    public FailureRecord? Failure { get; private set; }

    /// <summary>A termination that takes the sub-orchestrations along.</summary>
    public bool Recursive { get; private set; }

    public string? CustomStatus => _context.CustomStatus;

    public string? NextInput => _context.Continuation?.Input;

    /// <summary>Events that nobody waited for, for the next run.</summary>
    public IReadOnlyList<HistoryEvent> CarriedOver => _context.Continuation is { PreserveEvents: true } ? [.. _context.Events.Kept, .. _whileSuspended.Where(e => e.Kind is HistoryKind.EventRaised)] : [];

    public IReadOnlyList<OrchestratorAction> Actions => _context.Actions;

    public IEnumerable<OrchestratorAction> NewActions => _context.Actions.Where(a => !a.Recorded);

    /// <summary>Goes through the history and what is new, and says how it stands afterwards.</summary>
    public void Execute(IEnumerable<HistoryBatch> history, IReadOnlyList<HistoryEvent> happened)
    {
        foreach (var batch in history)
        {
            Apply(batch.Events, replaying: true);
            if (End is RunEnd.None && NewActions.FirstOrDefault() is { } extra)
            {
                Differ($"it now asks for {Describe(extra)}, which its history does not have");
            }
        }

        Apply(happened, replaying: false);

        if (End is RunEnd.None && _task is not null && !Suspended && !_context.Actions.Exists(a => a.IsOpen) && !_context.Events.Awaited)
        {
            Fail(new(
                typeof(InvalidOperationException).FullName!,
                "The orchestrator awaits something that is not of its context. Only what the context gives may be awaited, and middleware around an orchestrator must be synchronous.",
                Stack: null, Inner: null));
        }

        _loop.Close();
    }

    public ValueTask DisposeAsync() => _invocation?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string Describe(OrchestratorAction action) => $"{action.Kind} '{action.Name}' (#{action.Id})";

    private void Apply(IReadOnlyList<HistoryEvent> events, bool replaying)
    {
        _context.Replaying = replaying;
        foreach (var happened in events)
        {
            if (End is RunEnd.None)
            {
                Apply(happened);
            }
            else if (happened.Kind is HistoryKind.EventRaised)
            {
                _context.Events.Raise(happened);
            }
        }
    }

    private void Apply(HistoryEvent happened)
    {
        switch (happened.Kind)
        {
            case HistoryKind.OrchestratorStarted:
                _context.Now = happened.At!.Value;
                break;
            case HistoryKind.TaskScheduled or HistoryKind.TimerCreated or HistoryKind.SubOrchestrationCreated or HistoryKind.EventSent:
                Match(happened);
                break;
            case HistoryKind.Terminated:
                End = RunEnd.Terminated;
                Output = happened.Data;
                Recursive = happened.Recursive ?? false;
                break;
            case HistoryKind.Suspended:
                Suspended = true;
                break;
            case HistoryKind.Resumed:
                Suspended = false;
                while (End is RunEnd.None && !Suspended && _whileSuspended.TryDequeue(out var delayed))
                {
                    Apply(delayed);
                }

                break;
            case var _ when Suspended:
                _whileSuspended.Enqueue(happened);
                break;
            case HistoryKind.ExecutionStarted:
                Start(happened);
                break;
            case HistoryKind.EventRaised:
                Advance(() => _context.Events.Raise(happened));
                break;
            default:
                Answer(happened);
                break;
        }
    }

    private void Start(HistoryEvent started)
    {
        if (function is null)
        {
            Fail(new(typeof(InvalidOperationException).FullName!, $"There is no orchestrator function of the name '{instance.Name}'.", Stack: null, Inner: null));
            return;
        }

        // Events may have come before the start; they stay where they are.
        var (now, replaying, kept) = (_context.Now, _context.Replaying, _context.Events.Kept);
        _context = new(instance, started.Data, converter, loggers) { Now = now, Replaying = replaying };
        foreach (var early in kept)
        {
            _context.Events.Raise(early);
        }

        _invocation = invoker.Open(
            new(function, _context)
            {
                OtherParameters = (parameter, out value) =>
                {
                    value = _context.GetInput(parameter.ParameterType);
                    return value is not null;
                },
            },
            CancellationToken.None);

        Advance(() => _task = _invocation.RunAsync());
    }

    /// <summary>Lets the orchestrator go on as far as it can.</summary>
    private void Advance(Action action)
    {
        _loop.Run(action);

        if (_context.CustomStatusTooLong)
        {
            Fail(new(typeof(ArgumentException).FullName!, "The size of the JSON-serialized custom status must not exceed 16 KB of UTF-16 text.", Stack: null, Inner: null));
        }
        else if (_task is { IsCompleted: true } && End is RunEnd.None)
        {
            Finish(_task);
        }
    }

    private void Finish(Task<object?> task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            var exception = task.Exception?.InnerException ?? new TaskCanceledException(task);
            Fail(FailureRecord.From(exception));
            return;
        }

        if (_context.Continuation is not null)
        {
            End = RunEnd.ContinuedAsNew;
            return;
        }

        End = RunEnd.Completed;
#pragma warning disable MA0042, CA1849 // it has completed
        Output = converter.Serialize(task.Result);
#pragma warning restore MA0042, CA1849
    }

    private void Match(HistoryEvent recorded)
    {
        if (recorded.TaskId is not { } id || id >= _context.Actions.Count || !_context.Actions[id].Matches(recorded))
        {
            var found = recorded.TaskId < _context.Actions.Count ? $"now asks for {Describe(_context.Actions[recorded.TaskId.Value])}" : "does not ask for it any more";
            Differ($"its history has {recorded.Kind} '{recorded.Name}' (#{recorded.TaskId}), but it {found}");
            return;
        }

        _context.Actions[id].Recorded = true;
    }

    /// <summary>The result of something that was asked for; late and doubled ones change nothing.</summary>
    private void Answer(HistoryEvent happened)
    {
        if (happened.TaskId is not { } id || id >= _context.Actions.Count || _context.Actions[id] is not { IsOpen: true } action)
        {
            return;
        }

        Advance(() =>
        {
            if (happened.Failure is { } failure)
            {
                action.Completion!.TrySetException(new TaskFailedException(action.Name, action.Id, failure.ToDetails()));
            }
            else
            {
                action.Completion!.TrySetResult(happened.Data);
            }
        });
    }

    private void Differ(string how) => Fail(new(
        "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException",
        $"Non-deterministic orchestrator '{instance.Name}': {how}. Was its code changed while instances were running?",
        Stack: null, Inner: null));

    private void Fail(FailureRecord failure)
    {
        End = RunEnd.Failed;
        Failure = failure;
    }
}
