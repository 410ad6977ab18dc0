namespace GitLabJira.LocalRuntime.Timers;

/// <summary>What all processes know of one timer function: its schedule status and who runs it.</summary>
internal sealed record TimerRow
{
    public string? ETag { get; init; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? Last { get; init; }

    public required DateTimeOffset Next { get; init; }

    public required DateTimeOffset Updated { get; init; }

    /// <summary>The occurrence that was last begun, by whomever.</summary>
    public DateTimeOffset? Begun { get; init; }

    /// <summary>The lease of a run. Null: no run goes on. Past: its process died.</summary>
    public DateTimeOffset? TakenUntil { get; init; }
}

/// <summary>The rows of one app.</summary>
internal interface ITimerRows
{
    Task CreateAsync(CancellationToken cancellationToken);

    Task<TimerRow?> ReadAsync(string function, CancellationToken cancellationToken);

    /// <returns>The row as it is now; null when somebody else wrote since it was read.</returns>
    Task<TimerRow?> WriteAsync(string function, TimerRow row, CancellationToken cancellationToken);
}
