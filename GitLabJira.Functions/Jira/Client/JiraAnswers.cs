using System.Globalization;
using System.Net;

namespace GitLabJira.Functions.Jira.Client;

/// <summary>Turns what Jira answers into a <see cref="JiraRequestException"/> (headers: <c>reference/atlassian.md</c> 6).</summary>
internal static class JiraAnswers
{
    private const string GlobalQuota = "jira-quota-global-based";
    private const string IssueWrites = "jira-per-issue-on-write";

    /// <summary>Quotas are counted per hour; a longer wait is a mistake that would stop a site for good.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(2);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    public static JiraRequestException Failure(HttpResponseMessage response, TimeProvider clock)
    {
        var wait = Wait(response, clock);
        var failure = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => JiraFailure.Unauthorized,
            HttpStatusCode.Forbidden => JiraFailure.Forbidden,
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.Gone => JiraFailure.Gone,
            HttpStatusCode.RequestTimeout => JiraFailure.Unavailable,
            HttpStatusCode.RequestEntityTooLarge => JiraFailure.TooLarge,
            HttpStatusCode.TooManyRequests => Names(response, IssueWrites) ? JiraFailure.IssueLimited : JiraFailure.RateLimited,
            HttpStatusCode.ServiceUnavailable => wait is null ? JiraFailure.Down : JiraFailure.RateLimited,
            >= HttpStatusCode.InternalServerError => JiraFailure.Unavailable,
            >= HttpStatusCode.BadRequest => JiraFailure.BadRequest,
            // A renamed site redirects; redirects are not followed, least of all with a body and a token.
            >= HttpStatusCode.MultipleChoices => JiraFailure.Gone,
            _ => JiraFailure.Unavailable,
        };

        return new JiraRequestException(
            failure, response.StatusCode, failure is JiraFailure.RateLimited or JiraFailure.IssueLimited ? wait : null, failure is JiraFailure.RateLimited && Names(response, GlobalQuota));
    }

    /// <summary>Whether the answer names this limit. The tenant's quota and the burst limit need no name: both are the site's, and both say how long.</summary>
    private static bool Names(HttpResponseMessage response, string limit) =>
        response.Headers.TryGetValues("RateLimit-Reason", out var reasons) && reasons.Any(r => r.Contains(limit, StringComparison.OrdinalIgnoreCase));

    private static TimeSpan? Wait(HttpResponseMessage response, TimeProvider clock)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - clock.GetUtcNow(),
            _ => Reset(response) is { } reset ? reset - clock.GetUtcNow() : (TimeSpan?)null,
        };

        return wait is not { } named ? null
            : named < ShortestWait ? ShortestWait
            : named > LongestWait ? LongestWait
            : named;
    }

    private static DateTimeOffset? Reset(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.TooManyRequests
        && response.Headers.TryGetValues("X-RateLimit-Reset", out var values)
        && DateTimeOffset.TryParse(values.First(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var reset)
            ? reset
            : null;
}
