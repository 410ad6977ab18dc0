using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>What a webhook's body says, in the same models as the reader's answers: poorer, since bodies lack much, but enough for a hint and, when GitLab cannot be asked, for Jira.</summary>
public abstract record GitLabHook
{
    /// <summary>For log and trail: GitLab's own name of the kind.</summary>
    public abstract string Kind { get; }

    /// <summary>0 for events of groups.</summary>
    public required long ProjectId { get; init; }

    /// <summary>Null when the body lacks one of the parts that Jira needs.</summary>
    public GitLabProject? Project { get; init; }
}

/// <summary>A branch was created, moved or deleted.</summary>
public sealed record PushHook : GitLabHook
{
    private const string BranchPrefix = "refs/heads/";

    public override string Kind => "push";

    public required string Ref { get; init; }
    public required string Before { get; init; }
    public required string After { get; init; }

    /// <summary>Oldest first, as GitLab sends them; GitLab leaves out all but the newest 20.</summary>
    public IReadOnlyList<GitLabCommit> Commits { get; init; } = [];

    /// <summary>How many commits the push really had.</summary>
    public int TotalCommits { get; init; }

    /// <summary>Null for a ref that is no branch.</summary>
    public string? Branch => Ref.StartsWith(BranchPrefix, StringComparison.Ordinal) && Ref.Length > BranchPrefix.Length ? Ref[BranchPrefix.Length..] : null;

    public bool Creates => IsZero(Before);

    public bool Deletes => IsZero(After);

    // SHA-256 repositories have 64 zeros.
    private static bool IsZero(string sha) => !sha.AsSpan().ContainsAnyExcept('0');
}

/// <summary>Something happened to a merge request.</summary>
public sealed record MergeRequestHook : GitLabHook
{
    public override string Kind => "merge_request";

    public required GitLabMergeRequest MergeRequest { get; init; }

    /// <summary>Last commit of the source branch.</summary>
    public GitLabCommit? Head { get; init; }

    /// <summary><c>open</c>, <c>update</c>, <c>approval</c>, …; null in bodies of tests.</summary>
    public string? Action { get; init; }

    /// <summary>It was just made; not so when it is opened again.</summary>
    public bool Opens => Action is "open";

    /// <summary>GitLab did it, not <see cref="UserId"/>: approvals fell with a push.</summary>
    public bool BySystem { get; init; }

    /// <summary>Who acted.</summary>
    public long? UserId { get; init; }

    /// <summary>Texts as they were before, where they changed: a key that was there must now go.</summary>
    public IReadOnlyList<string> PreviousTexts { get; init; } = [];
}

/// <summary>Somebody commented. Only comments on merge requests come this far: they change the comment count.</summary>
public sealed record NoteHook : GitLabHook
{
    public override string Kind => "note";

    public required GitLabMergeRequest MergeRequest { get; init; }
}
