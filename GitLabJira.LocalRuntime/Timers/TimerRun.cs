namespace GitLabJira.LocalRuntime.Timers;

/// <summary>A run that this process took.</summary>
/// <param name="Before">The row as it was: what the function is told, and what comes back when the host stops in the middle.</param>
internal sealed record TimerRun(TimerRow Before, DateTimeOffset Started, bool IsPastDue)
{
    /// <summary>The row with our lease.</summary>
    public required TimerRow Taken { get; set; }

    public required DateTimeOffset RenewAt { get; set; }

    /// <summary>Whether the function ended by itself, with or without success.</summary>
    public Task<bool> Ended { get; set; } = Task.FromResult(false);
}
