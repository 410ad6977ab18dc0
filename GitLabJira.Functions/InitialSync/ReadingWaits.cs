using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Projects;

namespace GitLabJira.Functions.InitialSync;

/// <summary>What a failed read means for a sync: how long to wait, and in which words the page says so.</summary>
internal static class ReadingWaits
{
    private static readonly TimeSpan Unnamed = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Person = TimeSpan.FromMinutes(15);

    /// <returns>Null when waiting does not help.</returns>
    public static TimeSpan? After(Exception failure) => failure switch
    {
        NoUsableGrantException => Person,
        GitLabRequestException { Failure: GitLabFailure.RateLimited, RetryAfter: { } named } => named,
        GitLabRequestException { Failure: GitLabFailure.RateLimited or GitLabFailure.Unavailable } => Unnamed,
        GitLabRequestException { Failure: GitLabFailure.Unauthorized } => Person,
        _ => null,
    };

    public static string Code(Exception failure) => failure switch
    {
        NoUsableGrantException or GitLabRequestException { Failure: GitLabFailure.Unauthorized } => SyncReasons.NeedsSignIn,
        GitLabRequestException { Failure: GitLabFailure.RateLimited } => SyncReasons.RateLimited,
        GitLabRequestException { Failure: GitLabFailure.Unavailable } => SyncReasons.Unavailable,
        _ => SyncReasons.Other,
    };

    public static string Words(Exception failure) => failure switch
    {
        NoUsableGrantException => "Nobody who may read this group is signed in to GitLab.",
        GitLabRequestException { Failure: GitLabFailure.RateLimited } => "GitLab asks to slow down.",
        GitLabRequestException { Failure: GitLabFailure.Unavailable } => "GitLab does not answer.",
        GitLabRequestException { Failure: GitLabFailure.Unauthorized } => "GitLab no longer accepts the sign-in.",
        GitLabRequestException { Failure: GitLabFailure.Forbidden } => "GitLab refuses access (403).",
        GitLabRequestException { Failure: GitLabFailure.NotFound } => "It is gone or hidden (404).",
        GitLabRequestException { Status: { } status } => $"GitLab refused the request ({(int)status}).",
        _ => "The app failed; its log tells more.",
    };
}
