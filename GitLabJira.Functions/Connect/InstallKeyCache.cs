using System.Collections.Concurrent;

namespace GitLabJira.Functions.Connect;

/// <summary>Keeps install keys for ten minutes: enough for a burst of installs, short enough that a key which Atlassian takes back is soon of no use.</summary>
public sealed class InstallKeyCache(TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, (string Pem, DateTimeOffset Until)> _keys = new(StringComparer.Ordinal);

    public string? Find(string kid) => _keys.TryGetValue(kid, out var key) && clock.GetUtcNow() < key.Until ? key.Pem : null;

    public void Keep(string kid, string pem)
    {
        var now = clock.GetUtcNow();

        foreach (var (old, _) in _keys.Where(key => key.Value.Until <= now))
        {
            _keys.TryRemove(old, out _);
        }

        _keys[kid] = (pem, now + Life);
    }
}
