using System.Globalization;
using System.Text.Json;
using GitLabJira.Sandbox.Jira.Store;

namespace GitLabJira.Sandbox.Jira.Checks;

/// <summary>Reads a builds, deployments or feature flags request. Entities are judged one by one; only what names no entity at all refuses the request.</summary>
public sealed class ProviderCheck
{
    public static readonly ProviderCheck Builds = new("builds", "updateSequenceNumber", ProviderShapes.Build, data =>
        Text(data, "pipelineId") is { } pipeline && Number(data, "buildNumber") is { } number ? EntityKey.Build(pipeline, number) : null);

    public static readonly ProviderCheck Deployments = new("deployments", "updateSequenceNumber", ProviderShapes.Deployment, data =>
        Text(data, "pipeline", "id") is { } pipeline && Text(data, "environment", "id") is { } environment && Number(data, "deploymentSequenceNumber") is { } number
            ? EntityKey.Deployment(pipeline, environment, number)
            : null);

    public static readonly ProviderCheck FeatureFlags = new("flags", "updateSequenceId", ProviderShapes.FeatureFlag, data =>
        Text(data, "id") is { } id ? EntityKey.FeatureFlag(id) : null);

    private readonly string _list;
    private readonly string _sequence;
    private readonly Rule _entity;
    private readonly Func<JsonElement, EntityKey?> _key;
    private readonly Shape _envelope;

    private ProviderCheck(string list, string sequence, Rule entity, Func<JsonElement, EntityKey?> key)
    {
        _list = list;
        _sequence = sequence;
        _entity = entity;
        _key = key;
        _envelope = Rule.Object(
            Field.Must(list, Rule.List(Rule.Anything, 1, ProviderShapes.MaxEntities)),
            Field.May("properties", Rule.Anything),
            Field.May("providerMetadata", ProviderShapes.Metadata));
    }

    public Submission Read(JsonElement root)
    {
        var envelope = new Findings();
        _envelope.Check(root, "", envelope);
        List<string> problems = [.. envelope.Errors, .. RequestBody.CheckProperties(root)];
        var unknown = new List<string>(envelope.Unknown);
        if (problems.Count > 0)
        {
            return Submission.Refused(problems, unknown);
        }

        var entities = new List<SubmittedEntity>();
        foreach (var (data, index) in root.GetProperty(_list).EnumerateArray().Select((d, i) => (d, i)))
        {
            if (_key(data) is not { } key)
            {
                return Submission.Refused([string.Create(CultureInfo.InvariantCulture, $"{_list}[{index}] does not say which entity it is.")], unknown);
            }

            var findings = new Findings();
            _entity.Check(data, "", findings);
            unknown.AddRange(findings.Unknown);
            entities.Add(new(key, data, Number(data, _sequence) ?? 0, findings));
        }

        return new([], entities, RequestBody.Properties(root), unknown);
    }

    private static string? Text(JsonElement data, params string[] path)
    {
        foreach (var name in path)
        {
            if (data.ValueKind is not JsonValueKind.Object || !data.TryGetProperty(name, out data))
            {
                return null;
            }
        }

        return data.ValueKind is JsonValueKind.String ? data.GetString() : null;
    }

    private static long? Number(JsonElement data, string name) =>
        data.ValueKind is JsonValueKind.Object && data.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}
