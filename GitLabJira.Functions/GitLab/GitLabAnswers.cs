using System.Globalization;
using System.Net;
using GitLabJira.Functions.GitLab.Instances;
using Polly;
using Polly.CircuitBreaker;

namespace GitLabJira.Functions.GitLab;

/// <summary>Turns what GitLab answers, or fails to answer, into a <see cref="GitLabRequestException"/>.</summary>
internal static class GitLabAnswers
{
    /// <summary>GitLab's limits are counted per minute; some of them send a 429 without any header.</summary>
    private static readonly TimeSpan UnnamedLimit = TimeSpan.FromMinutes(1);

    /// <summary>Sends to a known instance only.</summary>
    /// <param name="host">The instance that the request's address was built from.</param>
    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, IInstances instances, Uri host, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!await instances.KnowsAsync(host, cancellationToken))
        {
            throw new GitLabRequestException(GitLabFailure.Refused, status: null, retryAfter: null);
        }

        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (BrokenCircuitException exception)
        {
            throw new GitLabRequestException(GitLabFailure.Unavailable, null, exception.RetryAfter, exception);
        }
        catch (Exception exception) when (
            exception is HttpRequestException or ExecutionRejectedException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new GitLabRequestException(GitLabFailure.Unavailable, null, retryAfter: null, exception);
        }
    }

    public static GitLabRequestException Failure(HttpResponseMessage response, TimeProvider clock)
    {
        var failure = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => GitLabFailure.Unauthorized,
            HttpStatusCode.Forbidden => GitLabFailure.Forbidden,
            HttpStatusCode.NotFound => GitLabFailure.NotFound,
            HttpStatusCode.TooManyRequests => GitLabFailure.RateLimited,
            HttpStatusCode.RequestTimeout => GitLabFailure.Unavailable,
            >= HttpStatusCode.InternalServerError => GitLabFailure.Unavailable,
            _ => GitLabFailure.Refused,
        };

        return new GitLabRequestException(failure, response.StatusCode, Wait(response, failure, clock));
    }

    private static TimeSpan? Wait(HttpResponseMessage response, GitLabFailure failure, TimeProvider clock)
    {
        switch (response.Headers.RetryAfter)
        {
            case { Delta: { } delta }:
                return delta;
            case { Date: { } date }:
                return NotNegative(date - clock.GetUtcNow());
        }

        if (failure is not GitLabFailure.RateLimited)
        {
            return null;
        }

        if (Header(response, "RateLimit-Reset") is { } reset
            && long.TryParse(reset, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return NotNegative(DateTimeOffset.FromUnixTimeSeconds(seconds) - clock.GetUtcNow());
        }

        if (Header(response, "RateLimit-ResetTime") is { } resetTime
            && DateTimeOffset.TryParse(resetTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return NotNegative(time - clock.GetUtcNow());
        }

        return UnnamedLimit;
    }

    public static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static TimeSpan NotNegative(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;
}
