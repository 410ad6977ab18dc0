using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GitLabJira.Sandbox.GitLab;

/// <summary>Writes JSON as GitLab does, with its several styles of time.</summary>
internal static class Json
{
    private static readonly JsonWriterOptions AsIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] ToBytes(JsonNode node)
    {
        using var buffer = new MemoryStream();

        using (var writer = new Utf8JsonWriter(buffer, AsIs))
        {
            node.WriteTo(writer);
        }

        return buffer.ToArray();
    }

    /// <summary>Indented, for people.</summary>
    public static string Pretty(ReadOnlySpan<byte> json) => JsonNode.Parse(json)!.ToJsonString(Indented);

    public static JsonArray Array(IEnumerable<JsonNode?> items) => [.. items];

    /// <summary><c>2026-01-16T05:56:22.123Z</c>, as the REST API writes.</summary>
    public static string Rest(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Rest(DateTimeOffset)" />
    public static string? Rest(DateTimeOffset? at) => at is { } known ? Rest(known) : null;

    /// <summary><c>2026-01-16T05:56:22.000+00:00</c>: commits keep the offset of their author.</summary>
    public static string Git(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    /// <summary><c>2026-01-16T05:56:22+00:00</c>: commits in hooks.</summary>
    public static string HookCommit(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary><c>2026-01-16 05:56:22 UTC</c>: merge requests, notes and pipelines in hooks.</summary>
    public static string Hook(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Hook(DateTimeOffset)" />
    public static string? Hook(DateTimeOffset? at) => at is { } known ? Hook(known) : null;

    /// <summary><c>2026-01-16 06:56:22 +0100</c>: deployments in hooks, in the server's zone.</summary>
    public static string HookZoned(DateTimeOffset at)
    {
        var local = at.ToOffset(TimeSpan.FromHours(1));
        return local.ToString("yyyy-MM-dd HH:mm:ss ", CultureInfo.InvariantCulture) + local.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
    }

    /// <summary><c>2026-01-16T05:56:22Z</c>: groups, projects and members in hooks.</summary>
    public static string HookPlain(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary><c>RequestedChanges</c> becomes <c>requested_changes</c>.</summary>
    public static string Snake<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
