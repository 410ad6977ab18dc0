using System.Text.Json;

namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>Reads what some kinds of bodies have in their root rather than in an object of its own.</summary>
internal static class HookRootReader
{
    /// <returns>False when the property is none of a deployment.</returns>
    public static bool TryDeployment(ref Utf8JsonReader reader, HookDeployment deployment)
    {
        switch (reader.GetString())
        {
            case "deployment_id":
                deployment.Id = HookJson.Number(ref reader);
                return true;
            case "status":
                deployment.Status = HookJson.Text(ref reader);
                return true;
            case "status_changed_at":
                deployment.ChangedAt = HookJson.Text(ref reader);
                return true;
            case "deployable_id":
                deployment.JobId = HookJson.Number(ref reader);
                return true;
            case "environment":
                deployment.Environment = HookJson.Text(ref reader);
                return true;
            case "environment_tier":
                deployment.Tier = HookJson.Text(ref reader);
                return true;
            case "commit_url":
                deployment.CommitUrl = HookJson.Text(ref reader);
                return true;
            default:
                return false;
        }
    }

    /// <returns>False when the property is none of a project, group or member.</returns>
    public static bool TryPlace(ref Utf8JsonReader reader, HookPlace place)
    {
        switch (reader.GetString())
        {
            case "path_with_namespace":
                place.ProjectPath = HookJson.Text(ref reader);
                return true;
            case "old_path_with_namespace":
                place.OldProjectPath = HookJson.Text(ref reader);
                return true;
            case "group_id":
                place.GroupId = HookJson.Number(ref reader);
                return true;
            case "parent_group_id":
                place.ParentGroupId = HookJson.Number(ref reader);
                return true;
            case "full_path":
                place.GroupPath = HookJson.Text(ref reader);
                return true;
            case "old_full_path":
                place.OldGroupPath = HookJson.Text(ref reader);
                return true;
            case "user_id":
                place.UserId = HookJson.Number(ref reader);
                return true;
            default:
                return false;
        }
    }
}
