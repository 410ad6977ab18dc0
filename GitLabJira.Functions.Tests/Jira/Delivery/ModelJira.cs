using System.Net;

namespace GitLabJira.Functions.Tests.Jira.Delivery;

/// <summary>Keeps what it takes as Jira does: applies it late and in any order, by sequence, and deletes without looking at one.</summary>
internal sealed class ModelJira(Func<DateTimeOffset> now, Func<int, int> random)
{
    /// <summary>Accepted is applied within this many seconds.</summary>
    private const int Slowest = 300;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Sequence, string Content)> _held = new(StringComparer.Ordinal);
    private readonly List<(DateTimeOffset At, Action Apply)> _pending = [];

    public HttpResponseMessage Take(JiraCall call)
    {
        lock (_lock)
        {
            if (call.IsPost)
            {
                foreach (var entity in call.Body!["repositories"]!.AsArray().SelectMany(r => r!["pullRequests"]!.AsArray()))
                {
                    var (id, sequence, content) = ((string)entity!["id"]!, (long)entity["updateSequenceId"]!, (string)entity["title"]!);
                    Later(() =>
                    {
                        if (!_held.TryGetValue(id, out var held) || held.Sequence < sequence)
                        {
                            _held[id] = (sequence, content);
                        }
                    });
                }
            }
            else if (call.Method == HttpMethod.Delete)
            {
                var id = new Uri(new Uri("https://x"), call.PathAndQuery).Segments[^1];
                Later(() => _held.Remove(id));
            }
        }

        return ScriptedJira.Taken(call);
    }

    /// <summary>What it holds when all that was accepted is applied.</summary>
    public IReadOnlyDictionary<string, string> Settle()
    {
        lock (_lock)
        {
            foreach (var (_, apply) in _pending.OrderBy(p => p.At))
            {
                apply();
            }

            _pending.Clear();
            return _held.ToDictionary(h => h.Key, h => h.Value.Content, StringComparer.Ordinal);
        }
    }

    private void Later(Action apply)
    {
        foreach (var due in _pending.Where(p => p.At <= now()).OrderBy(p => p.At).ToList())
        {
            due.Apply();
            _pending.Remove(due);
        }

        _pending.Add((now() + TimeSpan.FromSeconds(random(Slowest)), apply));
    }
}
