using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Configuration;

/// <summary>What the page's calls have in common.</summary>
internal static class PageCalls
{
    /// <summary>Reads a JSON object that is to be looked at field by field.</summary>
    public static async Task<(JsonElement? Body, IResult? Refusal)> ReadObjectAsync(HttpRequest request, int largest, CancellationToken cancellationToken)
    {
        if (await request.ReadBodyAsync(largest, cancellationToken) is not { } bytes)
        {
            return (null, Problem.TooLarge(largest));
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);

            if (document.RootElement.ValueKind is JsonValueKind.Object)
            {
                return (document.RootElement.Clone(), null);
            }
        }
        catch (JsonException)
        {
            // Answered below.
        }

        return (null, Problem.Malformed());
    }

    public static IResult Answer<T>(int status, T answer, JsonTypeInfo<T> type) => TypedResults.Json(answer, type, statusCode: status);
}
