using System.Globalization;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Configuration;

/// <summary>Why something was not done, for a program and for a person.</summary>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="RetryAfter">When it may work, where somebody named that.</param>
/// <param name="RunId">The sync that is in the way.</param>
/// <param name="Groups">The groups in Jira of which one is required.</param>
public sealed record Refusal(int Status, string Reason, string Detail, string? Field = null, TimeSpan? RetryAfter = null, string? RunId = null, IReadOnlyList<string>? Groups = null)
{
    public static Refusal NotSignedIn { get; } = new(StatusCodes.Status401Unauthorized, Reasons.NotSignedIn, "Sign in to GitLab first.");

    public static Refusal GitLabRefused { get; } = new(
        StatusCodes.Status502BadGateway, Reasons.GitLabRefused, "GitLab refused the request. Its administrators may have restricted who may call it, or from where.");

    public static Refusal HookRefused { get; } = new(
        StatusCodes.Status422UnprocessableEntity, Reasons.HookRefused, "GitLab refused the webhook. It may have too many hooks already, or forbid hooks to this app's address.");

    /// <summary>No grant of the installation works for the group: the person who asks may well be signed in.</summary>
    public static Refusal NeedsMaintainer { get; } = new(
        StatusCodes.Status409Conflict, Reasons.NeedsMaintainer, "Nobody who signed in to GitLab here is a Maintainer of this group. Sign in as one.");

    public static Refusal LinkingWaits { get; } = new(
        StatusCodes.Status503ServiceUnavailable, Reasons.Linking, "GitLab does not answer just now. The group is linked as soon as it does.");

    public static Refusal BadField(string field, string rule) =>
        new(StatusCodes.Status422UnprocessableEntity, Reasons.BadField, $"{field} {rule}", field);

    /// <summary>What GitLab's failure means for the page.</summary>
    /// <param name="refused">What it means that GitLab refused this request in particular.</param>
    public static Refusal Of(GitLabRequestException exception, Refusal? refused = null) => exception.Failure switch
    {
        GitLabFailure.Unauthorized => NotSignedIn,
        GitLabFailure.RateLimited => new(
            StatusCodes.Status503ServiceUnavailable, Reasons.GitLabRateLimited, "GitLab limits the number of requests just now. Try again in a minute.", RetryAfter: exception.RetryAfter),
        GitLabFailure.Unavailable => new(
            StatusCodes.Status503ServiceUnavailable, Reasons.GitLabUnavailable, "GitLab does not answer just now. Try again in a minute.", RetryAfter: exception.RetryAfter),
        _ => refused ?? GitLabRefused,
    };

    public IResult ToResult(HttpResponse response)
    {
        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return Problem.Of(Status, Reason, Detail, Field, RunId, Groups);
    }
}
