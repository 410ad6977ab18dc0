using GitLabJira.Sandbox.GitLab;

namespace GitLabJira.Sandbox.World;

/// <summary>When the initial sync began with projects, as GitLab saw it. Every attempt counts, also one at a project that was begun before: its first request asks for the project itself.</summary>
public static class ProjectStarts
{
    /// <summary>The limit of a link.</summary>
    public const int PerMinute = 20;

    private const string First = "GET projects/:id";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>In the order of time.</summary>
    public static IReadOnlyList<LoggedRequest> Of(RequestLog log) =>
        [.. log.Entries.Where(request => string.Equals(request.Endpoint, First, StringComparison.Ordinal)).OrderBy(request => request.At)];

    /// <summary>The most starts of any 60 seconds.</summary>
    public static int MostInAMinute(RequestLog log)
    {
        var starts = Of(log);
        var (most, first) = (0, 0);

        for (var last = 0; last < starts.Count; last++)
        {
            while (starts[last].At - starts[first].At >= Minute)
            {
                first++;
            }

            most = Math.Max(most, last - first + 1);
        }

        return most;
    }
}
