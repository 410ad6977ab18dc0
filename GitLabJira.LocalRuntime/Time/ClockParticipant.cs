namespace GitLabJira.LocalRuntime.Time;

/// <summary>What the authority knows of one process. Guarded by the authority's lock.</summary>
internal sealed class ClockParticipant(string name, IClockPort port)
{
    public string Name => name;

    public IClockPort Port => port;

    public bool Polls { get; set; }

    /// <summary>It runs work.</summary>
    public bool Running { get; set; }

    /// <summary>It has not reported idleness since it was last asked to look, or since it left idleness.</summary>
    public bool Busy { get; set; } = true;

    /// <summary>What others have changed since it was last asked to look.</summary>
    public ClockChanges Stale { get; set; } = ClockChanges.None;

    /// <summary>What it has changed itself while it runs. Its own loops look when nothing runs any more, if they are not asked before.</summary>
    public ClockChanges Own { get; set; } = ClockChanges.None;

    /// <summary>Number of the last request to look; a report that answers an older one does not count.</summary>
    public long Look { get; set; }

    public DateTimeOffset? Due { get; set; }

    public string? Work { get; set; }

    /// <summary>What it said of itself when it was last asked.</summary>
    public string Told { get; set; } = "";

    /// <summary>Requests whose answers wait in this process.</summary>
    public HashSet<string> Spans { get; } = new(StringComparer.Ordinal);
}
