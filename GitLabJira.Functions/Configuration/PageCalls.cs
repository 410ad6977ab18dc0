using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Configuration;

/// <summary>What the page's calls have in common.</summary>
internal static class PageCalls
{
    public static IResult Answer<T>(int status, T answer, JsonTypeInfo<T> type) => TypedResults.Json(answer, type, statusCode: status);
}
