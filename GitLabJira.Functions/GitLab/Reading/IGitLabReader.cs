using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.GitLab.Reading;

/// <summary>One page of a list and how to get the next one.</summary>
/// <param name="Next">GitLab's own <c>Link rel=next</c>; null at the end. Never built by hand, but for the step from pipelines to child pipelines.</param>
/// <param name="Total"><c>x-total</c> where GitLab tells it.</param>
public sealed record ListPage<T>(IReadOnlyList<T> Items, Uri? Next, int? Total);

/// <summary>Reads GitLab's present state into one model per entity. Null means that GitLab answered 404 (gone or hidden); everything else throws <see cref="GitLabRequestException"/>.</summary>
public interface IGitLabReader
{
    Task<GitLabProject?> ProjectAsync(GitLabAccess access, long projectId, CancellationToken cancellationToken);

    /// <summary>One merge request with its approvals: reviewers carry a state only if GitLab told it.</summary>
    Task<GitLabMergeRequest?> MergeRequestAsync(GitLabAccess access, long projectId, long iid, CancellationToken cancellationToken);

    /// <summary>Open merge requests from a branch of this project, for the branch's keys.</summary>
    Task<IReadOnlyList<GitLabMergeRequest>> OpenMergeRequestsAsync(GitLabAccess access, long projectId, string sourceBranch, CancellationToken cancellationToken);

    Task<GitLabBranch?> BranchAsync(GitLabAccess access, long projectId, string name, CancellationToken cancellationToken);

    /// <summary>One commit with its first files and the true number of files.</summary>
    Task<GitLabCommit?> CommitAsync(GitLabAccess access, long projectId, string sha, CancellationToken cancellationToken);

    /// <summary>Commits of a push beyond the 20 that a hook carries: reachable from <paramref name="to"/> and not from <paramref name="from"/>, at most <paramref name="limit"/>, newest last. An all-zero <paramref name="from"/> is answered relative to the default branch.</summary>
    Task<IReadOnlyList<GitLabCommit>> CompareAsync(GitLabAccess access, long projectId, string from, string to, int limit, CancellationToken cancellationToken);

    /// <summary>Whether any branch contains the commit; null when GitLab does not know the commit.</summary>
    Task<bool?> IsOnABranchAsync(GitLabAccess access, long projectId, string sha, CancellationToken cancellationToken);

    /// <summary>Merge requests of a project, newest first by creation (<c>updated_at</c> would shift pages), without approvals.</summary>
    /// <param name="page">Null for the first page, then <see cref="ListPage{T}.Next"/>.</param>
    Task<ListPage<GitLabMergeRequest>> MergeRequestsAsync(GitLabAccess access, long projectId, Uri? page, CancellationToken cancellationToken);

    /// <summary>Commits without their files, newest first.</summary>
    /// <param name="range">A branch, or <c>one..other</c>: what the other has and the one has not.</param>
    /// <param name="page">Null for the first page, then <see cref="ListPage{T}.Next"/>.</param>
    Task<ListPage<GitLabCommit>> CommitsAsync(GitLabAccess access, long projectId, string range, DateTimeOffset since, Uri? page, CancellationToken cancellationToken);

    /// <summary>Branches whose name may hold a key (<c>regex=</c>), with their last commits.</summary>
    /// <param name="page">Null for the first page, then <see cref="ListPage{T}.Next"/>.</param>
    Task<ListPage<GitLabBranch>> KeyedBranchesAsync(GitLabAccess access, long projectId, Uri? page, CancellationToken cancellationToken);

    /// <summary>Projects of a group and its subgroups, shared ones left out, archived ones in, by id.</summary>
    /// <param name="page">Null for the first page, then <see cref="ListPage{T}.Next"/>.</param>
    Task<ListPage<GitLabProject>> GroupProjectsAsync(GitLabAccess access, long groupId, Uri? page, CancellationToken cancellationToken);
}
