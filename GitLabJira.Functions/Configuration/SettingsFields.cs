using System.Text.Json;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Configuration;

/// <summary>A link's settings as the page's calls carry them. What a call leaves out has its default.</summary>
/// <param name="Window">In days.</param>
public sealed record SettingsView(
    IReadOnlyList<string> Kinds,
    int Window,
    bool ShowDrafts,
    IReadOnlyList<string> ServiceIds,
    IReadOnlyList<EnvironmentTypeView> EnvironmentTypes,
    bool FirstParentOnly,
    IReadOnlyList<long> ExcludedProjects,
    IReadOnlyList<long> IncludedProjects,
    IReadOnlyList<string> JiraProjects,
    bool ArchivedProjects);

/// <param name="Type">Jira's name of it.</param>
public sealed record EnvironmentTypeView(string Name, string Type);

/// <param name="Version">Stands in the header <c>ETag</c> too, which the next change names in <c>If-Match</c>.</param>
/// <param name="Excluded">The excluded projects with their paths, as are the included ones.</param>
public sealed record SettingsAnswer(string Reason, int Version, SettingsView Settings, IReadOnlyList<NamedProject> Excluded, IReadOnlyList<NamedProject> Included);

/// <summary>The projects that settings name, as ids and paths.</summary>
public sealed record NamedInSettings(IReadOnlyList<string> Excluded, IReadOnlyList<string> Included);

/// <summary>Reads and shows settings.</summary>
internal static class SettingsFields
{
    private const int MostServices = 100;
    private const int MostRules = 50;
    private const int MostProjects = 100;
    private const int MostJiraProjects = 100;
    private const int LongestJiraProject = 255;
    private const string JiraProjectRule = "must be the key of a Jira project: letters, digits and underscores, a letter first.";

    /// <summary>Jira's names of environment types and the tiers that are shown so.</summary>
    private static readonly (string Name, EnvironmentTier Tier)[] Types =
    [
        ("production", EnvironmentTier.Production),
        ("staging", EnvironmentTier.Staging),
        ("testing", EnvironmentTier.Testing),
        ("development", EnvironmentTier.Development),
        ("unmapped", EnvironmentTier.Other),
    ];

    private static readonly string KindRule = $"must be one of {string.Join(", ", Enum.GetValues<SyncKind>().Select(Name))}.";
    private static readonly string TypeRule = $"must be one of {string.Join(", ", Types.Select(type => type.Name))}.";

    /// <returns>Settings without the projects, which are given as ids and paths.</returns>
    public static (LinkSettings Settings, NamedInSettings Projects, Refusal? Refusal) Read(JsonElement body)
    {
        var fields = new FieldReader(body, ["kinds", "window", "showDrafts", "serviceIds", "environmentTypes", "firstParentOnly", "excludedProjects", "includedProjects", "jiraProjects", "archivedProjects"]);

        var settings = new LinkSettings
        {
            Kinds = Kinds(fields) ?? LinkSettings.Default.Kinds,
            WindowDays = Window(fields) ?? LinkSettings.Default.WindowDays,
            ShowDrafts = fields.Flag("showDrafts", otherwise: false),
            ServiceIds = [.. fields.List("serviceIds", MostServices, "must be a text of 1 to 255 characters without control characters.", (value, _) => FieldReader.TextOf(value)).Distinct(StringComparer.Ordinal)],
            Environments = fields.List("environmentTypes", MostRules, "must be an object with name and type.", (value, place) => Rule(fields, value, place)),
            FirstParentOnly = fields.Flag("firstParentOnly", otherwise: false),
            JiraProjects = [.. fields.List("jiraProjects", MostJiraProjects, JiraProjectRule, (value, _) => JiraProject(value)).Distinct(StringComparer.Ordinal)],
            ArchivedProjects = fields.Flag("archivedProjects", otherwise: true),
        };
        var projects = new NamedInSettings(Projects(fields, "excludedProjects"), Projects(fields, "includedProjects"));

        return (settings, projects, fields.Refusal);
    }

    /// <returns>In the order of reading; null when the field is left out.</returns>
    public static IReadOnlyList<SyncKind>? Kinds(FieldReader fields)
    {
        if (fields.Find("kinds") is null)
        {
            return null;
        }

        var names = fields.List("kinds", 20, KindRule, (value, _) => FieldReader.TextOf(value) is { } name && KindOf(name) is not null ? name : null);

        if (names.Count == 0)
        {
            fields.Refuse("kinds", "must name at least one kind.");
        }

        return [.. names.Select(KindOf).OfType<SyncKind>().Distinct().Order()];
    }

    /// <returns>Null when the field is left out.</returns>
    public static int? Window(FieldReader fields) =>
        fields.Number("window", 0, LinkSettings.ShortestWindow, LinkSettings.LongestWindow) is > 0 and var days ? days : null;

    public static SettingsAnswer Answer(string reason, LinkSettings settings) => new(
        reason,
        settings.Version,
        new SettingsView(
            [.. settings.Kinds.Select(Name)],
            settings.WindowDays,
            settings.ShowDrafts,
            settings.ServiceIds,
            [.. settings.Environments.Select(rule => new EnvironmentTypeView(rule.Name, Types.First(type => type.Tier == rule.Tier).Name))],
            settings.FirstParentOnly,
            [.. settings.ExcludedProjects.Select(project => project.Id)],
            [.. settings.IncludedProjects.Select(project => project.Id)],
            settings.JiraProjects,
            settings.ArchivedProjects),
        settings.ExcludedProjects,
        settings.IncludedProjects);

    public static string Name(SyncKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    private static IReadOnlyList<string> Projects(FieldReader fields, string name) =>
        fields.List(name, MostProjects, "must be the number or the full path of a project.", (value, _) => FieldReader.ProjectOf(value));

    /// <returns>In upper case, as Jira shows keys.</returns>
    private static string? JiraProject(JsonElement value) =>
        FieldReader.TextOf(value) is { Length: >= 2 and <= LongestJiraProject } key && char.IsAsciiLetter(key[0]) && key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
            ? key.ToUpperInvariant()
            : null;

    private static SyncKind? KindOf(string name)
    {
        foreach (var kind in Enum.GetValues<SyncKind>())
        {
            if (string.Equals(Name(kind), name, StringComparison.Ordinal))
            {
                return kind;
            }
        }

        return null;
    }

    private static EnvironmentRule? Rule(FieldReader fields, JsonElement value, string place)
    {
        var rule = new FieldReader(value, ["name", "type"], place);
        var (name, type) = (rule.Text("name"), rule.Text("type"));
        var found = Types.FirstOrDefault(known => string.Equals(known.Name, type, StringComparison.Ordinal));

        if (found.Name is null)
        {
            rule.Refuse($"{place}.type", TypeRule);
        }

        fields.TakeOver(rule);
        return rule.Refusal is null ? new EnvironmentRule(name, found.Tier) : null;
    }
}
