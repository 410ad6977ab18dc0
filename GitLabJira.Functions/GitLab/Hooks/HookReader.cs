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
            switch (reader.GetString())
            {
                case "object_kind":
                    fields.ObjectKind = HookJson.Text(ref reader);
                    break;
                case "event_name":
                    fields.EventName = HookJson.Text(ref reader);
                    break;
                case "project_id":
                    fields.ProjectId = HookJson.Number(ref reader);
                    break;
                case "project":
                    fields.Project = HookPartReader.Project(ref reader);
                    break;
                case "user":
                    fields.User = HookJson.Object(ref reader) ? HookPartReader.Person(ref reader).Person : null;
                    break;
                case "ref":
                    fields.Ref = HookJson.Text(ref reader);
                    break;
                case "before":
                    fields.Before = HookJson.Text(ref reader);
                    break;
                case "after":
                    fields.After = HookJson.Text(ref reader);
                    break;
                case "total_commits_count":
                    fields.TotalCommits = HookJson.Number(ref reader);
                    break;
                case "commits":
                    ReadCommits(ref reader, fields.Commits);
                    break;
                case "object_attributes":
                    fields.Attributes = HookObjectReader.Read(ref reader);
                    break;
                case "merge_request":
                    fields.MergeRequest = HookObjectReader.Read(ref reader);
                    break;
                case "reviewers":
                    ReadReviewers(ref reader, fields.Reviewers);
                    break;
                case "changes":
                    ReadChanges(ref reader, fields.PreviousTexts);
                    break;
                case "commit":
                    fields.Commit = HookJson.Object(ref reader) ? HookCommitReader.Read(ref reader) : null;
                    break;
                case "source_pipeline":
                    fields.Parent = HookPartReader.Parent(ref reader);
                    break;
                default:
                    if (!HookRootReader.TryDeployment(ref reader, fields.Deployment) && !HookRootReader.TryPlace(ref reader, fields.Place))
                    {
                        reader.Skip();
                    }

                    break;
            }
        }
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

    private static void ReadReviewers(ref Utf8JsonReader reader, List<GitLabReviewer> reviewers)
    {
        if (!HookJson.Array(ref reader))
        {
            return;
        }

        while (HookJson.NextObject(ref reader))
        {
            reviewers.Add(HookPartReader.Person(ref reader));
        }
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
