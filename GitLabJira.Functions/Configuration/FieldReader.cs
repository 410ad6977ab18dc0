using System.Globalization;
using System.Text.Json;

namespace GitLabJira.Functions.Configuration;

/// <summary>Reads a JSON object field by field and keeps the first thing that is wrong with it, by the field's name. What nobody knows is wrong too: a misspelt field must not pass for its default.</summary>
internal sealed class FieldReader
{
    private const int LongestName = 255;
    private const int LongestShown = 40;

    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    private readonly string _prefix;

    public FieldReader(JsonElement source, IReadOnlyList<string> known, string name = "")
    {
        _prefix = name.Length == 0 ? "" : $"{name}.";

        if (source.ValueKind is not JsonValueKind.Object)
        {
            Refuse(name.Length == 0 ? "body" : name, "must be a JSON object.");
            return;
        }

        foreach (var field in source.EnumerateObject())
        {
            var named = Whole(() => field.Name);

            if (named is null || !known.Contains(named, StringComparer.Ordinal))
            {
                // Its name is the caller's text.
                Refuse(_prefix + Shown(named), "is no field of this call.");
            }
            else if (!_fields.TryAdd(named, field.Value))
            {
                Refuse(_prefix + named, "stands there twice.");
            }
        }
    }

    public Refusal? Refusal { get; private set; }

    public void Refuse(string field, string rule) => Refusal ??= Configuration.Refusal.BadField(field, rule);

    public JsonElement? Find(string name) => _fields.TryGetValue(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    public bool Flag(string name, bool otherwise)
    {
        switch (Find(name)?.ValueKind)
        {
            case null:
                return otherwise;
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                Refuse(_prefix + name, "must be true or false.");
                return otherwise;
        }
    }

    public int Number(string name, int otherwise, int least, int most)
    {
        if (Find(name) is not { } value)
        {
            return otherwise;
        }

        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse(_prefix + name, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}."));
        return otherwise;
    }

    public string Text(string name)
    {
        if (Find(name) is { } value && TextOf(value) is { } text)
        {
            return text;
        }

        Refuse(_prefix + name, $"must be a text of 1 to {LongestName} characters without control characters.");
        return "";
    }

    /// <param name="read">Answers null for what is wrong, which <paramref name="rule"/> then says.</param>
    public IReadOnlyList<T> List<T>(string name, int most, string rule, Func<JsonElement, string, T?> read)
        where T : class
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind is not JsonValueKind.Array || value.GetArrayLength() > most)
        {
            Refuse(_prefix + name, string.Create(CultureInfo.InvariantCulture, $"must be a list of at most {most}."));
            return [];
        }

        var items = new List<T>();

        foreach (var (index, element) in value.EnumerateArray().Index())
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{_prefix}{name}[{index}]");

            if (read(element, place) is { } item)
            {
                items.Add(item);
            }
            else
            {
                Refuse(place, rule);
            }
        }

        return items;
    }

    /// <summary>For what is read inside a list.</summary>
    public void TakeOver(FieldReader inner) => Refusal ??= inner.Refusal;

    public static string? TextOf(JsonElement value) =>
        value.ValueKind is JsonValueKind.String && Whole(value.GetString)?.Trim() is { Length: > 0 and <= LongestName } text && !text.Any(char.IsControl) ? text : null;

    /// <summary>A project by number or path, as text.</summary>
    public static string? ProjectOf(JsonElement value) => value.ValueKind is JsonValueKind.Number
        ? value.TryGetInt64(out var id) && id > 0 ? id.ToString(CultureInfo.InvariantCulture) : null
        : TextOf(value) is { } path && path.Contains('/', StringComparison.Ordinal) ? path.Trim('/') : null;

    /// <returns>Null for a text with half a character in it.</returns>
    private static string? Whole(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Shown(string? name) =>
        name is { Length: > 0 and <= LongestShown } && name.All(char.IsAsciiLetterOrDigit) ? name : "an unnamed field";
}
