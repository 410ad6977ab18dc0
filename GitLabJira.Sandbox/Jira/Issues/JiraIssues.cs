using System.Globalization;

namespace GitLabJira.Sandbox.Jira.Issues;

/// <summary>Projects and issues of a site, by key and by id.</summary>
public sealed class JiraIssues
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, JiraProject> _projects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JiraIssue> _issues = new(StringComparer.Ordinal);
    private readonly Dictionary<long, string> _keysById = [];

    internal JiraIssues(TimeProvider clock, JiraUsers users)
    {
        _clock = clock;
        var people = users.All;
        foreach (var project in IssueSeed.Projects)
        {
            AddProject(project.Key, project.Name);
            foreach (var (summary, index) in project.Summaries.Select((s, i) => (s, i)))
            {
                Add(project.Key, summary, IssueSeed.TypeOf(summary), IssueSeed.StatusOf(index), people[index % people.Count].AccountId);
            }
        }
    }

    public IReadOnlyList<JiraProject> Projects
    {
        get
        {
            lock (_lock)
            {
                return [.. _projects.Values];
            }
        }
    }

    public IReadOnlyList<JiraIssue> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _issues.Values];
            }
        }
    }

    public JiraProject AddProject(string key, string name)
    {
        lock (_lock)
        {
            return _projects[key] = new(10000 + _projects.Count, key, name);
        }
    }

    /// <summary>Creates the project's next issue.</summary>
    public JiraIssue Add(string projectKey, string summary, string type = "Task", string status = "To Do", string? assigneeId = null)
    {
        lock (_lock)
        {
            var project = _projects[projectKey];
            var number = _issues.Values.Count(i => i.Project.Key == projectKey) + 1;
            return Keep(project, number, summary, type, status, assigneeId ?? "");
        }
    }

    /// <summary>Creates issues up to the given number, so that keys which a test's data names exist.</summary>
    public void EnsureUpTo(string projectKey, int number)
    {
        lock (_lock)
        {
            var project = _projects.TryGetValue(projectKey, out var known) ? known : AddProject(projectKey, projectKey);
            for (var next = 1; next <= number; next++)
            {
                if (!_issues.ContainsKey($"{projectKey}-{next}"))
                {
                    Keep(project, next, $"{project.Name} {next}", "Task", "To Do", "");
                }
            }
        }
    }

    /// <summary>By key, exactly as Jira writes it, or by numeric id.</summary>
    public JiraIssue? Find(string keyOrId)
    {
        lock (_lock)
        {
            var key = long.TryParse(keyOrId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && _keysById.TryGetValue(id, out var known) ? known : keyOrId;
            return _issues.GetValueOrDefault(key);
        }
    }

    public JiraProject? FindProject(string key)
    {
        lock (_lock)
        {
            return _projects.GetValueOrDefault(key);
        }
    }

    /// <summary>Deletes the issue; what refers to it becomes an unknown key.</summary>
    public void Remove(string key)
    {
        lock (_lock)
        {
            if (_issues.Remove(key, out var issue))
            {
                _keysById.Remove(issue.Id);
            }
        }
    }

    private JiraIssue Keep(JiraProject project, int number, string summary, string type, string status, string assigneeId)
    {
        var issue = new JiraIssue(10001 + _keysById.Count, $"{project.Key}-{number}", project, summary, type, status, number % 5 == 0 ? "High" : "Medium", assigneeId, _clock.GetUtcNow());
        while (_keysById.ContainsKey(issue.Id))
        {
            issue = issue with { Id = issue.Id + 1 };
        }

        _keysById[issue.Id] = issue.Key;
        return _issues[issue.Key] = issue;
    }
}
