using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Wire;

namespace GitLabJira.Functions.GitLab.Reading;

/// <summary>Turns REST answers into the model. What lacks its identity becomes null and is left out.</summary>
internal static class GitLabModels
{
    /// <summary>GitLab puts this in place of e-mails that a user did not publish.</summary>
    private const string Redacted = "[REDACTED]";

    public static GitLabProject? Project(GitLabAccess access, ProjectWire? wire)
    {
        if (wire is not { Id: { } id })
        {
            return null;
        }

        return new GitLabProject
        {
            Id = id,
            Name = wire.Name ?? wire.PathWithNamespace ?? $"{id}",
            PathWithNamespace = wire.PathWithNamespace ?? $"{id}",
            WebUrl = wire.WebUrl ?? ProjectAddress(access, id),
            Description = Text(wire.Description),
            AvatarUrl = Text(wire.AvatarUrl),
            DefaultBranch = Text(wire.DefaultBranch),
            Archived = wire.Archived ?? false,
            EmptyRepository = wire.EmptyRepo ?? false,
            LastActivityAt = wire.LastActivityAt,
        };
    }

    public static GitLabMergeRequest? MergeRequest(GitLabAccess access, long projectId, MergeRequestWire? wire)
    {
        if (wire is not { Id: { } id, Iid: { } iid, SourceBranch: { } source })
        {
            return null;
        }

        var project = wire.ProjectId ?? projectId;
        var created = wire.CreatedAt ?? wire.UpdatedAt ?? DateTimeOffset.UnixEpoch;

        return new GitLabMergeRequest
        {
            Id = id,
            Iid = iid,
            ProjectId = project,
            Reference = wire.References?.Full ?? wire.Reference ?? $"!{iid}",
            Title = wire.Title ?? "",
            Description = Text(wire.Description),
            State = State(wire.State),
            Draft = wire.Draft ?? wire.WorkInProgress ?? false,
            SourceBranch = source,
            TargetBranch = wire.TargetBranch ?? "",
            SourceProjectId = wire.SourceProjectId ?? 0,
            Author = Person(wire.Author),
            Reviewers = [.. (wire.Reviewers ?? []).Select(Person).OfType<GitLabPerson>().Select(person => new GitLabReviewer(person, Approved: null))],
            CommentCount = wire.UserNotesCount,
            CreatedAt = created,
            UpdatedAt = wire.UpdatedAt ?? created,
            WebUrl = wire.WebUrl ?? ProjectAddress(access, project),
            HeadSha = Text(wire.Sha),

            // That of a fork runs there, and is none of this project's builds.
            HeadPipeline = wire.HeadPipeline is { } pipeline && (pipeline.ProjectId ?? project) == project ? GitLabCiModels.Pipeline(project, pipeline) : null,
        };
    }

    /// <summary>Reviewers with what the approvals tell of them; who approved without being asked counts as a reviewer too.</summary>
    public static IReadOnlyList<GitLabReviewer> Reviewers(IReadOnlyList<GitLabReviewer> asked, ApprovalsWire? approvals)
    {
        if (approvals?.ApprovedBy is not { } approvedBy)
        {
            return asked;
        }

        var approvers = approvedBy.Select(approval => Person(approval.User)).OfType<GitLabPerson>().ToList();
        var known = asked.Select(reviewer => reviewer with { Approved = approvers.Exists(approver => Same(approver, reviewer.Person)) }).ToList();
        var unasked = approvers.Where(approver => !known.Exists(reviewer => Same(approver, reviewer.Person)));

        return [.. known, .. unasked.Select(approver => new GitLabReviewer(approver, Approved: true))];
    }

    public static GitLabBranch? Branch(GitLabAccess access, long projectId, BranchWire? wire) =>
        wire is { Name: { } name } && Commit(access, projectId, wire.Commit) is { } commit ? new GitLabBranch { Name = name, LastCommit = commit } : null;

    public static GitLabCommit? Commit(GitLabAccess access, long projectId, CommitWire? wire)
    {
        if (wire is not { Id: { } sha })
        {
            return null;
        }

        return new GitLabCommit
        {
            Sha = sha,
            Message = wire.Message ?? wire.Title ?? "",
            Author = new GitLabPerson { Name = Text(wire.AuthorName), Email = Email(wire.AuthorEmail) },
            CommittedAt = wire.CommittedDate ?? wire.CreatedAt ?? wire.AuthoredDate ?? DateTimeOffset.UnixEpoch,
            WebUrl = wire.WebUrl ?? ProjectAddress(access, projectId),
            ParentShas = wire.ParentIds ?? [],
        };
    }

    public static GitLabFile File(DiffWire wire)
    {
        var (added, removed) = CountLines(wire.Diff);
        var change = wire switch
        {
            { NewFile: true } => FileChange.Added,
            { DeletedFile: true } => FileChange.Deleted,
            { RenamedFile: true } => FileChange.Moved,
            _ => FileChange.Modified,
        };

        return new GitLabFile(wire.OldPath ?? wire.NewPath ?? "", wire.NewPath ?? wire.OldPath ?? "", change, added, removed);
    }

    public static GitLabPerson? Person(UserWire? wire) => wire is null
        ? null
        : new GitLabPerson { Id = wire.Id, Name = Text(wire.Name), Username = Text(wire.Username), WebUrl = Text(wire.WebUrl), AvatarUrl = Text(wire.AvatarUrl) };

    public static string? Email(string? email) =>
        Text(email) is { } text && !text.Equals(Redacted, StringComparison.OrdinalIgnoreCase) ? text : null;

    private static MergeRequestState State(string? state) => state switch
    {
        "opened" => MergeRequestState.Opened,
        "locked" => MergeRequestState.Locked,
        "merged" => MergeRequestState.Merged,
        "closed" => MergeRequestState.Closed,
        _ => MergeRequestState.Unknown,
    };

    /// <summary>Counts within hunks only: a diff may begin with <c>---</c> and <c>+++</c> lines, and removed text may look like them.</summary>
    private static (int Added, int Removed) CountLines(string? diff)
    {
        var (added, removed, inHunk) = (0, 0, false);

        foreach (var line in (diff ?? "").AsSpan().EnumerateLines())
        {
            if (line.StartsWith("@@", StringComparison.Ordinal))
            {
                inHunk = true;
            }
            else if (inHunk && line.StartsWith('+'))
            {
                added++;
            }
            else if (inHunk && line.StartsWith('-'))
            {
                removed++;
            }
        }

        return (added, removed);
    }

    private static bool Same(GitLabPerson one, GitLabPerson other) =>
        one.Id is { } id ? id == other.Id : one.Username is { } name && string.Equals(name, other.Username, StringComparison.Ordinal);

    /// <summary>Old versions leave web addresses out; GitLab redirects this one to the project.</summary>
    private static string ProjectAddress(GitLabAccess access, long projectId) => GitLabHosts.Address(access.Host, $"projects/{projectId}").AbsoluteUri;

    public static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
