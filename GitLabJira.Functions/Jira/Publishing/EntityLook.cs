using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>Whether GitLab shows an entity.</summary>
public enum Presence
{
    Present,

    /// <summary>404, while the project itself can be read.</summary>
    Gone,

    /// <summary>The project cannot be read either: nothing is known, and nothing is to be deleted.</summary>
    Hidden,
}

/// <summary>A look that others know of, before anything is read.</summary>
/// <param name="Held">What Jira holds.</param>
/// <param name="Sequence">Of what the look will find.</param>
public sealed record BegunLook(EntityRef Entity, LookNote Note, SentEntity? Held, long Sequence);

/// <summary>What a look at one entity found, and what it means for Jira.</summary>
public abstract record EntityLook
{
    public required EntityRef Entity { get; init; }

    /// <summary>What Jira held when the look began.</summary>
    public required SentEntity? Held { get; init; }
    public required LookNote Note { get; init; }
    public required long Sequence { get; init; }
    public required Presence Presence { get; init; }

    /// <summary>Null when Jira needs to hear nothing.</summary>
    public EntityChange? Change { get; init; }

    public bool IsHeld => Held is { Tombstone: false };

    /// <summary>The row of <see cref="Held"/>, an empty one when there was none.</summary>
    public SentRow? Found => Held is null ? new SentRow(SentKey.Of(Entity)) : Held.Row;

    /// <summary>
    /// Hash of what was sent of it a lag ago or longer. Jira may not know the issues that it names, or not answer at all, or it may be left out because it names unknown projects only:
    /// nobody knows then what Jira holds, but finding the same once more is nothing new.
    /// </summary>
    public string? Seen { get; init; }

    /// <summary>Of the content that the change would bring; null when there is none.</summary>
    public string? Hash => Change is { } change ? ContentHash.Of(change) : null;

    /// <summary>Whether the change would show in Jira. In doubt about what Jira holds: yes.</summary>
    public bool ShowsInJira => Hash is { } hash
        && !string.Equals(hash, Held?.ContentHash, StringComparison.Ordinal)
        && !(string.Equals(hash, Seen, StringComparison.Ordinal) && (Held is null or { ContentHash: "" } || IsLongGone(Held)));

    /// <summary>Its deletion is older than what was sent since, which went nowhere.</summary>
    private bool IsLongGone(SentEntity held) => held.Tombstone && held.SentAt <= Note.Begun - LookLog.ReplicaLag;
}

public sealed record MergeRequestLook : EntityLook
{
    public GitLabMergeRequest? MergeRequest { get; init; }
}

public sealed record BranchLook : EntityLook
{
    public GitLabBranch? Branch { get; init; }

    /// <summary>The merge requests that are open from it.</summary>
    public IReadOnlyList<GitLabMergeRequest> Open { get; init; } = [];
}

public sealed record CommitLook : EntityLook
{
    public GitLabCommit? Commit { get; init; }
}

public sealed record BuildLook : EntityLook
{
    public GitLabPipeline? Pipeline { get; init; }
}

public sealed record DeploymentLook : EntityLook
{
    public GitLabDeployment? Deployment { get; init; }
}

public sealed record FeatureFlagLook : EntityLook
{
    public GitLabFeatureFlag? Flag { get; init; }
}
