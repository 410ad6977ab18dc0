using GitLabJira.LocalRuntime.Invocation;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>
/// What the messages to an instance lead to: a pure function of its state and them, apart from the orchestrator's own code. Nothing is stored here, so that it can be
/// done again when somebody else was faster.
/// </summary>
internal sealed class Episode(InstanceState? state, OrchestratorCatalog orchestrators, FunctionInvoker invoker, DataConverter converter, ILoggerFactory loggers, DateTimeOffset now)
{
    private readonly List<HistoryEvent> _accepted = [];
    private readonly List<string> _consumed = [];
    private readonly List<string> _removed = [.. state?.Leftovers ?? []];
    private readonly List<WorkItem> _outgoing = [];
    private readonly HashSet<string> _references = new(StringComparer.Ordinal);
    private readonly HashSet<int> _again = [];
    private IReadOnlyList<HistoryBatch> _history = state?.History ?? [];

    /// <summary>Null when the messages were for nobody.</summary>
    public InstanceRow? Row { get; private set; } = state?.Row;

    /// <summary>Null when nothing has happened.</summary>
    public HistoryBatch? Batch { get; private set; }

    /// <summary>The history before <see cref="Batch"/>, of the same run.</summary>
    public IReadOnlyList<HistoryBatch> History => _history;

    public IReadOnlyList<string> Removed => _removed;

    /// <summary>New activities, timers and messages.</summary>
    public IReadOnlyList<WorkItem> Outgoing => _outgoing;

    /// <summary>Large payloads that nothing refers to any more afterwards.</summary>
    public IReadOnlySet<string> References => _references;

    /// <summary>Timers that nobody waits for any more.</summary>
    public List<string> DeadTimers { get; } = [];

    public async Task RunAsync(IReadOnlyList<WorkItem> messages)
    {
        foreach (var message in messages)
        {
            Take(message);
        }

        if (Row is null || (_accepted.Count == 0 && _again.Count == 0))
        {
            return;
        }

        List<HistoryEvent> happened = _accepted.Count == 0 ? [] : [Started(), .. _accepted];
        await using var run = Create(Row);
        run.Execute(_history, happened);

        foreach (var index in _again)
        {
            SendAgain(run, index);
        }

        if (happened.Count > 0)
        {
            await ConcludeAsync(run, happened, continued: false);
        }
    }

    private static bool IsAnswer(HistoryEvent happened) =>
        happened.Kind is HistoryKind.TaskCompleted or HistoryKind.TaskFailed or HistoryKind.TimerFired or HistoryKind.SubOrchestrationCompleted or HistoryKind.SubOrchestrationFailed;

    private HistoryEvent Started() => new(HistoryKind.OrchestratorStarted) { At = now };

    private OrchestratorRun Create(InstanceRow row) => new(row, orchestrators.Find(row.Name), invoker, converter, loggers);

    // ---- what comes in

    private void Take(WorkItem message)
    {
        for (var i = 0; i < _history.Count; i++)
        {
            if (_history[i].Consumed.Contains(message.Id, StringComparer.Ordinal))
            {
                // Committed, but its process died before it could do what followed from it.
                _again.Add(i);
                return;
            }
        }

        if (message.Event.Kind is HistoryKind.ExecutionStarted ? !TakeStart(message) : !IsForThisRun(message))
        {
            if (message.Event.DataRef is { } reference)
            {
                _references.Add(reference);
            }

            return;
        }

        _consumed.Add(message.Id);
        _accepted.Add(message.Event);
    }

    private bool TakeStart(WorkItem message)
    {
        var started = message.Event;
        if (Row is null)
        {
            Row = ToRow(message);
            return true;
        }

        if (string.Equals(Row.Execution, message.Execution, StringComparison.Ordinal))
        {
            return !Row.IsOver && !_history.SelectMany(b => b.Events).Concat(_accepted).Any(e => e.Kind is HistoryKind.ExecutionStarted);
        }

        if (Row.IsOver)
        {
            _removed.AddRange(InstanceTable.Keys(Row));
            _references.UnionWith(InstanceTable.References(new(Row, _history, [])));
            Row = ToRow(message) with { ETag = Row.ETag };
            _history = [];
            return true;
        }

        if (started.Parent is { } parent)
        {
            Tell(parent, new(HistoryKind.SubOrchestrationFailed)
            {
                Failure = new(typeof(OrchestrationAlreadyExistsException).FullName!, $"An orchestration with the instance id '{message.Instance}' already runs.", Stack: null, Inner: null),
            });
        }

        return false;
    }

    private bool IsForThisRun(WorkItem message) =>
        Row is { IsOver: false }
        && (message.Execution is null || string.Equals(message.Execution, Row.Execution, StringComparison.Ordinal))
        && (!IsAnswer(message.Event) || !_history.SelectMany(b => b.Events).Concat(_accepted).Any(e => IsAnswer(e) && e.TaskId == message.Event.TaskId));

    private InstanceRow ToRow(WorkItem message) => new(
        message.Instance, message.Event.Name!, message.Execution!, OrchestrationRuntimeStatus.Pending, message.Event.At ?? now, now)
    {
        Input = message.Event.DataRef is null ? message.Event.Data : null,
        InputRef = message.Event.DataRef,
        Parent = message.Event.Parent,
        Tags = message.Event.Tags,
    };

    // ---- what follows

    private async Task ConcludeAsync(OrchestratorRun run, List<HistoryEvent> happened, bool continued)
    {
        Emit(run, run.NewActions);

        if (run.End is RunEnd.ContinuedAsNew)
        {
            await ContinueAsync(run, continued);
            return;
        }

        happened.AddRange(run.NewActions.Select(a => a.ToEvent()));
        Batch = new(_consumed, happened);
        Row = Row! with
        {
            UpdatedAt = now,
            CustomStatus = run.CustomStatus ?? Row.CustomStatus,
            Status = run.End switch
            {
                RunEnd.Completed => OrchestrationRuntimeStatus.Completed,
                RunEnd.Failed => OrchestrationRuntimeStatus.Failed,
                RunEnd.Terminated => OrchestrationRuntimeStatus.Terminated,
                _ when run.Suspended => OrchestrationRuntimeStatus.Suspended,
                _ when _history.Append(Batch).SelectMany(b => b.Events).Any(e => e.Kind is HistoryKind.ExecutionStarted) => OrchestrationRuntimeStatus.Running,
                _ => OrchestrationRuntimeStatus.Pending,
            },
            Output = run.Failure?.ToString() ?? run.Output,
        };

        FindDeadTimers(run);
        if (run.End is not RunEnd.None)
        {
            End(run);
        }
    }

    /// <summary>The next run starts within the same episode, with an empty history. A run that continues at once for a second time waits its turn.</summary>
    private async Task ContinueAsync(OrchestratorRun run, bool continued)
    {
        FindDeadTimers(run);
        if (!continued)
        {
            _removed.AddRange(InstanceTable.Keys(Row!));
            _references.UnionWith(InstanceTable.References(new(Row!, [.. _history, new([], _accepted)], [])));
        }

        _references.ExceptWith(run.CarriedOver.Select(e => e.DataRef).OfType<string>());
        _history = [];
        Row = Row! with
        {
            Execution = DurableNames.NewId(),
            Status = OrchestrationRuntimeStatus.Running,
            UpdatedAt = now,
            Input = run.NextInput,
            InputRef = null,
            CustomStatus = run.CustomStatus ?? Row.CustomStatus,
            Batches = 0,
        };

        var start = new HistoryEvent(HistoryKind.ExecutionStarted) { Name = Row.Name, Data = run.NextInput };
        List<HistoryEvent> happened = [Started(), start, .. run.CarriedOver];
        if (continued)
        {
            Batch = new(_consumed, [Started(), .. run.CarriedOver]);
            _outgoing.Add(WorkItem.Message(Row.Id, Row.Execution, start, now));
            return;
        }

        await using var next = Create(Row);
        next.Execute([], happened);
        await ConcludeAsync(next, happened, continued: true);
    }

    private void Emit(OrchestratorRun run, IEnumerable<OrchestratorAction> actions)
    {
        foreach (var action in actions)
        {
            switch (action.Kind)
            {
                case HistoryKind.TaskScheduled:
                    _outgoing.Add(WorkItem.Activity(Row!.Id, Row.Execution, new(HistoryKind.TaskScheduled) { TaskId = action.Id, Name = action.Name, Data = action.Input }, now));
                    break;
                case HistoryKind.TimerCreated when action.IsOpen && run.End is RunEnd.None:
                    _outgoing.Add(WorkItem.Timer(Row!.Id, Row.Execution, action.Id, action.FireAt!.Value));
                    break;
                case HistoryKind.SubOrchestrationCreated:
                    _outgoing.Add(WorkItem.Message(action.InstanceId!, DurableNames.ChildExecution(Row!.Execution, action.Id), new(HistoryKind.ExecutionStarted)
                    {
                        At = now,
                        Name = action.Name,
                        Data = action.Input,
                        Parent = new(Row.Name, Row.Id, Row.Execution, action.Id),
                    }, now));
                    break;
                case HistoryKind.EventSent:
                    _outgoing.Add(WorkItem.Message(action.InstanceId!, execution: null, new(HistoryKind.EventRaised) { Name = action.Name, Data = action.Input }, now));
                    break;
            }
        }
    }

    /// <summary>An episode was committed, but perhaps not what followed from it: all of that which is still open is sent again.</summary>
    private void SendAgain(OrchestratorRun run, int index)
    {
        var asked = _history[index].Events.Where(e => e.Kind is HistoryKind.TaskScheduled or HistoryKind.TimerCreated or HistoryKind.SubOrchestrationCreated or HistoryKind.EventSent)
            .Select(e => e.TaskId)
            .ToHashSet();
        Emit(run, run.Actions.Where(a => a.Recorded && asked.Contains(a.Id) && (a.IsOpen || a.Kind is HistoryKind.EventSent)));

        if (index == _history.Count - 1 && run.End is not (RunEnd.None or RunEnd.ContinuedAsNew))
        {
            End(run);
        }
        else if (!_history.SelectMany(b => b.Events).Any(e => e.Kind is HistoryKind.ExecutionStarted) && Row is { Status: OrchestrationRuntimeStatus.Running })
        {
            _outgoing.Add(WorkItem.Message(Row.Id, Row.Execution, new(HistoryKind.ExecutionStarted) { Name = Row.Name, Data = Row.Input, DataRef = Row.InputRef }, now));
        }
    }

    private void End(OrchestratorRun run)
    {
        if (Row!.Parent is { } parent)
        {
            Tell(parent, run.End switch
            {
                RunEnd.Completed => new(HistoryKind.SubOrchestrationCompleted) { Data = run.Output },
                RunEnd.Terminated => new(HistoryKind.SubOrchestrationFailed)
                {
                    Failure = new("DurableTask.Core.Exceptions.OrchestrationTerminatedException", $"The sub-orchestration '{Row.Id}' was terminated.", Stack: null, Inner: null),
                },
                _ => new(HistoryKind.SubOrchestrationFailed) { Failure = run.Failure },
            });
        }

        if (run is { End: RunEnd.Terminated, Recursive: true })
        {
            _outgoing.AddRange(run.Actions
                .Where(a => a.Kind is HistoryKind.SubOrchestrationCreated && a.IsOpen)
                .Select(a => WorkItem.Message(a.InstanceId!, execution: null, new(HistoryKind.Terminated) { Data = run.Output, Recursive = true }, now)));
        }
    }

    private void Tell(ParentLink parent, HistoryEvent answer) =>
        _outgoing.Add(WorkItem.Message(parent.InstanceId, parent.Execution, answer with { TaskId = parent.TaskId }, now));

    private void FindDeadTimers(OrchestratorRun run) => DeadTimers.AddRange(run.Actions
        .Where(a => a is { Kind: HistoryKind.TimerCreated, Recorded: true } && a.FireAt > now && (a.Completion!.Task.IsCanceled || run.End is not RunEnd.None))
        .Select(a => DurableNames.TimerKey(a.FireAt!.Value, Row!.Execution, a.Id)));
}
