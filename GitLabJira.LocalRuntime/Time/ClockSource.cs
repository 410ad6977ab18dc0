namespace GitLabJira.LocalRuntime.Time;

/// <summary>Chooses the clock of a process.</summary>
internal static class ClockSource
{
    public const string AddressSetting = "GITLABJIRA_CLOCK";

    /// <param name="address">Of the virtual clock that a Sandbox or test serves; null: wall time.</param>
    public static RuntimeClock Create(string? address) =>
        string.IsNullOrEmpty(address) ? WallClock.Instance : throw new InvalidOperationException($"{AddressSetting} is set, but this build has no virtual clock.");
}
