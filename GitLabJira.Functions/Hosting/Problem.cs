using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GitLabJira.Functions.Hosting;

/// <summary>Answers with a reason: a code for programs, a sentence for people (RFC 9457, <c>application/problem+json</c>).</summary>
public static class Problem
{
    /// <param name="reason">A stable code in <c>snake_case</c>, which the page and tests go by.</param>
    /// <param name="detail">One sentence without anything from the request but names of fields.</param>
    /// <param name="field">The field at fault, where there is one.</param>
    /// <param name="groups">The groups of which one is required, where that is it.</param>
    /// <param name="runId">The run that is in the way, where there is one.</param>
    public static ProblemHttpResult Of(int status, string reason, string detail, string? field = null, string? runId = null, IReadOnlyList<string>? groups = null)
    {
        var extensions = new Dictionary<string, object?>(StringComparer.Ordinal) { ["reason"] = reason };

        if (field is not null)
        {
            extensions["field"] = field;
        }

        if (runId is not null)
        {
            extensions["runId"] = runId;
        }

        if (groups is not null)
        {
            extensions["groups"] = groups;
        }

        return TypedResults.Problem(detail, statusCode: status, extensions: extensions);
    }

    /// <summary>401 without detail: whoever may not come in learns nothing.</summary>
    public static ProblemHttpResult Unauthorized() => Of(StatusCodes.Status401Unauthorized, "unauthorized", "Authentication failed.");

    public static ProblemHttpResult Malformed() => Of(StatusCodes.Status400BadRequest, "malformed_body", "The body is not the JSON object that this call takes.");

    public static ProblemHttpResult TooLarge(int limit) =>
        Of(StatusCodes.Status413PayloadTooLarge, "body_too_large", $"The body is larger than {limit} bytes.");
}
