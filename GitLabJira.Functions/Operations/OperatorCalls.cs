using System.Buffers;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Poison;
using GitLabJira.Functions.Storage;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Operations;

/// <summary>What the operator's calls have in common: a function key lets in, bad fields are named.</summary>
internal static class OperatorCalls
{
    public const string Failures = "operations/failures";
    public const string BadField = "bad_field";
    public const string Listed = "listed";

    private const int UsualPage = 100;
    private const int IdLength = 32;

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");
    private static readonly string[] Queues = [QueueNames.GitLabEvents, QueueNames.JiraDeliveries, QueueNames.JiraBackfill, QueueNames.Reconciles, Failure.Outbox];

    public static IResult Answer<T>(int status, T answer, JsonTypeInfo<T> type) => TypedResults.Json(answer, type, statusCode: status);

    public static IResult Bad(string field, string rule) => Problem.Of(StatusCodes.Status422UnprocessableEntity, BadField, $"{field} {rule}", field);

    public static IResult NotFound() => Problem.Of(StatusCodes.Status404NotFound, "failure_not_found", "There is no such failure: it was replayed or dropped, or never there.", "id");

    public static (FailureFilter? Filter, IResult? Refusal) Filter(HttpRequest request)
    {
        var queue = Text(request, "queue");

        if (queue is not null && !Queues.Contains(queue, StringComparer.Ordinal))
        {
            return (null, Bad("queue", $"must be one of: {string.Join(", ", Queues)}."));
        }

        if (Text(request, "link") is not { } link)
        {
            return (new FailureFilter(queue), null);
        }

        return Guid.TryParse(link, out var linkId) ? (new FailureFilter(queue, linkId), null) : (null, Bad("link", "must be the id of a link."));
    }

    /// <returns>Where the page begins, and how long it is.</returns>
    public static (string? After, int Limit, IResult? Refusal) Page(HttpRequest request)
    {
        var (after, text) = (Text(request, "after"), Text(request, "limit"));

        if (after is not null && !IsId(after))
        {
            return (null, 0, Bad("after", "must be the id with which the page before ended."));
        }

        var limit = UsualPage;

        return text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is > 0 and <= OperatorDesk.LargestPage)
            ? (after, limit, null)
            : (null, 0, Bad("limit", string.Create(CultureInfo.InvariantCulture, $"must be a number from 1 to {OperatorDesk.LargestPage}.")));
    }

    public static bool IsId(string id) => id.Length == IdLength && !id.AsSpan().ContainsAnyExcept(Hexadecimal);

    public static string? Text(HttpRequest request, string field) => request.Query[field].ToString() is { Length: > 0 } text ? text : null;
}
