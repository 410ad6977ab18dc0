namespace GitLabJira.LocalRuntime.Durable;

/// <summary>Something that an orchestrator asked for. Numbered in the order of asking, which is the same on each replay.</summary>
internal sealed class OrchestratorAction(int id, HistoryKind kind, string name)
{
    public int Id => id;

    /// <summary>One of the four kinds that ask: an activity, a timer, a sub-orchestration, an event to another instance.</summary>
    public HistoryKind Kind => kind;

    public string Name => name;

    public string? Input { get; init; }

    public DateTimeOffset? FireAt { get; init; }

    public string? InstanceId { get; init; }

    /// <summary>What the orchestrator waits for; null for an event, which nobody answers.</summary>
    public TaskCompletionSource<string?>? Completion { get; init; }

    /// <summary>It stands in the history.</summary>
    public bool Recorded { get; set; }

    public bool IsOpen => Completion is { Task.IsCompleted: false };

    public HistoryEvent ToEvent() => new(kind)
    {
        TaskId = id,
        Name = kind is HistoryKind.TimerCreated ? null : name,
        FireAt = FireAt,
        InstanceId = InstanceId,

        // An activity's input goes to the activity; a replay makes it again.
        Data = null,
    };

    /// <summary>Whether the history has recorded this very action under its number.</summary>
    public bool Matches(HistoryEvent recorded) =>
        recorded.Kind == kind
        && recorded.FireAt == FireAt
        && (kind is HistoryKind.TimerCreated || string.Equals(recorded.Name, name, StringComparison.OrdinalIgnoreCase));
}
