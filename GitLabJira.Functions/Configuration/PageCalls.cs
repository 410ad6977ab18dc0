using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;

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

        return (null, Problem.Of(StatusCodes.Status400BadRequest, Reasons.MalformedBody, "The body is not the JSON object that this call takes."));
    }

    public static IResult Answer<T>(int status, T answer, JsonTypeInfo<T> type) => TypedResults.Json(answer, type, statusCode: status);
}
