using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GitLabJira.Sandbox.Jira.Checks;

/// <summary>How entities name their issues: the older <c>issueKeys</c>, the newer <c>associations</c>, or both.</summary>
public static partial class IssueLinks
{
    public const int MaxAssociationValues = 500;

    private static readonly Rule DevInfoKey = Rule.Text(int.MaxValue, DevInfoKeyPattern(), "is no issue key");
    private static readonly Rule ProviderKey = Rule.Text(int.MaxValue, ProviderKeyPattern(), "is no issue key");
    private static readonly Rule KeyOrId = Rule.Text(int.MaxValue, KeyOrIdPattern(), "is no issue key or id");

    /// <summary>1 to 500 keys of the pattern that the development information API publishes.</summary>
    public static readonly Rule DevInfoKeys = Rule.List(DevInfoKey, 1, 500);

    /// <summary>1 to 100 keys: builds, deployments and feature flags.</summary>
    public static readonly Rule ProviderKeys = Rule.List(ProviderKey, 1, 100);

    /// <summary>The association types that hold issues.</summary>
    public static readonly Rule IssueAssociations = new AssociationsRule(1, int.MaxValue, []);

    /// <summary>Deployments also associate services, commits and repositories, in at most three entries.</summary>
    public static readonly Rule DeploymentAssociations = new AssociationsRule(1, 3, ["serviceIdOrKeys", "commit", "repository"]);

    /// <summary>The entity must be about something: one of the two forms is required.</summary>
    public static Rule Required(Shape entity) => new LinkedRule(entity);

    /// <summary>All issue keys and ids that the entity names, in order, each once.</summary>
    public static IReadOnlyList<string> Named(JsonElement entity)
    {
        var named = new List<string>();
        if (entity.TryGetProperty("issueKeys", out var keys) && keys.ValueKind is JsonValueKind.Array)
        {
            named.AddRange(Strings(keys));
        }

        foreach (var association in Associations(entity, "issueKeys", "issueIdOrKeys"))
        {
            named.AddRange(Strings(association.GetProperty("values")));
        }

        return [.. named.Distinct(StringComparer.Ordinal)];
    }

    public static IEnumerable<JsonElement> Associations(JsonElement entity, params string[] types) =>
        entity.TryGetProperty("associations", out var associations) && associations.ValueKind is JsonValueKind.Array
            ? associations.EnumerateArray().Where(a => types.Contains(a.GetProperty("associationType").GetString(), StringComparer.Ordinal))
            : [];

    private static IEnumerable<string> Strings(JsonElement array) => array.EnumerateArray().Select(v => v.GetString()!);

    // Java's \p{Digit} is ASCII, .NET's \d is not.
    [GeneratedRegex(@"^\p{L}[\p{L}0-9_]{1,255}-[0-9]{1,255}\z")]
    private static partial Regex DevInfoKeyPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_]{1,255}-[0-9]{1,255}\z")]
    private static partial Regex ProviderKeyPattern();

    [GeneratedRegex(@"^([A-Za-z0-9_]{1,255}-[0-9]{1,255}|[0-9]{1,255})\z")]
    private static partial Regex KeyOrIdPattern();

    private sealed class LinkedRule(Shape entity) : Rule
    {
        public override void Check(JsonElement value, string path, Findings findings)
        {
            entity.Check(value, path, findings);
            if (findings.Clean && value.ValueKind is JsonValueKind.Object && Named(value).Count == 0 && !Associations(value, "serviceIdOrKeys").Any())
            {
                findings.Invalid.Add($"{(path.Length == 0 ? "The entity" : path)} must name at least one issue in issueKeys or associations.");
            }
        }
    }

    private sealed class AssociationsRule(int min, int max, string[] otherTypes) : Rule
    {
        private static readonly Shape CommitValue = Object(Field.Must("commitHash", Text(255)), Field.Must("repositoryId", Text(255)));
        private static readonly Shape RepositoryValue = Object(Field.Must("repositoryId", Text(255)));

        public override void Check(JsonElement value, string path, Findings findings)
        {
            if (value.ValueKind is not JsonValueKind.Array)
            {
                findings.Malformed.Add($"{path} must be an array.");
                return;
            }

            if (value.GetArrayLength() < min || value.GetArrayLength() > max)
            {
                findings.Invalid.Add(string.Create(CultureInfo.InvariantCulture, $"{path} has {value.GetArrayLength()} entries, from {min} to {max} are allowed."));
            }

            var values = 0;
            foreach (var (association, index) in value.EnumerateArray().Select((a, i) => (a, i)))
            {
                var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
                var type = association.ValueKind is JsonValueKind.Object && association.TryGetProperty("associationType", out var named) && named.ValueKind is JsonValueKind.String
                    ? named.GetString()!
                    : "";
                Object(
                    Field.Must("associationType", OneOf(["issueKeys", "issueIdOrKeys", .. otherTypes])),
                    Field.Must("values", List(ValueRule(type), 1, MaxAssociationValues))).Check(association, at, findings);
                if (association.ValueKind is JsonValueKind.Object && association.TryGetProperty("values", out var list) && list.ValueKind is JsonValueKind.Array)
                {
                    values += list.GetArrayLength();
                }
            }

            if (values > MaxAssociationValues)
            {
                findings.Invalid.Add(string.Create(CultureInfo.InvariantCulture, $"{path} hold {values} elements, the limit over all association types is {MaxAssociationValues}."));
            }
        }

        private static Rule ValueRule(string type) => type switch
        {
            "issueKeys" or "issueIdOrKeys" => KeyOrId,
            "commit" => CommitValue,
            "repository" => RepositoryValue,
            _ => Text(255),
        };
    }
}
