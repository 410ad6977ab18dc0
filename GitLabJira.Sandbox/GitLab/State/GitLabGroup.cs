using System.Collections.Immutable;

namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>A group or subgroup.</summary>
/// <param name="Plan">Only the plan of the top-level group counts.</param>
public sealed record GitLabGroup(
    long Id,
    long? ParentId,
    string Name,
    string Path,
    string FullPath,
    string FullName,
    DateTimeOffset CreatedAt,
    GitLabPlan Plan = GitLabPlan.Free,
    Visibility Visibility = Visibility.Private,
    string Description = "",
    DateOnly? MarkedForDeletionOn = null)
{
    public ImmutableDictionary<long, Member> Members { get; init; } = ImmutableDictionary<long, Member>.Empty;
}
