using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>A deployment changed its state. Bodies lack its iid and its environment's id, without which Jira takes none: this is a hint and nothing more.</summary>
public sealed record DeploymentHook : GitLabHook
{
    public override string Kind => "deployment";

    public required long DeploymentId { get; init; }

    /// <summary>Null for an approval or rejection, whose state is not the deployment's (gl!239337).</summary>
    public DeploymentStatus? Status { get; init; }
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>Name of the environment.</summary>
    public string? Environment { get; init; }
    public EnvironmentTier? Tier { get; init; }
    public string? Ref { get; init; }

    /// <summary>Of <c>commit_url</c>: the body's own sha is a short one.</summary>
    public string? Sha { get; init; }

    /// <summary>Null when the API made the deployment.</summary>
    public long? JobId { get; init; }
}
