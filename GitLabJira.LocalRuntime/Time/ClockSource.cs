using System.Globalization;

namespace GitLabJira.LocalRuntime.Time;

/// <summary>Chooses the clock of a process.</summary>
internal static class ClockSource
{
    /// <param name="setting">Reads a setting of the process.</param>
    public static RuntimeClock Create(Func<string, string?> setting)
    {
        var offset = ReadOffset(setting(RuntimeClock.OffsetVariable));

        if (setting(RuntimeClock.AddressVariable) is not { Length: > 0 } address)
        {
            return offset == TimeSpan.Zero ? WallClock.Instance : new WallClock(TimeProvider.System, offset);
        }

        // The builder of an app is synchronous, and nothing runs yet that could be blocked.
        return VirtualClockClient.ConnectAsync(address, $"process {Environment.ProcessId}", offset, ready: false).GetAwaiter().GetResult();
    }

    private static TimeSpan ReadOffset(string? milliseconds)
    {
        if (string.IsNullOrEmpty(milliseconds))
        {
            return TimeSpan.Zero;
        }

        return long.TryParse(milliseconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? TimeSpan.FromMilliseconds(value)
            : throw new FormatException($"{RuntimeClock.OffsetVariable} must be a whole number of milliseconds.");
    }
}
