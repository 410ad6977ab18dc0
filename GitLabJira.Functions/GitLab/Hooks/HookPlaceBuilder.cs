namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>Makes hooks of projects, groups and their members.</summary>
internal static class HookPlaceBuilder
{
    public static HookReading Project(HookFields fields, ProjectEvent what) => fields.ProjectId is { } id
        ? new HookReading(new ProjectHook { ProjectId = id, Event = what, Path = fields.Place.ProjectPath, OldPath = fields.Place.OldProjectPath })
        : HookBuilder.Missing("project_id");

    public static HookReading Group(HookFields fields, GroupEvent what) => fields.Place.GroupId is { } id
        ? new HookReading(new GroupHook
        {
            ProjectId = 0,
            Event = what,
            GroupId = id,
            ParentGroupId = fields.Place.ParentGroupId,
            Path = fields.Place.GroupPath,
            OldPath = fields.Place.OldGroupPath,
        })
        : HookBuilder.Missing("group_id");

    public static HookReading Member(HookFields fields, bool removed)
    {
        if (fields.Place.UserId is not { } user)
        {
            return HookBuilder.Missing("user_id");
        }

        return fields.Place.GroupId is null && fields.ProjectId is null
            ? HookBuilder.Missing("group_id")
            : new HookReading(new MemberHook { ProjectId = fields.ProjectId ?? 0, UserId = user, GroupId = fields.Place.GroupId, Removed = removed });
    }
}
