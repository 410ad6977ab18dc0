using System.Collections.Immutable;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Changes;

/// <summary>A merge request as somebody asks for it.</summary>
/// <param name="SourceProjectId">The fork that it comes from; absent: the target project itself.</param>
public sealed record NewMergeRequest(
    string SourceBranch,
    string Title,
    string Description = "",
    string? TargetBranch = null,
    long? SourceProjectId = null,
    IReadOnlyList<string>? Reviewers = null,
    IReadOnlyList<string>? Assignees = null,
    IReadOnlyList<string>? Labels = null,
    bool RemovesSourceBranch = false,
    bool Squashes = false);

/// <summary>What a person may edit; absent members stay as they are.</summary>
public sealed record MergeRequestEdit(
    string? Title = null,
    string? Description = null,
    string? TargetBranch = null,
    IReadOnlyList<string>? Reviewers = null,
    IReadOnlyList<string>? Assignees = null,
    IReadOnlyList<string>? Labels = null);

/// <summary>Opening, editing, closing and discussing merge requests.</summary>
public static class MergeRequesting
{
    public static MergeRequest Open(Change change, long userId, long projectId, NewMergeRequest wish, TimeSpan prepareDelay)
    {
        var project = change.Project(projectId);
        var source = change.Project(wish.SourceProjectId ?? projectId);
        var target = wish.TargetBranch ?? project.DefaultBranch;
        change.RequireLevel(userId, source, AccessLevel.Developer);
        Change.Require(!project.IsArchived, "403 Forbidden: the project is archived.");
        Change.Require(wish.Title.Length is > 0 and <= 255, "Title can't be blank and is too long above 255 characters");
        var head = source.Head(wish.SourceBranch)?.Sha ?? throw new GitLabRefusedException($"Source branch \"{wish.SourceBranch}\" does not exist");
        var start = project.Head(target)?.Sha ?? throw new GitLabRefusedException($"Target branch \"{target}\" does not exist");
        Change.Require(source.Id != project.Id || !string.Equals(wish.SourceBranch, target, StringComparison.Ordinal), "You can't use same project/branch for source and target");
        Change.Require(
            !project.MergeRequests.Values.Any(one => one.IsOpen && one.SourceProjectId == source.Id && string.Equals(one.SourceBranch, wish.SourceBranch, StringComparison.Ordinal) && string.Equals(one.TargetBranch, target, StringComparison.Ordinal)),
            "Another open merge request already exists for this source branch");
        BringCommits(change, source.Id, projectId, head);
        project = change.Project(projectId);
        var mergeRequest = new MergeRequest(
            change.Ids.NextMergeRequest(), (project.MergeRequests.IsEmpty ? 0 : project.MergeRequests.Keys.Max()) + 1, projectId, source.Id, wish.Title, wish.Description, wish.SourceBranch, target, userId, change.Now)
        {
            HeadSha = head,
            StartSha = start,
            BaseSha = CommitGraph.MergeBase(project.Commits, start, head) ?? start,
            RemovesSourceBranch = wish.RemovesSourceBranch,
            Squashes = wish.Squashes,
            Labels = wish.Labels?.ToImmutableArray() ?? [],
            AssigneeIds = UserIds(change, wish.Assignees),
            Reviewers = [.. UserIds(change, wish.Reviewers).Select(id => new Reviewer(id, ReviewState.Unreviewed, change.Now))],
        };
        change.Set(mergeRequest);
        change.Later(prepareDelay, later => Prepare(later, userId, projectId, mergeRequest.Iid));
        return mergeRequest;
    }

    public static MergeRequest Edit(Change change, long userId, long projectId, long iid, MergeRequestEdit edit)
    {
        var (project, before) = Find(change, userId, projectId, iid);
        Change.Require(edit.TargetBranch is null || project.Branches.ContainsKey(edit.TargetBranch), $"Target branch \"{edit.TargetBranch}\" does not exist");
        var titleOrText = Differs(edit.Title, before.Title) || Differs(edit.Description, before.Description);
        var after = before with
        {
            Title = edit.Title ?? before.Title,
            Description = edit.Description ?? before.Description,
            TargetBranch = edit.TargetBranch ?? before.TargetBranch,
            Labels = edit.Labels?.ToImmutableArray() ?? before.Labels,
            AssigneeIds = edit.Assignees is null ? before.AssigneeIds : UserIds(change, edit.Assignees),
            Reviewers = edit.Reviewers is null ? before.Reviewers : ReviewersOf(change, before, edit.Reviewers),
            LastEditedAt = titleOrText ? change.Now : before.LastEditedAt,
            LastEditedById = titleOrText ? userId : before.LastEditedById,
            UpdatedById = userId,
            UpdatedAt = change.Now,
        };

        if (edit.TargetBranch is { } target && !string.Equals(target, before.TargetBranch, StringComparison.Ordinal))
        {
            var start = project.Branches[target].Sha;
            after = after with { StartSha = start, BaseSha = CommitGraph.MergeBase(project.Commits, start, after.HeadSha) ?? start };
        }

        change.Set(after);
        Emit(change, userId, after, "update", before);
        return after;
    }

    public static MergeRequest Close(Change change, long userId, long projectId, long iid)
    {
        var (_, before) = Find(change, userId, projectId, iid);
        Change.Require(before.IsOpen, "The merge request is not open.");
        return CloseNow(change, userId, before);
    }

    public static MergeRequest Reopen(Change change, long userId, long projectId, long iid)
    {
        var (project, before) = Find(change, userId, projectId, iid);
        Change.Require(before.State is MergeRequestState.Closed, "Only a closed merge request can be reopened.");
        var head = change.State.Projects.TryGetValue(before.SourceProjectId, out var source) ? source.Head(before.SourceBranch)?.Sha : null;
        Change.Require(head is not null, $"Source branch \"{before.SourceBranch}\" does not exist");
        var after = before with { State = MergeRequestState.Opened, ClosedAt = null, ClosedById = null, HeadSha = head!, UpdatedAt = change.Now };
        change.Set(after);
        Emit(change, userId, after, "reopen", before);
        return after;
    }

    /// <summary>An approval leaves <c>updated_at</c> alone, as GitLab does: only the hook and <c>/approvals</c> tell.</summary>
    public static MergeRequest Approve(Change change, long userId, long projectId, long iid)
    {
        var (project, before) = Find(change, userId, projectId, iid);
        Change.Require(before.IsOpen, "The merge request is not open.");
        Change.Require(before.Approvals.All(approval => approval.UserId != userId), "401 Unauthorized: already approved by this user.");
        var after = before with
        {
            Approvals = before.Approvals.Add(new Approval(userId, change.Now)),
            Reviewers = WithReview(before, userId, ReviewState.Approved),
            Notes = before.Notes.Add(new Note(change.Ids.NextNote(), userId, "approved this merge request", change.Now, IsSystem: true)),
        };
        change.Set(after);
        Emit(change, userId, after, after.Approvals.Length >= project.ApprovalsRequired ? "approved" : "approval", before: after);
        return after;
    }

    public static MergeRequest Unapprove(Change change, long userId, long projectId, long iid)
    {
        var (project, before) = Find(change, userId, projectId, iid);
        Change.Require(before.Approvals.Any(approval => approval.UserId == userId), "404 Not Found: this user has not approved.");
        var after = before with
        {
            Approvals = before.Approvals.RemoveAll(approval => approval.UserId == userId),
            Reviewers = WithReview(before, userId, ReviewState.Unapproved),
            Notes = before.Notes.Add(new Note(change.Ids.NextNote(), userId, "unapproved this merge request", change.Now, IsSystem: true)),
        };
        change.Set(after);
        Emit(change, userId, after, before.Approvals.Length >= project.ApprovalsRequired ? "unapproved" : "unapproval", before: after);
        return after;
    }

    /// <summary>Submits a review without approving.</summary>
    public static MergeRequest Review(Change change, long userId, long projectId, long iid, bool requestsChanges)
    {
        var (_, before) = Find(change, userId, projectId, iid);
        Change.Require(before.Reviewers.Any(reviewer => reviewer.UserId == userId), "Only a reviewer can submit a review.");
        var after = before with { Reviewers = WithReview(before, userId, requestsChanges ? ReviewState.RequestedChanges : ReviewState.Reviewed), UpdatedAt = change.Now };
        change.Set(after);
        Emit(change, userId, after, "update", before);
        return after;
    }

    public static Note AddNote(Change change, long userId, long projectId, long iid, string text)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Guest);
        Change.Require(text.Length > 0, "Note can't be blank");
        var before = change.MergeRequest(projectId, iid);
        var note = new Note(change.Ids.NextNote(), userId, text, change.Now);
        var after = before with { Notes = before.Notes.Add(note), UpdatedAt = change.Now };
        change.Set(after);
        change.NoteActivity(projectId);
        change.EmitForProject(project, HookTrigger.Note, change.Bodies.MergeRequestNote(change.Project(projectId), after, note, change.User(userId)));
        return note;
    }

    /// <summary>Removes a merge request. GitLab tells nobody.</summary>
    public static void Delete(Change change, long userId, long projectId, long iid)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Owner);
        change.MergeRequest(projectId, iid);
        change.Set(project with { MergeRequests = project.MergeRequests.Remove(iid) });
    }

    internal static MergeRequest CloseNow(Change change, long userId, MergeRequest before)
    {
        var after = before with { State = MergeRequestState.Closed, ClosedAt = change.Now, ClosedById = userId, UpdatedAt = change.Now };
        change.Set(after);
        Emit(change, userId, after, "close", before);
        return after;
    }

    internal static void Emit(Change change, long userId, MergeRequest after, string action, MergeRequest before, string? oldrev = null, string? systemAction = null)
    {
        var project = change.Project(after.ProjectId);
        var body = change.Bodies.MergeRequest(project, after, change.User(userId), action, before, oldrev, systemAction);
        change.EmitForProject(project, HookTrigger.MergeRequest, body);

        // An edit of texts is no activity.
        if (action is not "update")
        {
            change.NoteActivity(after.ProjectId);
        }
    }

    /// <summary>Git fetches a fork's commits into the target before it makes a diff.</summary>
    internal static void BringCommits(Change change, long fromProjectId, long toProjectId, string head)
    {
        if (fromProjectId == toProjectId)
        {
            return;
        }

        var source = change.Project(fromProjectId);
        var target = change.Project(toProjectId);
        var fresh = CommitGraph.Log(source.Commits, head).Where(commit => !target.Commits.ContainsKey(commit.Sha)).Select(commit => KeyValuePair.Create(commit.Sha, commit));
        change.Set(target with { Commits = target.Commits.AddRange(fresh) });
    }

    private static void Prepare(Change change, long userId, long projectId, long iid)
    {
        if (!change.State.Projects.TryGetValue(projectId, out var project) || !project.MergeRequests.TryGetValue(iid, out var before))
        {
            return;
        }

        var after = before with { PreparedAt = change.Now, UpdatedAt = change.Now };
        change.Set(after);
        Emit(change, userId, after, "open", before);
    }

    private static (GitLabProject Project, MergeRequest MergeRequest) Find(Change change, long userId, long projectId, long iid)
    {
        var project = change.Project(projectId);
        change.RequireLevel(userId, project, AccessLevel.Developer);
        Change.Require(!project.IsArchived, "403 Forbidden: the project is archived.");
        return (project, change.MergeRequest(projectId, iid));
    }

    private static bool Differs(string? wish, string present) => wish is not null && !string.Equals(wish, present, StringComparison.Ordinal);

    private static ImmutableArray<long> UserIds(Change change, IReadOnlyList<string>? usernames) => [.. (usernames ?? []).Select(name => change.State.User(name).Id)];

    private static ImmutableArray<Reviewer> ReviewersOf(Change change, MergeRequest before, IReadOnlyList<string> usernames) =>
        [.. UserIds(change, usernames).Select(id => before.Reviewers.FirstOrDefault(known => known.UserId == id) ?? new Reviewer(id, ReviewState.Unreviewed, change.Now))];

    private static ImmutableArray<Reviewer> WithReview(MergeRequest mergeRequest, long userId, ReviewState review) =>
        [.. mergeRequest.Reviewers.Select(reviewer => reviewer.UserId == userId ? reviewer with { State = review } : reviewer)];
}
