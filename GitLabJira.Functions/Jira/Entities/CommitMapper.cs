using System.Text.Json;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>A GitLab commit as Jira's commit.</summary>
public static class CommitMapper
{
    private const int MaxFiles = 10;
    private const int ShortSha = 8;

    public static JsonElement Map(Link link, GitLabProject project, GitLabCommit commit, IReadOnlyList<string> keys) =>
        JsonSerializer.SerializeToElement(Shape(project, commit, keys), JiraShapesJson.Default.JiraCommit);

    internal static JiraCommit Shape(GitLabProject project, GitLabCommit commit, IReadOnlyList<string> keys) => new()
    {
        Id = JiraIds.Commit(commit.Sha),
        DisplayId = commit.Sha.Length > ShortSha ? commit.Sha[..ShortSha] : commit.Sha,
        IssueKeys = JiraFields.Keys(keys),
        Message = JiraText.Required(commit.Message, JiraFields.LongText),
        Flags = commit.ParentShas.Count > 1 ? ["MERGE_COMMIT"] : null,
        Author = JiraFields.Author(commit.Author),
        FileCount = Math.Max(commit.FileCount ?? 0, commit.Files.Count),
        Files = commit.Files.Count == 0 ? null : [.. commit.Files.Take(MaxFiles).Select(f => File(project, commit, f))],
        AuthorTimestamp = JiraFields.Time(commit.CommittedAt),
        Url = JiraText.Url(commit.WebUrl, JiraFields.Address) ?? GitLabPages.Commit(project.WebUrl, commit.Sha),
    };

    private static JiraFile File(GitLabProject project, GitLabCommit commit, GitLabFile file)
    {
        var deleted = file.Change == FileChange.Deleted;
        var path = deleted ? file.OldPath : file.NewPath;

        // A deleted file is only to be seen where it still was.
        var url = !deleted ? GitLabPages.File(project.WebUrl, commit.Sha, path)
            : commit.ParentShas is [var parent, ..] ? GitLabPages.File(project.WebUrl, parent, path)
            : GitLabPages.Commit(project.WebUrl, commit.Sha);

        return new JiraFile(
            JiraText.Required(path, JiraFields.LongText),
            url,
            file.Change switch
            {
                FileChange.Added => "ADDED",
                FileChange.Modified => "MODIFIED",
                FileChange.Moved => "MOVED",
                FileChange.Deleted => "DELETED",
                _ => "UNKNOWN",
            },
            Math.Max(0, file.LinesAdded),
            Math.Max(0, file.LinesRemoved));
    }
}
