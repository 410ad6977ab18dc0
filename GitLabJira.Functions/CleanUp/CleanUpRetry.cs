using Microsoft.DurableTask;

namespace GitLabJira.Functions.CleanUp;

/// <summary>How often a step of a clean-up is tried.</summary>
internal static class CleanUpRetry
{
    /// <summary>For steps on our own storage and at Jira: about a week, then an operator must look.</summary>
    public static readonly TaskOptions Patient = TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxNumberOfAttempts: 200, firstRetryInterval: TimeSpan.FromSeconds(5), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromHours(1)));

    /// <summary>For steps that may fail for good, because GitLab is gone or nobody's grant works any more.</summary>
    public static readonly TaskOptions Brief = TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxNumberOfAttempts: 4, firstRetryInterval: TimeSpan.FromSeconds(10), backoffCoefficient: 3));
}
