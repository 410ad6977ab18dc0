using System.Text.Json;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>Reads a commit of a push, a merge request or a pipeline. Only pushes name files: without line counts, and a renamed file as one added and one removed.</summary>
internal static class HookCommitReader
{
    /// <summary>Jira takes no more; the count stays true.</summary>
    private const int MostFiles = 10;

    /// <returns>Null without an id.</returns>
    public static GitLabCommit? Read(ref Utf8JsonReader reader)
    {
        string? id = null, message = null, title = null, time = null, url = null;
        var author = new GitLabPerson();
        var files = new List<GitLabFile>();
        int? count = null;

        while (HookJson.NextProperty(ref reader))
        {
            switch (reader.GetString())
            {
                case "id":
                    id = HookJson.Text(ref reader);
                    break;
                case "message":
                    message = HookJson.Text(ref reader);
                    break;
                case "title":
                    title = HookJson.Text(ref reader);
                    break;
                case "timestamp":
                    time = HookJson.Text(ref reader);
                    break;
                case "url":
                    url = HookJson.Text(ref reader);
                    break;
                case "author":
                    author = ReadAuthor(ref reader);
                    break;
                case "added":
                    count = (count ?? 0) + ReadFiles(ref reader, FileChange.Added, files);
                    break;
                case "modified":
                    count = (count ?? 0) + ReadFiles(ref reader, FileChange.Modified, files);
                    break;
                case "removed":
                    count = (count ?? 0) + ReadFiles(ref reader, FileChange.Deleted, files);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return id is null
            ? null
            : new GitLabCommit
            {
                Sha = id,
                Message = message ?? title ?? "",
                Author = author,
                CommittedAt = GitLabTime.Parse(time) ?? DateTimeOffset.UnixEpoch,
                WebUrl = url ?? "",
                FileCount = count,
                Files = files,
            };
    }

    private static GitLabPerson ReadAuthor(ref Utf8JsonReader reader)
    {
        var author = new GitLabPerson();

        if (!HookJson.Object(ref reader))
        {
            return author;
        }

        while (HookJson.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("name"u8))
            {
                author = author with { Name = HookJson.Text(ref reader) };
            }
            else if (reader.ValueTextEquals("email"u8))
            {
                author = author with { Email = HookBuilder.Email(HookJson.Text(ref reader)) };
            }
            else
            {
                reader.Skip();
            }
        }

        return author;
    }

    private static int ReadFiles(ref Utf8JsonReader reader, FileChange change, List<GitLabFile> files)
    {
        if (!HookJson.Array(ref reader))
        {
            return 0;
        }

        var count = 0;

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                count++;

                if (files.Count < MostFiles && reader.GetString() is { } path)
                {
                    files.Add(new GitLabFile(path, path, change, LinesAdded: 0, LinesRemoved: 0));
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return count;
    }
}
