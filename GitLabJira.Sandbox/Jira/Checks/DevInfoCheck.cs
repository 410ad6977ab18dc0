using System.Globalization;
using System.Text.Json;
using GitLabJira.Sandbox.Jira.Store;

namespace GitLabJira.Sandbox.Jira.Checks;

/// <summary>
/// Reads a development information request. What concerns the request (counts, duplicates, properties, JSON types) refuses it;
/// a value over its limit fails that entity, and a bad repository fails with everything in it.
/// </summary>
public static class DevInfoCheck
{
    private static readonly Shape Envelope = Rule.Object(
        Field.Must("repositories", Rule.Anything),
        Field.May("preventTransitions", Rule.Flag),
        Field.May("operationType", Rule.OneOf("NORMAL", "BACKFILL")),
        Field.May("properties", Rule.Anything),
        Field.May("providerMetadata", ProviderShapes.Metadata));

    private static readonly (string List, EntityKind Kind, Rule Rule)[] Kinds =
    [
        ("commits", EntityKind.Commit, DevInfoShapes.Commit),
        ("branches", EntityKind.Branch, DevInfoShapes.Branch),
        ("pullRequests", EntityKind.PullRequest, DevInfoShapes.PullRequest),
    ];

    public static Submission Read(JsonElement root)
    {
        var envelope = new Findings();
        Envelope.Check(root, "", envelope);
        List<string> problems = [.. envelope.Errors, .. RequestBody.CheckProperties(root)];
        var entities = new List<SubmittedEntity>();
        var unknown = new List<string>(envelope.Unknown);

        if (root.TryGetProperty("repositories", out var repositories) && repositories.ValueKind is JsonValueKind.Array)
        {
            ReadRepositories(repositories, entities, problems, unknown);
        }
        else if (problems.Count == 0)
        {
            problems.Add("repositories must be an array.");
        }

        return problems.Count > 0
            ? Submission.Refused(problems, unknown)
            : new([], entities, RequestBody.Properties(root), unknown, IsTrue(root, "preventTransitions"), Is(root, "operationType", "BACKFILL"));
    }

    private static void ReadRepositories(JsonElement repositories, List<SubmittedEntity> entities, List<string> problems, List<string> unknown)
    {
        if (repositories.GetArrayLength() > DevInfoShapes.MaxRepositories)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"No more than {DevInfoShapes.MaxRepositories} repositories can be submitted."));
            return;
        }

        var seen = new HashSet<EntityKey>();
        foreach (var repository in repositories.EnumerateArray())
        {
            if (Id(repository) is not { } id)
            {
                problems.Add("Each repository must be an object with an id.");
                return;
            }

            var key = EntityKey.Repository(id);
            if (!seen.Add(key))
            {
                problems.Add("repositories must not contain a repository twice.");
            }

            var findings = Check(DevInfoShapes.Repository, repository, problems, unknown);
            entities.Add(new(key, repository, Sequence(repository), findings));
            foreach (var (list, kind, rule) in Kinds)
            {
                ReadEntities(repository, id, findings, list, kind, rule, seen, entities, problems, unknown);
            }
        }

        var count = entities.Count(e => e.Key.Kind is not EntityKind.Repository);
        if (count == 0)
        {
            problems.Add("No development information entities were provided.");
        }
        else if (count > DevInfoShapes.MaxEntities)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"No more than {DevInfoShapes.MaxEntities} entities can be submitted."));
        }
    }

    private static void ReadEntities(
        JsonElement repository,
        string repositoryId,
        Findings repositoryFindings,
        string list,
        EntityKind kind,
        Rule rule,
        HashSet<EntityKey> seen,
        List<SubmittedEntity> entities,
        List<string> problems,
        List<string> unknown)
    {
        if (!repository.TryGetProperty(list, out var items) || items.ValueKind is JsonValueKind.Null)
        {
            return;
        }

        if (items.ValueKind is not JsonValueKind.Array)
        {
            problems.Add($"{list} must be an array.");
            return;
        }

        if (items.GetArrayLength() > DevInfoShapes.MaxEntitiesOfAKind)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"No more than {DevInfoShapes.MaxEntitiesOfAKind} {list} can be submitted for a repository."));
            return;
        }

        foreach (var item in items.EnumerateArray())
        {
            if (Id(item) is not { } id)
            {
                problems.Add($"Each entry of {list} must be an object with an id.");
                continue;
            }

            var key = new EntityKey(kind, repositoryId, id);
            if (!seen.Add(key))
            {
                problems.Add($"{list} must not contain an id twice.");
            }

            var findings = Check(rule, item, problems, unknown);
            if (!repositoryFindings.Clean)
            {
                findings.Invalid.Add("The repository is not valid.");
            }

            entities.Add(new(key, item, Sequence(item), findings));
        }
    }

    private static Findings Check(Rule rule, JsonElement value, List<string> problems, List<string> unknown)
    {
        var findings = new Findings();
        rule.Check(value, "", findings);
        problems.AddRange(findings.Malformed);
        unknown.AddRange(findings.Unknown);
        return findings;
    }

    private static string? Id(JsonElement value) =>
        value.ValueKind is JsonValueKind.Object && value.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.String ? id.GetString() : null;

    private static long Sequence(JsonElement value) =>
        value.TryGetProperty("updateSequenceId", out var sequence) && sequence.ValueKind is JsonValueKind.Number && sequence.TryGetInt64(out var number) ? number : 0;

    private static bool IsTrue(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True;

    private static bool Is(JsonElement root, string name, string text) => root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String && value.ValueEquals(text);
}
