using System.Collections;

namespace GitLabJira.Sandbox.Jira.Traffic;

/// <summary>The requests of a site in the order of their end. Long runs drop the oldest, and bodies sooner.</summary>
public sealed class RequestLog : IReadOnlyCollection<LoggedRequest>
{
    private const int Kept = 20_000;
    private const int BodiesKept = 500;

    private readonly Lock _lock = new();
    private readonly LinkedList<LoggedRequest> _requests = [];
    private readonly Queue<LinkedListNode<LoggedRequest>> _withBody = new();
    private long _number;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _requests.Count;
            }
        }
    }

    public IEnumerator<LoggedRequest> GetEnumerator()
    {
        lock (_lock)
        {
            return _requests.ToList().GetEnumerator();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The requests to Jira's API whose path begins so.</summary>
    public IReadOnlyList<LoggedRequest> To(string method, string pathPrefix) =>
        [.. this.Where(r => r.Method == method && r.Path.StartsWith(pathPrefix, StringComparison.Ordinal))];

    /// <summary>Forgets what was logged; numbers go on.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _requests.Clear();
            _withBody.Clear();
        }
    }

    internal long NextNumber() => Interlocked.Increment(ref _number);

    internal void Add(LoggedRequest request)
    {
        lock (_lock)
        {
            var node = _requests.AddLast(request);
            if (request.Body is not null)
            {
                _withBody.Enqueue(node);
            }

            if (_withBody.Count > BodiesKept)
            {
                var old = _withBody.Dequeue();
                old.Value = old.Value with { Body = null, Post = old.Value.Post is { } post ? post with { Accepted = [], Failed = [] } : null };
            }

            if (_requests.Count > Kept)
            {
                _requests.RemoveFirst();
            }
        }
    }
}
