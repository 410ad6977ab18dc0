using System.Text.Json.Serialization.Metadata;
using GitLabJira.Functions.Configuration;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GitLabJira.Functions.CreateBranch;

/// <summary>Reason codes of the branch page's calls, beside those of <see cref="Reasons"/> for GitLab's failures and for who is not signed in. The page and tests go by them; do not rename.</summary>
public static class BranchReasons
{
    public const string TicketUsed = "ticket_used";
    public const string SessionStarted = "session_started";
    public const string SessionEnded = "session_ended";
    public const string Shown = "shown";
    public const string Listed = "listed";
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
}

/// <summary>Answers of the branch page's calls: how they answer, and how they refuse.</summary>
internal static class BranchAnswers
{
    public static IResult NotSignedIn => Of(Refusal.NotSignedIn);

    public static IResult Refused => Of(Refusal.GitLabRefused);

    public static IResult SessionEnded => Problem.Of(
        StatusCodes.Status401Unauthorized, BranchReasons.SessionEnded, "This page is over an hour old, or was not opened from Jira. Choose \"Create branch\" in the issue again.");

    public static IResult ProjectNotFound => Problem.Of(
        StatusCodes.Status404NotFound, BranchReasons.ProjectNotFound, "There is no such project in the groups that are linked to this Jira site, or you do not see it in GitLab.");

    public static IResult BadField(string field, string rule) => Problem.Of(StatusCodes.Status422UnprocessableEntity, BranchReasons.BadField, $"{field} {rule}", field);

    public static IResult Answer<T>(int status, T answer, JsonTypeInfo<T> type) => TypedResults.Json(answer, type, statusCode: status);

    /// <summary>What GitLab's failure means for the page: the same as for the configuration page.</summary>
    public static IResult Of(GitLabRequestException exception, HttpResponse response) => Refusal.Of(exception).ToResult(response);

    private static ProblemHttpResult Of(Refusal refusal) => Problem.Of(refusal.Status, refusal.Reason, refusal.Detail);
}
