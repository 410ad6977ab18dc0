using System.Collections.Immutable;
using System.IO.Enumeration;

namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>The right that a project gives to a foreign group.</summary>
public sealed record ProjectShare(long GroupId, AccessLevel Level, DateOnly? ExpiresAt = null);

/// <summary>A project with its repository and everything that lives in it. Immutable: a reader keeps what it saw.</summary>
/// <param name="NamespaceId">A group, or the personal namespace of a user.</param>
public sealed record GitLabProject(
    long Id,
    long NamespaceId,
    string Name,
    string Path,
    string FullPath,
    string NameWithNamespace,
    long CreatorId,
    DateTimeOffset CreatedAt,
    string Description = "",
    Visibility Visibility = Visibility.Private,
    string DefaultBranch = "main")
{
    public DateTimeOffset UpdatedAt { get; init; } = CreatedAt;

    public DateTimeOffset LastActivityAt { get; init; } = CreatedAt;

    public bool IsArchived { get; init; }

    public DateOnly? MarkedForDeletionOn { get; init; }

    public long? ForkedFromId { get; init; }

    public int ApprovalsRequired { get; init; }

    /// <summary>A push to the source branch takes approvals back, as in new Premium projects.</summary>
    public bool ResetsApprovalsOnPush { get; init; } = true;

    public ImmutableDictionary<long, Member> Members { get; init; } = ImmutableDictionary<long, Member>.Empty;

    public ImmutableArray<ProjectShare> SharedWith { get; init; } = [];

    public ImmutableSortedDictionary<string, Branch> Branches { get; init; } = ImmutableSortedDictionary.Create<string, Branch>(StringComparer.Ordinal);

    /// <summary>Names of branches that only Maintainers create or push to; <c>*</c> stands for any characters. The default branch is protected without standing here.</summary>
    public ImmutableArray<string> ProtectedNames { get; init; } = [];

    public ImmutableDictionary<string, Commit> Commits { get; init; } = ImmutableDictionary.Create<string, Commit>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<long, MergeRequest> MergeRequests { get; init; } = ImmutableSortedDictionary<long, MergeRequest>.Empty;

    public ImmutableSortedDictionary<long, Pipeline> Pipelines { get; init; } = ImmutableSortedDictionary<long, Pipeline>.Empty;

    public ImmutableSortedDictionary<long, DeployEnvironment> Environments { get; init; } = ImmutableSortedDictionary<long, DeployEnvironment>.Empty;

    public ImmutableSortedDictionary<long, Deployment> Deployments { get; init; } = ImmutableSortedDictionary<long, Deployment>.Empty;

    public ImmutableSortedDictionary<string, FeatureFlag> FeatureFlags { get; init; } = ImmutableSortedDictionary.Create<string, FeatureFlag>(StringComparer.Ordinal);

    /// <summary>Pipelines of a merge request's last commit that are its own or its source branch's, the latest last. Another branch may stand at the same commit: its pipelines are none of them, and child pipelines never are.</summary>
    public IEnumerable<Pipeline> HeadPipelinesOf(MergeRequest one) => Pipelines.Values.Where(pipeline =>
        !pipeline.IsChild
        && string.Equals(pipeline.Sha, one.HeadSha, StringComparison.Ordinal)
        && (pipeline.MergeRequestIid is { } iid ? iid == one.Iid : one.SourceProjectId == Id && string.Equals(pipeline.Ref, one.SourceBranch, StringComparison.Ordinal)));

    public bool IsEmptyRepository => Branches.IsEmpty;

    public bool Protects(string branch) => ProtectedNames.Any(name => FileSystemName.MatchesSimpleExpression(name, branch, ignoreCase: false));

    public Commit? Head(string branch) => Branches.TryGetValue(branch, out var found) ? Commits[found.Sha] : null;
}
