using System.Globalization;

namespace GitLabJira.LocalRuntime.Time;

/// <summary>One line between a process and the owner of the clock: <c>verb number ticks text</c>.</summary>
internal readonly record struct ClockMessage(string Verb, long Number = 0, DateTimeOffset? Time = null, string Text = "")
{
    public const string Join = "join";
    public const string Polls = "polls";
    public const string Look = "look";
    public const string Run = "run";
    public const string Done = "done";
    public const string Changed = "changed";
    public const string Idle = "idle";
    public const string Waits = "waits";
    public const string Resumes = "resumes";
    public const string Now = "now";
    public const string Due = "due";
    public const string Acknowledged = "ack";
    public const string Ask = "ask";
    public const string Tell = "tell";

    public static ClockMessage Parse(string line)
    {
        var parts = line.Split(' ', 4);
        return parts.Length == 4
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? new(parts[0], number, ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero), parts[3])
            : throw new FormatException("A line of the virtual clock is not 'verb number ticks text'.");
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Verb} {Number} {Time?.UtcTicks ?? 0} {Text.ReplaceLineEndings(" ")}");
}
