using System.Collections.Immutable;

namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>How the branch filter of push events is read.</summary>
public enum BranchFilterStrategy
{
    Wildcard,
    Regex,
    AllBranches,
}

/// <summary>A webhook of a project or of a group.</summary>
/// <param name="Events">The names of the switched-on <c>*_events</c> attributes.</param>
public sealed record GitLabHook(long Id, long? ProjectId, long? GroupId, string Url, DateTimeOffset CreatedAt, ImmutableSortedSet<string> Events)
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    public string? Token { get; init; }

    public string? SigningToken { get; init; }

    public bool VerifiesTls { get; init; } = true;

    public string PushBranchFilter { get; init; } = "";

    public BranchFilterStrategy FilterStrategy { get; init; } = BranchFilterStrategy.Wildcard;

    public ImmutableSortedDictionary<string, string> CustomHeaders { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase);

    public int RecentFailures { get; init; }

    public DateTimeOffset? DisabledUntil { get; init; }
}
