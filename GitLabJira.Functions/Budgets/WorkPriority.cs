namespace GitLabJira.Functions.Budgets;

/// <summary>What slows down first when a budget runs low: the later in this list, the sooner.</summary>
public enum WorkPriority
{
    /// <summary>Somebody waits for it. Goes on until nothing is left.</summary>
    Live,

    /// <summary>Reconcile.</summary>
    Repair,

    /// <summary>Initial syncs.</summary>
    Backfill,
}

/// <summary>Which priority the work has that runs now, for whoever asks a budget further down. Live unless somebody says otherwise.</summary>
/// <remarks>Ambient, because the same readers serve events, syncs and reconcile: a parameter would go through each of their methods.</remarks>
public static class Work
{
    private static readonly AsyncLocal<WorkPriority> Ambient = new();

    public static WorkPriority Priority => Ambient.Value;

    /// <summary>What runs in this flow has the priority, until the answer is disposed.</summary>
    public static IDisposable As(WorkPriority priority)
    {
        var before = Ambient.Value;
        Ambient.Value = priority;
        return new Scope(before);
    }

    private sealed class Scope(WorkPriority before) : IDisposable
    {
        public void Dispose() => Ambient.Value = before;
    }
}
