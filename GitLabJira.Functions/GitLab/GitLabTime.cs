using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GitLabJira.Functions.GitLab;

/// <summary>Reads GitLab's times: REST and hooks use five styles between them, and a wrong one must not cost the entity.</summary>
public static class GitLabTime
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF zzz",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
        "yyyy-MM-dd",
    ];

    /// <returns>Null for what is no time.</returns>
    public static DateTimeOffset? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var normal = text.Trim();

        if (normal.EndsWith(" UTC", StringComparison.Ordinal))
        {
            normal = string.Concat(normal.AsSpan(0, normal.Length - 4), "Z");
        }

        return DateTimeOffset.TryParseExact(
            normal, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
    }
}

/// <summary>The same for JSON: what is no time becomes null.</summary>
public sealed class GitLabTimeConverter : JsonConverter<DateTimeOffset?>
{
    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return GitLabTime.Parse(reader.GetString());
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                reader.Skip();
                return null;
            default:
                return null;
        }
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is { } time)
        {
            writer.WriteStringValue(time);
            return;
        }

        writer.WriteNullValue();
    }
}
