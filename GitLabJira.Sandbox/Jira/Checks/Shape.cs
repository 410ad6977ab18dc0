using System.Text.Json;

namespace GitLabJira.Sandbox.Jira.Checks;

/// <summary>One field of an object. JSON <c>null</c> counts as absent, as it does for Jira's parser.</summary>
public sealed record Field(string Name, Rule Rule, bool Required = false)
{
    public static Field Must(string name, Rule rule) => new(name, rule, Required: true);

    public static Field May(string name, Rule rule) => new(name, rule);
}

/// <summary>An object of known fields. Names that are not among them are reported, not refused.</summary>
public sealed class Shape(IReadOnlyList<Field> fields) : Rule
{
    private readonly Dictionary<string, Field> _byName = fields.ToDictionary(f => f.Name, StringComparer.Ordinal);

    public Shape With(params Field[] more) => new([.. fields, .. more]);

    public override void Check(JsonElement value, string path, Findings findings)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            findings.Malformed.Add($"{(path.Length == 0 ? "The value" : path)} must be an object.");
            return;
        }

        var prefix = path.Length == 0 ? "" : path + ".";
        foreach (var property in value.EnumerateObject())
        {
            if (!_byName.TryGetValue(property.Name, out var field))
            {
                findings.Unknown.Add(prefix + property.Name);
            }
            else if (property.Value.ValueKind is not JsonValueKind.Null)
            {
                field.Rule.Check(property.Value, prefix + property.Name, findings);
            }
        }

        foreach (var field in fields.Where(f => f.Required))
        {
            if (!value.TryGetProperty(field.Name, out var present) || present.ValueKind is JsonValueKind.Null)
            {
                findings.Invalid.Add($"{prefix}{field.Name} is required.");
            }
        }
    }
}
