using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>What a commit did to a file.</summary>
public enum FileChangeKind
{
    Added,
    Modified,
    Removed,
    Renamed,
}

/// <summary>One file of a commit with its line counts.</summary>
public sealed record FileChange(string Path, FileChangeKind Kind, int LinesAdded, int LinesRemoved, string? OldPath = null);

/// <summary>Name and e-mail address as git records them; not necessarily a user.</summary>
public sealed record GitPerson(string Name, string Email);

/// <summary>A commit. Its sha is computed as git does, from the content, so the same commit has the same id everywhere.</summary>
public sealed record Commit(
    string Sha,
    ImmutableArray<string> ParentIds,
    string Message,
    GitPerson Author,
    DateTimeOffset AuthoredAt,
    GitPerson Committer,
    DateTimeOffset CommittedAt,
    ImmutableArray<FileChange> Files)
{
    public string ShortId => Sha[..8];

    /// <summary>The first line; GitLab cuts it after 255 characters.</summary>
    public string Title
    {
        get
        {
            var end = Message.IndexOf('\n', StringComparison.Ordinal);
            var line = end < 0 ? Message : Message[..end];
            return line.Length <= 255 ? line : string.Concat(line.AsSpan(0, 252), "...");
        }
    }

    public int LinesAdded => Files.Sum(file => file.LinesAdded);

    public int LinesRemoved => Files.Sum(file => file.LinesRemoved);

    public static Commit Create(
        ImmutableArray<string> parentIds,
        string message,
        GitPerson author,
        DateTimeOffset authoredAt,
        GitPerson committer,
        DateTimeOffset committedAt,
        ImmutableArray<FileChange> files)
    {
        var text = new StringBuilder();
        text.Append("tree ").Append(TreeId(parentIds, files)).Append('\n');

        foreach (var parent in parentIds)
        {
            text.Append("parent ").Append(parent).Append('\n');
        }

        AppendPerson(text, "author", author, authoredAt);
        AppendPerson(text, "committer", committer, committedAt);
        text.Append('\n').Append(message);
        var sha = GitObjectId("commit", text.ToString());

        // Git keeps whole seconds.
        return new Commit(sha, parentIds, message, author, WholeSeconds(authoredAt), committer, WholeSeconds(committedAt), files);
    }

    private static string TreeId(ImmutableArray<string> parentIds, ImmutableArray<FileChange> files)
    {
        var text = new StringBuilder();
        text.AppendJoin('\n', parentIds);

        foreach (var file in files)
        {
            text.Append('\n').Append(CultureInfo.InvariantCulture, $"{file.Kind} {file.OldPath} {file.Path} {file.LinesAdded} {file.LinesRemoved}");
        }

        return GitObjectId("tree", text.ToString());
    }

    private static void AppendPerson(StringBuilder text, string role, GitPerson person, DateTimeOffset at) =>
        text.Append(CultureInfo.InvariantCulture, $"{role} {person.Name} <{person.Email}> {at.ToUnixTimeSeconds()} {at:zzz}\n");

    private static string GitObjectId(string kind, string content)
    {
        var body = Encoding.UTF8.GetBytes(content);
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind} {body.Length}\0"));
#pragma warning disable CA5350, SCS0006 // Git object ids are SHA-1 by definition; nothing is protected with it here.
        return Convert.ToHexStringLower(SHA1.HashData([.. head, .. body]));
#pragma warning restore CA5350, SCS0006
    }

    private static DateTimeOffset WholeSeconds(DateTimeOffset at) => new(at.Ticks - (at.Ticks % TimeSpan.TicksPerSecond), at.Offset);
}
