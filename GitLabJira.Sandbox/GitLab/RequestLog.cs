namespace GitLabJira.Sandbox.GitLab;

/// <summary>One answered request.</summary>
/// <param name="Endpoint">The pattern, such as <c>GET projects/:id/merge_requests</c>.</param>
/// <param name="Path">Without the query, which may hold secrets.</param>
public sealed record LoggedRequest(DateTimeOffset At, string Endpoint, string Path, long? UserId, int Status);

/// <summary>Remembers what was asked, and counts per endpoint since the start.</summary>
public sealed class RequestLog(int capacity = 50_000)
{
    private readonly Lock _gate = new();
    private readonly Queue<LoggedRequest> _entries = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public IReadOnlyList<LoggedRequest> Entries
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries];
            }
        }
    }

    public IReadOnlyDictionary<string, int> Counts
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<string, int>(_counts, StringComparer.Ordinal);
            }
        }
    }

    public int Total { get; private set; }

    /// <param name="endpoint">Such as <c>GET projects/:id/merge_requests</c>.</param>
    public int Count(string endpoint)
    {
        lock (_gate)
        {
            return _counts.GetValueOrDefault(endpoint);
        }
    }

    internal void Add(LoggedRequest request)
    {
        lock (_gate)
        {
            Total++;
            _counts[request.Endpoint] = _counts.GetValueOrDefault(request.Endpoint) + 1;
            _entries.Enqueue(request);

            if (_entries.Count > capacity)
            {
                _entries.Dequeue();
            }
        }
    }
}
