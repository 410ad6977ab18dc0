using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GitLabJira.Functions.Configuration;

/// <summary>What the page's calls have in common.</summary>
internal static class PageCalls
{
    private const int LargestBody = 8 * 1024;

    /// <summary>Reads a small JSON body.</summary>
    public static async Task<(T? Body, IResult? Refusal)> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        if (await request.ReadBodyAsync(LargestBody, cancellationToken) is not { } bytes)
        {
            return (null, Problem.TooLarge(LargestBody));
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

        return (null, Malformed());
    }

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

        return (null, Malformed());
    }

    public static IResult Answer<T>(int status, T answer, JsonTypeInfo<T> type) => TypedResults.Json(answer, type, statusCode: status);

    private static ProblemHttpResult Malformed() => Problem.Of(StatusCodes.Status400BadRequest, Reasons.MalformedBody, "The body is not the JSON object that this call takes.");
}
