using System.Diagnostics.Metrics;

namespace GitLabJira.Functions.Relay;

/// <summary>Counts hooks by kind and by what became of them, so that what is left aside on purpose can be told from what nobody knows. Kinds are names of ours: nothing of a tenant's gets into a metric.</summary>
public sealed class HookCounts
{
    public const string MeterName = "GitLabJira.Relay";
    public const string CounterName = "gitlabjira.hooks";

    /// <summary>Stored, to be translated.</summary>
    public const string Stored = "stored";

    /// <summary>Known and of no use here.</summary>
    public const string Acknowledged = "acknowledged";

    /// <summary>A kind that nobody here has heard of.</summary>
    public const string Unknown = "unknown";

    /// <summary>Translated.</summary>
    public const string Translated = "translated";

    private readonly Counter<long> _hooks;

    public HookCounts(IMeterFactory meters) =>
        _hooks = meters.Create(MeterName).CreateCounter<long>(CounterName, "{hook}", "Hooks of GitLab by kind and outcome.");

    public void Add(string kind, string outcome) =>
        _hooks.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("outcome", outcome));
}
