using System.Net;

namespace GitLabJira.Functions.Jira.Client;

/// <summary>What a failed call to Jira means for the caller (failure table, design 9).</summary>
public enum JiraFailure
{
    /// <summary>400 and its kin: Jira did not understand the request as a whole. Halve it until the bad entity stands alone.</summary>
    BadRequest,

    /// <summary>413: halve it.</summary>
    TooLarge,

    /// <summary>401: the secret is not the one that Jira knows.</summary>
    Unauthorized,

    /// <summary>403: the app lacks the module or scope of this API family, or a rule of the site blocks it.</summary>
    Forbidden,

    /// <summary>404, 405, 410 or a redirect: the site is gone or renamed. On a DELETE or GET it means done.</summary>
    Gone,

    /// <summary>429, or 503 with <c>Retry-After</c>: wait as named.</summary>
    RateLimited,

    /// <summary>429 because one issue is written too often: find the entity that names it, and let that one wait.</summary>
    IssueLimited,

    /// <summary>503 without a word: ask <c>/status</c> before the next attempt.</summary>
    Down,

    /// <summary>5xx, timeout or network: back off. What was sent may have been applied.</summary>
    Unavailable,
}

/// <summary>Jira answered, but not with success, or not at all. Carries what a decision needs and nothing from the body, which may hold user data.</summary>
public sealed class JiraRequestException(JiraFailure failure, HttpStatusCode? status, TimeSpan? retryAfter, bool allSites = false, Exception? inner = null)
    : Exception($"Jira answered {(status is { } code ? (int)code : 0)} ({failure}).", inner)
{
    public JiraFailure Failure { get; } = failure;

    public HttpStatusCode? Status { get; } = status;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The quota of the whole app is used up (<c>RateLimit-Reason: jira-quota-global-based</c>): no site may be called.</summary>
    public bool AllSites { get; } = allSites;
}
