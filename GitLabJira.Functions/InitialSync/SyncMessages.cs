namespace GitLabJira.Functions.InitialSync;

// Inputs and outputs of the activities. They outlive a deployment in histories: add, never rename.

/// <summary>What an activity says about the run as a whole.</summary>
public enum RunStep
{
    /// <summary>The work of this step is done; go on.</summary>
    Go,

    /// <summary>Nothing to do before <see cref="ListAnswer.ResumeAt"/> or <see cref="WavePlan.ResumeAt"/>.</summary>
    Wait,

    /// <summary>The run is over: completed, failed or stopped, as its row says.</summary>
    End,
}

/// <param name="ResumeAt">Unix milliseconds.</param>
public sealed record ListAnswer(RunStep Step, long ResumeAt = 0);

/// <param name="ProjectIds">At most 20.</param>
/// <param name="ResumeAt">Unix milliseconds.</param>
public sealed record WavePlan(RunStep Step, IReadOnlyList<long> ProjectIds, long ResumeAt = 0);

/// <summary>One project in one wave.</summary>
public sealed record ProjectWork
{
    public required string ClientKey { get; init; }
    public required Guid LinkId { get; init; }
    public required string RunId { get; init; }
    public required long ProjectId { get; init; }
    public required int Wave { get; init; }

    /// <summary>When the wave began, in Unix milliseconds.</summary>
    public required long WaveAt { get; init; }
}

public enum ProjectOutcome
{
    Done,

    /// <summary>Recorded with its reason; the others go on.</summary>
    Failed,

    /// <summary>GitLab asked to wait.</summary>
    Paused,

    /// <summary>An earlier attempt of the same wave had begun; GitLab was not called again.</summary>
    Interrupted,

    /// <summary>The attempt came too long after its wave; GitLab was not called.</summary>
    Late,

    /// <summary>The run is no longer the link's active one.</summary>
    Stopped,
}

/// <param name="StartedAt">When GitLab was first called in this wave, in Unix milliseconds; 0 when it was not.</param>
public sealed record ProjectAnswer(ProjectOutcome Outcome, long StartedAt = 0);

/// <summary>Asks to count what a wave has done.</summary>
public sealed record WaveCount
{
    public required string ClientKey { get; init; }
    public required Guid LinkId { get; init; }
    public required string RunId { get; init; }
    public required int Wave { get; init; }

    /// <summary>When the next wave may begin, in Unix milliseconds.</summary>
    public required long NextWaveAt { get; init; }
}

/// <summary>Custom status of the orchestration: small, whatever the group's size.</summary>
public sealed record SyncStatus(string State, int Wave, int? Total = null, int Done = 0, int Failed = 0, DateTimeOffset? NextAt = null);
