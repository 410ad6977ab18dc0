using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>An entity that may be other than Jira holds it, though no event told.</summary>
public sealed record RepairLook(EntityRef Entity)
{
    /// <summary>For a branch: where it stood when it was last looked at, all zeros for a new one; then the commits since are looked at as well.</summary>
    public string? Before { get; init; }

    /// <summary>For a repository: the group has not shown it for long enough. If it cannot be seen at all, it is no more.</summary>
    public bool IsGone { get; init; }
}

/// <summary>Has entities looked at in the lane of repair, by the same readers as for events; implemented over the <c>gitlab-events</c> queue.</summary>
public interface IRepairLooks
{
    Task RequestAsync(RepairLook look, CancellationToken cancellationToken);
}
