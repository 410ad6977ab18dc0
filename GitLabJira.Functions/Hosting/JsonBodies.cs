using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Hosting;

/// <summary>Reads JSON bodies, or says why one cannot be read.</summary>
public static class JsonBodies
{
    private const int Largest = 8 * 1024;

    /// <param name="optional">Whether no body at all will do: then neither is set.</param>
    public static Task<(T? Body, IResult? Refusal)> ReadJsonAsync<T>(this HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken, bool optional = false)
        where T : class =>
        ReadAsync(request, Largest, optional, bytes => JsonSerializer.Deserialize(bytes.Span, type), cancellationToken);

    /// <summary>Reads a JSON object that is to be looked at field by field.</summary>
    /// <param name="largest">In bytes.</param>
    public static Task<(JsonElement? Body, IResult? Refusal)> ReadJsonObjectAsync(this HttpRequest request, int largest, CancellationToken cancellationToken) =>
        ReadAsync(request, largest, optional: false, ParseObject, cancellationToken);

    private static JsonElement? ParseObject(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        return document.RootElement.ValueKind is JsonValueKind.Object ? document.RootElement.Clone() : null;
    }

    private static async Task<(T? Body, IResult? Refusal)> ReadAsync<T>(
        HttpRequest request, int largest, bool optional, Func<ReadOnlyMemory<byte>, T?> parse, CancellationToken cancellationToken)
    {
        if (await request.ReadBodyAsync(largest, cancellationToken) is not { } bytes)
        {
            return (default, Problem.TooLarge(largest));
        }

        if (optional && bytes.Length == 0)
        {
            return (default, null);
        }

        try
        {
            if (parse(bytes) is { } body)
            {
                return (body, null);
            }
        }
        catch (JsonException)
        {
            // Answered below.
        }

        return (default, Problem.Malformed());
    }
}
