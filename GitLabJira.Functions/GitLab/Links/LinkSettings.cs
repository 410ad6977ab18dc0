using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>The kinds of data that a sync can read. The names stand in rows: do not rename.</summary>
public enum SyncKind
{
    MergeRequests,
    Branches,
    Commits,
    Pipelines,
    Deployments,
    FeatureFlags,
}

/// <param name="Name">Name of an environment; <c>*</c> stands for any characters. Case does not count.</param>
/// <param name="Tier">The tier that its deployments are shown with, whatever GitLab says.</param>
public sealed record EnvironmentRule(string Name, EnvironmentTier Tier);

/// <param name="Path">Full path when it was named; the id decides, which outlives renames.</param>
public sealed record NamedProject(long Id, string Path);

/// <summary>What the admins of a link have chosen. Part of the link's row: whoever has the link has its settings.</summary>
public sealed record LinkSettings
{
    public const int ShortestWindow = 1;
    public const int LongestWindow = 1095;

    /// <summary>More than anybody may name, and few enough for a column of 64 KiB.</summary>
    private const int MostInherited = 150;

    public static LinkSettings Default { get; } = new();

    /// <summary>Grows with each change, so that nobody overwrites what he has not seen.</summary>
    public int Version { get; init; }

    /// <summary>What a sync reads unless it is told otherwise; merge requests and branches, as with GitLab's own app.</summary>
    public IReadOnlyList<SyncKind> Kinds { get; init; } = [SyncKind.MergeRequests, SyncKind.Branches];

    /// <summary>How far back commits, pipelines and deployments are read.</summary>
    public int WindowDays { get; init; } = 90;
    public bool ShowDrafts { get; init; }

    /// <summary>Services of Jira Service Management that every deployment is associated with.</summary>
    public IReadOnlyList<string> ServiceIds { get; init; } = [];

    /// <summary>The first that fits decides.</summary>
    public IReadOnlyList<EnvironmentRule> Environments { get; init; } = [];

    /// <summary>For trunk-based projects: a deployment's keys come from the steps of the trunk alone.</summary>
    public bool FirstParentOnly { get; init; }

    /// <summary>Neither synchronised nor followed.</summary>
    public IReadOnlyList<NamedProject> ExcludedProjects { get; init; } = [];

    /// <summary>The only ones that are synchronised and followed; all when empty.</summary>
    public IReadOnlyList<NamedProject> IncludedProjects { get; init; } = [];

    /// <summary>Keys of the Jira projects whose issues count; all when empty.</summary>
    public IReadOnlyList<string> JiraProjects { get; init; } = [];

    public bool ArchivedProjects { get; init; } = true;

    /// <summary>Whether a project is left out, as far as its id tells.</summary>
    public bool Excludes(long projectId) =>
        ExcludedProjects.Any(project => project.Id == projectId) || (IncludedProjects.Count > 0 && IncludedProjects.All(project => project.Id != projectId));

    /// <summary>Whether a project is left out as GitLab shows it.</summary>
    public bool LeavesOut(GitLabProject project) => Excludes(project.Id) || (project.Archived && !ArchivedProjects);

    /// <summary>Whether an issue's key counts.</summary>
    public bool Counts(string issueKey) => JiraProjects.Count == 0 || JiraProjects.Contains(issueKey[..issueKey.LastIndexOf('-')], StringComparer.OrdinalIgnoreCase);

    /// <summary>What was kept from Jira by a link that this one takes over stays so.</summary>
    internal LinkSettings AlsoExcluding(IEnumerable<NamedProject> others)
    {
        NamedProject[] all = [.. ExcludedProjects.Concat(others).DistinctBy(project => project.Id).Take(MostInherited)];

        return all.Length == ExcludedProjects.Count ? this : this with { Version = Version + 1, ExcludedProjects = all };
    }

    internal byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, LinkSettingsJson.Compact.LinkSettings);

    internal static LinkSettings Parse(byte[]? bytes) =>
        bytes is null ? Default : JsonSerializer.Deserialize(bytes, LinkSettingsJson.Compact.LinkSettings) ?? Default;
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(LinkSettings))]
internal sealed partial class LinkSettingsJson : JsonSerializerContext
{
    /// <summary>Characters beyond ASCII as they are: a column holds 64 KiB.</summary>
    public static LinkSettingsJson Compact { get; } = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
