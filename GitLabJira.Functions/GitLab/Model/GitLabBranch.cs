namespace GitLabJira.Functions.GitLab.Model;

/// <summary>A branch with its last commit. Its open merge requests travel beside it: a branch is always mapped with them.</summary>
public sealed record GitLabBranch
{
    public required string Name { get; init; }
    public required GitLabCommit LastCommit { get; init; }
}
