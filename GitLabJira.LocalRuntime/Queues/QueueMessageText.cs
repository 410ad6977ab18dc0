using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace GitLabJira.LocalRuntime.Queues;

/// <summary>Reads a queue message's text: base64 of the body, which may begin with a header line of JSON that names when it is due.</summary>
internal static class QueueMessageText
{
    private const int MaxHeader = 4096;

    /// <remarks>What is no UTF-8 is lost, as in the real host: it hands every message on as text, also to a function that asks for bytes.</remarks>
    public static bool TryDecode(string text, string encoding, [NotNullWhen(true)] out byte[]? body)
    {
        if (!string.Equals(encoding, "base64", StringComparison.OrdinalIgnoreCase))
        {
            body = Encoding.UTF8.GetBytes(text);
            return true;
        }

        var buffer = new byte[text.Length];
        if (Convert.TryFromBase64String(text, buffer, out var length))
        {
            body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(buffer, 0, length));
            return true;
        }

        body = null;
        return false;
    }

    /// <summary>When the message may first be seen; null when it does not say.</summary>
    public static DateTimeOffset? ReadDue(ReadOnlySpan<byte> body)
    {
        var end = body[..Math.Min(body.Length, MaxHeader)].IndexOf((byte)'\n');
        if (end < 2 || body[0] != (byte)'{')
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(body[..end]);
            using var header = JsonDocument.ParseValue(ref reader);
            return header.RootElement.TryGetProperty("due", out var due) && due.TryGetInt64(out var milliseconds)
                ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            // Not our header: a message like any other.
            return null;
        }
    }
}
