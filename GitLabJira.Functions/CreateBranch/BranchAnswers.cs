using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.CreateBranch;

/// <summary>Reason codes of the branch page's calls. The page and tests go by them; do not rename.</summary>
public static class BranchReasons
{
    public const string TicketUsed = "ticket_used";
    public const string SessionStarted = "session_started";
    public const string SessionEnded = "session_ended";
    public const string Shown = "shown";
    public const string Listed = "listed";
    public const string NotSignedIn = "not_signed_in";
    public const string SignInStarted = "sign_in_started";
    public const string SignedIn = "signed_in";
    public const string SignedOut = "signed_out";
    public const string SignInExpired = "sign_in_expired";
    public const string SignInOfSomeoneElse = "sign_in_of_someone_else";
    public const string CodeRefused = "code_refused";
    public const string GitLabUserUnknown = "gitlab_user_unknown";
    public const string InstanceUnknown = "gitlab_instance_unknown";
    public const string ProjectNotFound = "project_not_found";
    public const string BranchCreated = "branch_created";
    public const string BranchExists = "branch_exists";
    public const string SourceNotFound = "source_not_found";
    public const string NoPushRight = "no_push_right";
    public const string NameProtected = "name_protected";
    public const string BadField = "bad_field";
    public const string GitLabRefused = "gitlab_refused";
    public const string GitLabRateLimited = "gitlab_rate_limited";
    public const string GitLabUnavailable = "gitlab_unavailable";
}

/// <summary>Answers of the branch page's calls: how they answer, and how they refuse.</summary>
internal static class BranchAnswers
{
    public static IResult NotSignedIn => Problem.Of(StatusCodes.Status401Unauthorized, BranchReasons.NotSignedIn, "Sign in to GitLab first.");

    public static IResult SessionEnded => Problem.Of(
        StatusCodes.Status401Unauthorized, BranchReasons.SessionEnded, "This page is over an hour old, or was not opened from Jira. Choose \"Create branch\" in the issue again.");

    public static IResult ProjectNotFound => Problem.Of(
        StatusCodes.Status404NotFound, BranchReasons.ProjectNotFound, "There is no such project in the groups that are linked to this Jira site, or you do not see it in GitLab.");

    public static IResult BadField(string field, string rule) => Problem.Of(StatusCodes.Status422UnprocessableEntity, BranchReasons.BadField, $"{field} {rule}", field);

    public static IResult Answer<T>(int status, T answer, JsonTypeInfo<T> type) => TypedResults.Json(answer, type, statusCode: status);

    /// <summary>What GitLab's failure means for the page.</summary>
    public static IResult Of(GitLabRequestException exception, HttpResponse response)
    {
        if (exception.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return exception.Failure switch
        {
            GitLabFailure.Unauthorized => NotSignedIn,
            GitLabFailure.RateLimited => Problem.Of(
                StatusCodes.Status503ServiceUnavailable, BranchReasons.GitLabRateLimited, "GitLab limits the number of requests just now. Try again in a minute."),
            GitLabFailure.Unavailable => Problem.Of(StatusCodes.Status503ServiceUnavailable, BranchReasons.GitLabUnavailable, "GitLab does not answer just now. Try again in a minute."),
            _ => Refused,
        };
    }

    public static IResult Refused => Problem.Of(
        StatusCodes.Status502BadGateway, BranchReasons.GitLabRefused, "GitLab refused the request. Its administrators may have restricted who may call it, or from where.");
}
