using System.Net;

namespace GitLabJira.Functions.GitLab;

/// <summary>What a failed GitLab call means for the caller.</summary>
public enum GitLabFailure
{
    /// <summary>401 with an expired or unknown token: refresh, then the next grant.</summary>
    Unauthorized,

    /// <summary>403: role, scope or IP restriction.</summary>
    Forbidden,

    /// <summary>404: gone or hidden, which GitLab does not tell apart.</summary>
    NotFound,

    /// <summary>429, or a budget of ours: wait as named.</summary>
    RateLimited,

    /// <summary>5xx, timeout or network: try later.</summary>
    Unavailable,

    /// <summary>Anything else: GitLab did not understand the request (our bug) or refused its content.</summary>
    Refused,
}

/// <summary>GitLab answered, but not with success, or not at all. Carries what a decision needs and nothing from the body, which may hold user data.</summary>
public sealed class GitLabRequestException(GitLabFailure failure, HttpStatusCode? status, TimeSpan? retryAfter, Exception? inner = null)
    : Exception($"GitLab answered {(status is { } code ? (int)code : 0)} ({failure}).", inner)
{
    public GitLabFailure Failure { get; } = failure;

    public HttpStatusCode? Status { get; } = status;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
