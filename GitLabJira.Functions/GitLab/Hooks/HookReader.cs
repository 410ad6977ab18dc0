using System.Text.Json;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>Reads a webhook's body in one forward-only pass, whatever its size, and keeps only what Jira needs of it.</summary>
/// <remarks>The kind is taken from the body: a signature covers the body and not the <c>X-Gitlab-Event</c> header.</remarks>
public static class HookReader
{
    /// <summary>GitLab sends 20; what claims to be more is cut to its newest.</summary>
    private const int MostCommits = 250;

    public static HookReading Read(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return new HookReading(Hook: null, "The body is empty.");
        }

        var fields = new HookFields();

        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();

            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return new HookReading(Hook: null, "The body is not a JSON object.");
            }

            ReadRoot(ref reader, fields);

            // Anything after the object makes the reader throw.
            reader.Read();
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not UTF-8.
            return new HookReading(Hook: null, "The body is not well-formed JSON.");
        }

        return HookBuilder.Build(fields);
    }

    private static void ReadRoot(ref Utf8JsonReader reader, HookFields fields)
    {
        while (HookJson.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("object_kind"u8))
            {
                fields.ObjectKind = HookJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("event_name"u8))
            {
                fields.EventName = HookJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("project_id"u8))
            {
                fields.ProjectId = HookJson.Number(ref reader);
            }
            else if (reader.ValueTextEquals("project"u8))
            {
                fields.Project = ReadProject(ref reader);
            }
            else if (reader.ValueTextEquals("user"u8))
            {
                fields.User = HookJson.Object(ref reader) ? ReadPerson(ref reader) : null;
            }
            else if (reader.ValueTextEquals("ref"u8))
            {
                fields.Ref = HookJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("before"u8))
            {
                fields.Before = HookJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("after"u8))
            {
                fields.After = HookJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("total_commits_count"u8))
            {
                fields.TotalCommits = HookJson.Number(ref reader);
            }
            else if (reader.ValueTextEquals("commits"u8))
            {
                ReadCommits(ref reader, fields.Commits);
            }
            else if (reader.ValueTextEquals("object_attributes"u8))
            {
                fields.Attributes = ReadObject(ref reader);
            }
            else if (reader.ValueTextEquals("merge_request"u8))
            {
                fields.MergeRequest = ReadObject(ref reader);
            }
            else if (reader.ValueTextEquals("reviewers"u8))
            {
                ReadPeople(ref reader, fields.Reviewers);
            }
            else if (reader.ValueTextEquals("changes"u8))
            {
                ReadChanges(ref reader, fields.PreviousTexts);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static HookProject? ReadProject(ref Utf8JsonReader reader)
    {
        if (!HookJson.Object(ref reader))
        {
            return null;
        }

        var project = new HookProject();

        while (HookJson.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("id"u8))
            {
                project.Id = HookJson.Number(ref reader);
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                project.Name = HookJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("path_with_namespace"u8))
            {
                project.Path = HookJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("web_url"u8))
            {
                project.WebUrl = HookJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("description"u8))
            {
                project.Description = HookJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("avatar_url"u8))
            {
                project.AvatarUrl = HookJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("default_branch"u8))
            {
                project.DefaultBranch = HookJson.Text(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return project;
    }

    private static HookObject? ReadObject(ref Utf8JsonReader reader)
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
                    found.Source = ReadProject(ref reader);
                    break;
                case "target":
                    found.Target = ReadProject(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return found;
    }

    private static void ReadCommits(ref Utf8JsonReader reader, Queue<GitLabCommit> commits)
    {
        if (!HookJson.Array(ref reader))
        {
            return;
        }

        while (HookJson.NextObject(ref reader))
        {
            if (HookCommitReader.Read(ref reader) is { } commit)
            {
                commits.Enqueue(commit);
            }

            if (commits.Count > MostCommits)
            {
                commits.Dequeue();
            }
        }
    }

    private static void ReadPeople(ref Utf8JsonReader reader, List<GitLabPerson> people)
    {
        if (!HookJson.Array(ref reader))
        {
            return;
        }

        while (HookJson.NextObject(ref reader))
        {
            people.Add(ReadPerson(ref reader));
        }
    }

    private static GitLabPerson ReadPerson(ref Utf8JsonReader reader)
    {
        var person = new GitLabPerson();

        while (HookJson.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("id"u8))
            {
                person = person with { Id = HookJson.Number(ref reader) };
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                person = person with { Name = HookJson.Text(ref reader) };
            }
            else if (reader.ValueTextEquals("username"u8))
            {
                person = person with { Username = HookJson.Text(ref reader) };
            }
            else if (reader.ValueTextEquals("email"u8))
            {
                person = person with { Email = HookBuilder.Email(HookJson.Text(ref reader)) };
            }
            else if (reader.ValueTextEquals("avatar_url"u8))
            {
                person = person with { AvatarUrl = HookJson.Text(ref reader) };
            }
            else
            {
                reader.Skip();
            }
        }

        return person;
    }

    /// <summary>Only the texts that keys may have stood in; each change is an object with <c>previous</c> and <c>current</c>, but not in every version.</summary>
    private static void ReadChanges(ref Utf8JsonReader reader, List<string> previousTexts)
    {
        if (!HookJson.Object(ref reader))
        {
            return;
        }

        while (HookJson.NextProperty(ref reader))
        {
            var text = reader.ValueTextEquals("title"u8) || reader.ValueTextEquals("description"u8);

            if (!HookJson.Object(ref reader))
            {
                continue;
            }

            while (HookJson.NextProperty(ref reader))
            {
                if (text && reader.ValueTextEquals("previous"u8))
                {
                    if (HookJson.Text(ref reader) is { } previous)
                    {
                        previousTexts.Add(previous);
                    }
                }
                else
                {
                    reader.Skip();
                }
            }
        }
    }
}
