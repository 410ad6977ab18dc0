namespace GitLabJira.Functions.Budgets;

/// <summary>How a budget is shared.</summary>
/// <param name="Limit">What all processes together may use in a window; 0 for as much as they like.</param>
/// <param name="Window">Windows follow each other without a gap from the start of the clock on, as the other side counts them.</param>
/// <param name="Uncounted">Part of the limit, 0 to 0.05, that each process may use for live work without asking storage. Ten times as much is set aside for it, so the limit holds with up to ten processes.</param>
public sealed record BudgetRule(int Limit, TimeSpan Window, double Uncounted)
{
    private const int ProcessesThatUseUncounted = 10;

    /// <summary>Reconcile never takes more of a budget (design 8).</summary>
    private const int RepairPercent = 30;

    private const int Chunks = 20;

    public bool IsLimited => Limit > 0;

    /// <summary>For live work of each process.</summary>
    public int Free => (int)(Limit * Uncounted);

    /// <summary>What can be leased.</summary>
    public int Shared => Limit - (Free * ProcessesThatUseUncounted);

    /// <summary>What a process leases at a time, and loses when it dies.</summary>
    public int Chunk => Math.Clamp(Shared / Chunks, 5, 200);

    public DateTimeOffset WindowOf(DateTimeOffset now) => new(now.Ticks - (now.Ticks % Window.Ticks), TimeSpan.Zero);

    /// <summary>How full the budget may be for work of this priority to begin.</summary>
    public static int StopsAtPercent(WorkPriority priority) => priority switch
    {
        WorkPriority.Backfill => 70,
        WorkPriority.Repair => 85,
        _ => 100,
    };

    private int Percent(int percent) => (int)((long)Shared * percent / 100);

    /// <summary>What may be leased, when so much is leased already.</summary>
    public int Room(WorkPriority priority, int used, int usedByRepair)
    {
        var room = Percent(StopsAtPercent(priority)) - used;
        return priority is WorkPriority.Repair ? Math.Min(room, Percent(RepairPercent) - usedByRepair) : room;
    }
}
