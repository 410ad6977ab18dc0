using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>Makes a hook of the fields that were found, or says which one is missing.</summary>
internal static class HookBuilder
{
    /// <summary>GitLab puts this in place of e-mails that a user did not publish.</summary>
    private const string Redacted = "[REDACTED]";

    public static HookReading Build(HookFields fields) => (fields.ObjectKind ?? fields.EventName) switch
    {
        null => Missing("object_kind"),
        "push" => Push(fields),
        "merge_request" => MergeRequest(fields),
        "note" when fields.MergeRequest is not null && fields.Attributes is { System: false } => Note(fields),
        "pipeline" => HookCiBuilder.Pipeline(fields),
        "deployment" => HookCiBuilder.Deployment(fields),
        "feature_flag" => HookCiBuilder.FeatureFlag(fields),
        "project_create" => HookPlaceBuilder.Project(fields, ProjectEvent.Created),
        "project_destroy" => HookPlaceBuilder.Project(fields, ProjectEvent.Destroyed),
        "project_rename" => HookPlaceBuilder.Project(fields, ProjectEvent.Renamed),
        "project_transfer" => HookPlaceBuilder.Project(fields, ProjectEvent.Transferred),
        "project_update" => HookPlaceBuilder.Project(fields, ProjectEvent.Updated),
        "subgroup_create" or "group_create" => HookPlaceBuilder.Group(fields, GroupEvent.Created),
        "subgroup_destroy" or "group_destroy" => HookPlaceBuilder.Group(fields, GroupEvent.Destroyed),
        "group_rename" => HookPlaceBuilder.Group(fields, GroupEvent.Renamed),
        "user_remove_from_group" or "user_remove_from_team" => HookPlaceBuilder.Member(fields, removed: true),
        "user_add_to_group" or "user_add_to_team" or "user_update_for_group" or "user_update_for_team" => HookPlaceBuilder.Member(fields, removed: false),
        var kind => HookReading.OfNoUse(kind),
    };

    public static string? Email(string? email) =>
        string.IsNullOrWhiteSpace(email) || email.Equals(Redacted, StringComparison.OrdinalIgnoreCase) ? null : email;

    private static HookReading Push(HookFields fields)
    {
        if ((fields.ProjectId ?? fields.Project?.Id) is not { } projectId)
        {
            return Missing("project_id");
        }

        if (string.IsNullOrEmpty(fields.Ref))
        {
            return Missing("ref");
        }

        if (string.IsNullOrEmpty(fields.Before))
        {
            return Missing("before");
        }

        if (string.IsNullOrEmpty(fields.After))
        {
            return Missing("after");
        }

        return new HookReading(new PushHook
        {
            ProjectId = projectId,
            Project = Project(projectId, fields.Project),
            Ref = fields.Ref,
            Before = fields.Before,
            After = fields.After,
            Commits = [.. fields.Commits],
            TotalCommits = (int)Math.Clamp(fields.TotalCommits ?? 0, fields.Commits.Count, int.MaxValue),
        });
    }

    private static HookReading MergeRequest(HookFields fields)
    {
        if (fields.Attributes is not { } attributes)
        {
            return Missing("object_attributes");
        }

        if (!TryMergeRequest(fields, attributes, "object_attributes", out var mergeRequest, out var problem))
        {
            return problem;
        }

        return new HookReading(new MergeRequestHook
        {
            ProjectId = mergeRequest.ProjectId,
            Project = Project(mergeRequest.ProjectId, attributes.Target ?? fields.Project),
            MergeRequest = mergeRequest,
            Head = attributes.Head,
            Action = attributes.Action,
            BySystem = attributes.System,
            UserId = fields.User?.Id,
            PreviousTexts = fields.PreviousTexts,
        });
    }

    private static HookReading Note(HookFields fields) =>
        TryMergeRequest(fields, fields.MergeRequest!, "merge_request", out var mergeRequest, out var problem)
            ? new HookReading(new NoteHook
            {
                ProjectId = mergeRequest.ProjectId,
                Project = Project(mergeRequest.ProjectId, fields.MergeRequest!.Target ?? fields.Project),
                MergeRequest = mergeRequest,
            })
            : problem;

    private static bool TryMergeRequest(HookFields fields, HookObject from, string parent, out GitLabMergeRequest mergeRequest, out HookReading problem)
    {
        mergeRequest = null!;
        problem = null!;

        // The target project: a merge request lives there, also one from a fork.
        if ((from.TargetProjectId ?? fields.Project?.Id ?? fields.ProjectId) is not { } projectId)
        {
            problem = Missing("project.id");
            return false;
        }

        if (from is not { Id: { } id, Iid: { } iid, SourceBranch: { Length: > 0 } sourceBranch })
        {
            problem = Missing(from.Id is null ? $"{parent}.id" : from.Iid is null ? $"{parent}.iid" : $"{parent}.source_branch");
            return false;
        }

        var project = from.Target ?? fields.Project;
        var created = GitLabTime.Parse(from.CreatedAt) ?? GitLabTime.Parse(from.UpdatedAt) ?? DateTimeOffset.UnixEpoch;

        mergeRequest = new GitLabMergeRequest
        {
            Id = id,
            Iid = iid,
            ProjectId = projectId,
            Reference = $"{project?.Path}!{iid}",
            Title = from.Title ?? "",
            Description = from.Description,
            State = State(from.State),
            Draft = from.Draft,
            SourceBranch = sourceBranch,
            TargetBranch = from.TargetBranch ?? "",
            SourceProjectId = from.SourceProjectId ?? 0,
            SourceProjectWebUrl = from.SourceProjectId is { } source && source != projectId ? from.Source?.WebUrl : null,
            Author = Author(fields, from.AuthorId),
            Reviewers = [.. fields.Reviewers],
            CreatedAt = created,
            UpdatedAt = GitLabTime.Parse(from.UpdatedAt) ?? created,
            WebUrl = from.Url ?? (project?.WebUrl is { } web ? $"{web}/-/merge_requests/{iid}" : ""),
            HeadSha = from.Head?.Sha,
        };

        return true;
    }

    /// <summary>Bodies name the author by id only; the person is known when it is the one who acted or reviews.</summary>
    private static GitLabPerson? Author(HookFields fields, long? id) =>
        id is null ? null
        : fields.User?.Id == id ? fields.User
        : fields.Reviewers.Find(reviewer => reviewer.Person.Id == id)?.Person ?? new GitLabPerson { Id = id };

    public static GitLabProject? Project(long id, HookProject? project) =>
        project is { Name: { } name, Path: { } path, WebUrl: { } web } && (project.Id ?? id) == id
            ? new GitLabProject
            {
                Id = id,
                Name = name,
                PathWithNamespace = path,
                WebUrl = web,
                Description = string.IsNullOrWhiteSpace(project.Description) ? null : project.Description,
                AvatarUrl = project.AvatarUrl,
                DefaultBranch = project.DefaultBranch,
            }
            : null;

    private static MergeRequestState State(string? state) => state switch
    {
        "opened" or "reopened" => MergeRequestState.Opened,
        "locked" => MergeRequestState.Locked,
        "merged" => MergeRequestState.Merged,
        "closed" => MergeRequestState.Closed,
        _ => MergeRequestState.Unknown,
    };

    public static HookReading Missing(string field) => new(Hook: null, $"The field {field} is missing or of the wrong type.", field);
}
