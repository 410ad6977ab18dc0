using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Hooks;

/// <summary>Switches failing hooks off as GitLab 17.11 and later do: a pause from the 4th failure in a row, doubling to a day, for good at the 40th.</summary>
public static class AutoDisable
{
    private const int FailuresBeforePause = 3;

    private const int FailuresBeforeEnd = 39;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    public static bool IsExecutable(GitLabHook hook, DateTimeOffset now) => AlertStatus(hook, now) is "executable";

    public static string AlertStatus(GitLabHook hook, DateTimeOffset now)
    {
        if (hook.RecentFailures > FailuresBeforeEnd)
        {
            return "disabled";
        }

        return hook.RecentFailures > FailuresBeforePause && hook.DisabledUntil >= now ? "temporarily_disabled" : "executable";
    }

    public static GitLabHook AfterSuccess(GitLabHook hook) => hook.RecentFailures == 0 && hook.DisabledUntil is null ? hook : hook with { RecentFailures = 0, DisabledUntil = null };

    /// <summary>Failures that come in while the hook is off already do not count.</summary>
    public static GitLabHook AfterFailure(GitLabHook hook, DateTimeOffset now)
    {
        if (!IsExecutable(hook, now))
        {
            return hook;
        }

        var failures = hook.RecentFailures + 1;

        if (failures <= FailuresBeforePause)
        {
            return hook with { RecentFailures = failures };
        }

        // Eleven doublings are more than a day already.
        var doublings = Math.Min(hook.RecentFailures - FailuresBeforePause, 11);
        var pause = FirstPause * Math.Pow(2, doublings);
        return hook with { RecentFailures = failures, DisabledUntil = now + (pause < LongestPause ? pause : LongestPause) };
    }
}
