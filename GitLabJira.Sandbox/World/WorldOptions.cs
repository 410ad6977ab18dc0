using GitLabJira.Sandbox.GitLab;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.Jira;
using GitLabJira.Sandbox.Storage;

namespace GitLabJira.Sandbox.World;

/// <summary>What a world starts with.</summary>
public sealed record WorldOptions
{
    /// <summary>The app counts nothing that it asks of GitLab: for runs about other things, whose instance has no limits either.</summary>
    public static IReadOnlyDictionary<string, string> NoGitLabLimits { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Budgets__GitLabPerMinute"] = "0",
        ["Budgets__GitLabPerUserPerMinute"] = "0",
        ["Budgets__GitLabEndpointPercent"] = "0",
    };

    /// <summary>One virtual clock for all processes, which moves only when it is told to; else wall time.</summary>
    public bool VirtualTime { get; init; } = true;

    /// <summary>Where virtual time starts: a Monday morning, so that a run can be repeated.</summary>
    public DateTimeOffset Start { get; init; } = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>How many processes of the app run over the one storage.</summary>
    public int Processes { get; init; } = 2;

    /// <summary>How much real time may pass without virtual time moving, before <see cref="SandboxWorld.AdvanceAsync"/> fails.</summary>
    public TimeSpan StandstillLimit { get; init; } = TimeSpan.FromMinutes(2);

    public Seed Seed { get; init; } = Seed.Small();

    /// <summary>Clock and key host are set by the world.</summary>
    public JiraSiteOptions Jira { get; init; } = new();

    /// <summary>Clock, seed and application are set by the world.</summary>
    public GitLabSiteOptions GitLab { get; init; } = new();

    /// <summary>Decides about each request of a process, named first, to the storage; null: all go there directly.</summary>
    public Func<string, StorageRequest, StorageFault>? Storage { get; init; }

    /// <summary>How wrong the clock of a process is, by its name.</summary>
    public Func<string, TimeSpan>? ClockOffset { get; init; }

    /// <summary>The project whose build runs as the app.</summary>
    public string App { get; init; } = "GitLabJira.Functions";

    /// <summary>Settings of the app beside those that the world sets.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
