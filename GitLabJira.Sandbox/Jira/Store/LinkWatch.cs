using System.Text.Json;
using System.Text.RegularExpressions;
using GitLabJira.Sandbox.Jira.Checks;
using GitLabJira.Sandbox.Jira.Traffic;

namespace GitLabJira.Sandbox.Jira.Store;

/// <summary>
/// Watches that the properties of a request fit all that is in it: Jira keeps them for each entity, and what is tagged with a wrong
/// link or project is later deleted with that one, or never.
/// </summary>
internal sealed partial class LinkWatch(TimeProvider clock, Violations violations)
{
    private static readonly TimeSpan FlipWindow = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<EntityKey, (string LinkId, DateTimeOffset At)> _links = [];

    public void Watch(IReadOnlyDictionary<string, string> properties, IReadOnlyCollection<SubmittedEntity> entities, long requestNumber)
    {
        if (properties.TryGetValue("linkId", out var linkId))
        {
            WatchLink(linkId, entities, requestNumber);
        }

        var projects = entities.Where(e => e.Key.RepositoryId is null && e.Key.Kind is not EntityKind.Repository).Select(ProjectOf).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (properties.ContainsKey("projectId") && projects.Count > 1)
        {
            violations.Add(ViolationKind.MixedProjects, $"A request for one projectId holds entities of {projects.Count} projects.", requestNumber);
        }
    }

    /// <summary>What was deleted may come back under another link at once.</summary>
    public void Forget(Func<EntityKey, bool> deleted)
    {
        lock (_lock)
        {
            foreach (var key in _links.Keys.Where(deleted).ToList())
            {
                _links.Remove(key);
            }
        }
    }

    private void WatchLink(string linkId, IReadOnlyCollection<SubmittedEntity> entities, long requestNumber)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            foreach (var entity in entities)
            {
                if (_links.TryGetValue(entity.Key, out var before) && before.LinkId != linkId && now - before.At < FlipWindow)
                {
                    violations.Add(ViolationKind.MixedLinks, $"{entity.Key} came under two links within a minute.", requestNumber);
                }

                _links[entity.Key] = (linkId, now);
            }
        }
    }

    /// <summary>The project as far as it can be told: GitLab's pages of a project share what stands before <c>/-/</c>.</summary>
    private static string? ProjectOf(SubmittedEntity entity)
    {
        var url = Text(entity.Data, "url") ?? (entity.Data.TryGetProperty("summary", out var summary) ? Text(summary, "url") : null);
        return url?.IndexOf("/-/", StringComparison.Ordinal) is { } dash and > 0
            ? url[..dash]
            : ProjectInId().Match(Text(entity.Data, "pipelineId") ?? Text(entity.Data, "id") ?? "") is { Success: true } match ? match.Groups["project"].Value : null;
    }

    private static string? Text(JsonElement data, string name) => data.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex("^(?<project>.+)-([0-9a-f]{64}|mr-[0-9]+)$")]
    private static partial Regex ProjectInId();
}
