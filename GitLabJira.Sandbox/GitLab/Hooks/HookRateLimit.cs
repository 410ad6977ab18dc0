using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Hooks;

/// <summary>Counts deliveries per top-level namespace and minute. When they are used up, all hooks of the namespace are silent until the next minute.</summary>
internal sealed class HookRateLimit
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Minute, int Used)> _used = new(StringComparer.OrdinalIgnoreCase);

    public bool Takes(string rootPath, GitLabPlan plan, DateTimeOffset now)
    {
        var minute = now.ToUnixTimeSeconds() / 60;

        lock (_gate)
        {
            var (last, used) = _used.GetValueOrDefault(rootPath);
            used = last == minute ? used : 0;

            if (used >= PerMinute(plan))
            {
                return false;
            }

            _used[rootPath] = (minute, used + 1);
            return true;
        }
    }

    /// <summary>gitlab.com's figures; for paid plans those of the smallest seat counts.</summary>
    private static int PerMinute(GitLabPlan plan) => plan switch
    {
        GitLabPlan.Free => 500,
        GitLabPlan.Premium => 1_600,
        _ => 6_000,
    };
}
