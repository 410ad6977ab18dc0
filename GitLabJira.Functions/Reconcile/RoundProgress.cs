using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.Reconcile;

/// <summary>How far one turn of a round has come.</summary>
public sealed class RoundProgress(Link link, RepairState state)
{
    /// <summary>Replicas lag by up to a minute, and clocks differ.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan FirstLook = TimeSpan.FromDays(1);

    public Link Link => link;

    public RepairState State { get; set; } = state;

    /// <summary>How many looks were asked for in this turn.</summary>
    public int Looks { get; set; }

    /// <summary>When this round began: what is seen is as old as that at most.</summary>
    public DateTimeOffset At => State.RoundAt!.Value;

    /// <summary>What happened before the hook stood is the initial sync's.</summary>
    public DateTimeOffset Hooked => link.HookedAt ?? link.CreatedAt;

    /// <summary>Since when changes may be unknown.</summary>
    public DateTimeOffset Since => From(State.LastAt);

    /// <summary>The projects whose merge requests had changed unheard.</summary>
    public ISet<long> Touched { get; } = new HashSet<long>();

    /// <summary>The same for a time of one's own. What was never looked at is so for a day at most: until then hooks were all there was.</summary>
    public DateTimeOffset From(DateTimeOffset? last)
    {
        var since = (last ?? At - FirstLook) - Overlap;
        return since > Hooked ? since : Hooked;
    }

    /// <summary>So many entities were deleted at Jira.</summary>
    public void NoteRepairs(int count) => State = State with { Repaired = State.Repaired + count, IsActive = true };

    /// <summary>Something happens under the link.</summary>
    public void NoteActivity() => State = State with { IsActive = true };
}
