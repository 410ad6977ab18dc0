namespace GitLabJira.Functions.GitLab.Projects;

/// <summary>How an initial sync is named and started, so that linking can start it without knowing the feature.</summary>
public static class SyncRun
{
    /// <summary>Name of the orchestration in <c>InitialSync/</c>.</summary>
    public const string Orchestration = "InitialSync";

    /// <summary>One instance per link and run: a second start of the same run is refused instead of doubled.</summary>
    public static string InstanceId(Guid linkId, string runId) => $"sync-{linkId:N}-{runId}";
}

/// <summary>Input of the orchestration; each generation carries it on.</summary>
public sealed record SyncRunInput
{
    public required string ClientKey { get; init; }
    public required Guid LinkId { get; init; }
    public required string RunId { get; init; }

    /// <summary>The project list is written.</summary>
    public bool Listed { get; init; }

    /// <summary>How many waves have run; part of the cursor of the next generation.</summary>
    public int Wave { get; init; }

    /// <summary>When this run gives up (24 h after its start), in Unix milliseconds; 0 before its first moment.</summary>
    public long GiveUpAt { get; init; }
}
