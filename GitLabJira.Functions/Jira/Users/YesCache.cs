using System.Collections.Concurrent;
using GitLabJira.Functions.Jira.Installations;

namespace GitLabJira.Functions.Jira.Users;

/// <summary>Remembers for 60 s who was a site admin (design 6.10). Only a yes is kept: who has just been made one shall not wait.</summary>
public sealed class YesCache(TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<(string ClientKey, int Epoch, string AccountId), DateTimeOffset> _until = new();

    public bool Holds(Installation installation, string accountId) =>
        _until.TryGetValue(Key(installation, accountId), out var until) && clock.GetUtcNow() < until;

    public void Keep(Installation installation, string accountId)
    {
        var now = clock.GetUtcNow();

        foreach (var (old, _) in _until.Where(entry => entry.Value <= now))
        {
            _until.TryRemove(old, out _);
        }

        _until[Key(installation, accountId)] = now + Life;
    }

    public void Drop(Installation installation, string accountId) => _until.TryRemove(Key(installation, accountId), out _);

    private static (string ClientKey, int Epoch, string AccountId) Key(Installation installation, string accountId) => (installation.ClientKey, installation.Epoch, accountId);
}
