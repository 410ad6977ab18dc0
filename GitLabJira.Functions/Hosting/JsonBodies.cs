using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Hosting;

/// <summary>Reads small JSON bodies, or says why one cannot be read.</summary>
public static class JsonBodies
{
    private const int Largest = 8 * 1024;

    /// <param name="optional">Whether no body at all will do: then neither is set.</param>
    public static async Task<(T? Body, IResult? Refusal)> ReadJsonAsync<T>(this HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken, bool optional = false)
        where T : class
    {
        if (await request.ReadBodyAsync(Largest, cancellationToken) is not { } bytes)
        {
            return (null, Problem.TooLarge(Largest));
        }

        if (optional && bytes.Length == 0)
        {
            return (null, null);
        }

        try
        {
            if (JsonSerializer.Deserialize(bytes.Span, type) is { } body)
            {
                return (body, null);
            }
        }
        catch (JsonException)
        {
            // Answered below.
        }

        return (null, Problem.Malformed());
    }
}
