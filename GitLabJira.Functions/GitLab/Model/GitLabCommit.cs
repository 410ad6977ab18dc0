namespace GitLabJira.Functions.GitLab.Model;

/// <summary>How a commit touched one file.</summary>
public enum FileChange
{
    Added,
    Modified,
    Moved,
    Deleted,
}

/// <summary>One changed file of a commit.</summary>
public sealed record GitLabFile(string OldPath, string NewPath, FileChange Change, int LinesAdded, int LinesRemoved);

/// <summary>A commit as GitLab shows it.</summary>
public sealed record GitLabCommit
{
    public required string Sha { get; init; }
    public required string Message { get; init; }
    public required GitLabPerson Author { get; init; }
    public required DateTimeOffset CommittedAt { get; init; }
    public required string WebUrl { get; init; }
    public IReadOnlyList<string> ParentShas { get; init; } = [];

    /// <summary>Null when the source does not tell (lists do not).</summary>
    public int? FileCount { get; init; }

    /// <summary>At most the first ten.</summary>
    public IReadOnlyList<GitLabFile> Files { get; init; } = [];
}
