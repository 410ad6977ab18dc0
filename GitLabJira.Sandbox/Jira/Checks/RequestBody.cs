using System.Text.Json;

namespace GitLabJira.Sandbox.Jira.Checks;

/// <summary>What all provider requests share: JSON, characters that Jira can store, and the rules of <c>properties</c>.</summary>
public static class RequestBody
{
    public const int MaxProperties = 5;
    public const int MaxPropertyLength = 255;

    /// <summary>Parses a body, or says why not.</summary>
    public static (JsonElement Root, string? Problem) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new() { MaxDepth = 32, AllowDuplicateProperties = false });
            var root = document.RootElement.Clone();
            if (root.ValueKind is not JsonValueKind.Object)
            {
                return (root, "The request body must be a JSON object.");
            }

            return (root, FindForbiddenCharacter(root, "") is { } path ? $"{path} holds a character that Jira cannot store." : null);
        }
        catch (JsonException)
        {
            return (default, "The request body is not valid JSON.");
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair in a name.
            return (default, "A name in the request body is no text.");
        }
    }

    /// <summary>Complaints about <c>properties</c>; empty when all is well or there are none.</summary>
    public static IReadOnlyList<string> CheckProperties(JsonElement root)
    {
        if (!root.TryGetProperty("properties", out var properties) || properties.ValueKind is JsonValueKind.Null)
        {
            return [];
        }

        if (properties.ValueKind is not JsonValueKind.Object)
        {
            return ["properties must be an object."];
        }

        var complaints = new List<string>();
        if (properties.EnumerateObject().Count() > MaxProperties)
        {
            complaints.Add("properties must not hold more than 5 entries.");
        }

        foreach (var property in properties.EnumerateObject())
        {
            if (property.Name.StartsWith('_') || property.Name.Contains(':', StringComparison.Ordinal))
            {
                complaints.Add("The keys of properties must not start with '_' or contain ':'.");
            }

            if (property.Name.Length is 0 or > MaxPropertyLength || property.Value.ValueKind is not JsonValueKind.String || property.Value.GetString()!.Length > MaxPropertyLength)
            {
                complaints.Add("Keys and values of properties must be strings of at most 255 characters.");
            }
        }

        return complaints;
    }

    public static IReadOnlyDictionary<string, string> Properties(JsonElement root) =>
        root.TryGetProperty("properties", out var properties) && properties.ValueKind is JsonValueKind.Object
            ? properties.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Jira refuses what XML 1.0 has no place for and everything beyond the basic plane, so emoji too.</summary>
    private static string? FindForbiddenCharacter(JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return IsStorable(value) ? null : path;
            case JsonValueKind.Array:
                return value.EnumerateArray().Select((e, i) => FindForbiddenCharacter(e, $"{path}[{i}]")).FirstOrDefault(p => p is not null);
            case JsonValueKind.Object:
                return value.EnumerateObject()
                    .Select(p => IsStorable(p.Name) ? FindForbiddenCharacter(p.Value, path.Length == 0 ? p.Name : $"{path}.{p.Name}") : $"A name in {path}")
                    .FirstOrDefault(p => p is not null);
            default:
                return null;
        }
    }

    private static bool IsStorable(JsonElement text)
    {
        try
        {
            return IsStorable(text.GetString()!);
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair is no text at all.
            return false;
        }
    }

    private static bool IsStorable(string text) => text.All(c => c is '\t' or '\n' or '\r' or (>= ' ' and <= '\uD7FF') or (>= '\uE000' and <= '\uFFFD'));
}
