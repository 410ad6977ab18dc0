using System.Text.Json;

namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>Reads <c>object_attributes</c> and objects like it: a merge request, a comment, a pipeline or a feature flag.</summary>
internal static class HookObjectReader
{
    public static HookObject? Read(ref Utf8JsonReader reader)
    {
        if (!HookJson.Object(ref reader))
        {
            return null;
        }

        var found = new HookObject();

        while (HookJson.NextProperty(ref reader))
        {
            switch (reader.GetString())
            {
                case "id":
                    found.Id = HookJson.Number(ref reader);
                    break;
                case "iid":
                    found.Iid = HookJson.Number(ref reader);
                    break;
                case "title":
                    found.Title = HookJson.Text(ref reader);
                    break;
                case "description":
                    found.Description = HookJson.Text(ref reader);
                    break;
                case "state":
                    found.State = HookJson.Text(ref reader);
                    break;
                case "action":
                    found.Action = HookJson.Text(ref reader);
                    break;
                case "noteable_type":
                    found.NoteableType = HookJson.Text(ref reader);
                    break;
                case "system":
                    found.System = HookJson.Flag(ref reader);
                    break;
                case "draft" or "work_in_progress":
                    // Versions name it either way, or both.
                    found.Draft = HookJson.Flag(ref reader) || found.Draft;
                    break;
                case "source_branch":
                    found.SourceBranch = HookJson.Text(ref reader);
                    break;
                case "target_branch":
                    found.TargetBranch = HookJson.Text(ref reader);
                    break;
                case "source_project_id":
                    found.SourceProjectId = HookJson.Number(ref reader);
                    break;
                case "target_project_id":
                    found.TargetProjectId = HookJson.Number(ref reader);
                    break;
                case "author_id":
                    found.AuthorId = HookJson.Number(ref reader);
                    break;
                case "created_at":
                    found.CreatedAt = HookJson.Text(ref reader);
                    break;
                case "updated_at":
                    found.UpdatedAt = HookJson.Text(ref reader);
                    break;
                case "url":
                    found.Url = HookJson.Text(ref reader);
                    break;
                case "last_commit":
                    found.Head = HookJson.Object(ref reader) ? HookCommitReader.Read(ref reader) : null;
                    break;
                case "source":
                    ReadSource(ref reader, found);
                    break;
                case "target":
                    found.Target = HookPartReader.Project(ref reader);
                    break;
                default:
                    if (!TryCi(ref reader, found))
                    {
                        reader.Skip();
                    }

                    break;
            }
        }

        return found;
    }

    private static bool TryCi(ref Utf8JsonReader reader, HookObject found)
    {
        switch (reader.GetString())
        {
            case "ref":
                found.Ref = HookJson.Text(ref reader);
                return true;
            case "tag":
                found.Tag = HookJson.Flag(ref reader);
                return true;
            case "sha":
                found.Sha = HookJson.Text(ref reader);
                return true;
            case "before_sha":
                found.BeforeSha = HookJson.Text(ref reader);
                return true;
            case "status":
                found.Status = HookJson.Text(ref reader);
                return true;
            case "finished_at":
                found.FinishedAt = HookJson.Text(ref reader);
                return true;
            case "duration":
                found.Duration = HookJson.Amount(ref reader);
                return true;
            case "name":
                found.Name = HookJson.Text(ref reader);
                return true;
            case "active":
                found.Active = HookJson.Flag(ref reader);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The source project of a merge request, or the word for what started a pipeline.</summary>
    private static void ReadSource(ref Utf8JsonReader reader, HookObject found)
    {
        reader.Read();

        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                found.StartedBy = reader.GetString();
                break;
            case JsonTokenType.StartObject:
                found.Source = HookPartReader.ProjectFields(ref reader);
                break;
            default:
                reader.Skip();
                break;
        }
    }
}
