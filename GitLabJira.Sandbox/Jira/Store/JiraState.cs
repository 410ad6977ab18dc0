using System.Text.Json;
using GitLabJira.LocalRuntime.Time;
using GitLabJira.Sandbox.Jira.Traffic;

namespace GitLabJira.Sandbox.Jira.Store;

/// <summary>What the site holds. Changes are accepted at once and applied later, each in its own time, so their order is by chance unless sequences order them.</summary>
public sealed class JiraState : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Violations _violations;
    private readonly bool _keepsHighest;
    private readonly ChangeQueue _queue;
    private readonly Dictionary<EntityKey, StoredEntity> _entities = [];
    private readonly Dictionary<string, HashSet<EntityKey>> _byIssue = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<EntityKey>> _byRepository = new(StringComparer.Ordinal);
    private readonly List<AutomationEvent> _automation = [];
    private long _version;

    internal JiraState(RuntimeClock clock, Violations violations, Func<IReadOnlyList<TimeSpan>> nextDelays, bool keepsHighest)
    {
        _violations = violations;
        _keepsHighest = keepsHighest;
        _queue = new(clock, nextDelays, Apply);
    }

    /// <summary>Grows with each applied change; the pages refresh by it.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>How much was accepted and not yet applied.</summary>
    public int PendingCount => _queue.Count;

    /// <summary>What the site's automation would have run, in the order of storing.</summary>
    public IReadOnlyList<AutomationEvent> Automation
    {
        get
        {
            lock (_lock)
            {
                return [.. _automation];
            }
        }
    }

    public IReadOnlyList<StoredEntity> All(params IReadOnlyCollection<EntityKind> kinds)
    {
        lock (_lock)
        {
            return [.. _entities.Values.Where(e => kinds.Count == 0 || kinds.Contains(e.Key.Kind)).OrderBy(e => e.Key.ToString(), StringComparer.Ordinal)];
        }
    }

    public int Count(EntityKind kind)
    {
        lock (_lock)
        {
            return _entities.Values.Count(e => e.Key.Kind == kind);
        }
    }

    public StoredEntity? Find(EntityKey key)
    {
        lock (_lock)
        {
            return _entities.GetValueOrDefault(key);
        }
    }

    /// <summary>What the issue's development panel shows.</summary>
    public IReadOnlyList<StoredEntity> OfIssue(string issueKey)
    {
        lock (_lock)
        {
            return _byIssue.TryGetValue(issueKey, out var keys) ? [.. keys.Select(k => _entities[k]).OrderByDescending(e => e.Sequence).ThenByDescending(e => e.Key.Id, StringComparer.Ordinal)] : [];
        }
    }

    public IReadOnlyList<StoredEntity> OfRepository(string repositoryId)
    {
        lock (_lock)
        {
            return _byRepository.TryGetValue(repositoryId, out var keys) ? [.. keys.Select(k => _entities[k]).OrderByDescending(e => e.Sequence).ThenByDescending(e => e.Key.Id, StringComparer.Ordinal)] : [];
        }
    }

    /// <summary>Waits in clock time until nothing that was accepted so far or meanwhile still has to be applied.</summary>
    public Task WhenSettledAsync(CancellationToken cancellationToken = default) => _queue.WhenEmptyAsync(cancellationToken);

    public void Dispose() => _queue.Dispose();

    internal void Accept(IEnumerable<Change> changes) => _queue.Add(changes);

    /// <summary>Removes everything at once, also what still waited: an uninstalled app's data is gone immediately.</summary>
    internal void Clear()
    {
        // The queue holds its lock while it applies, so it comes first here too.
        _queue.Clear();
        lock (_lock)
        {
            _entities.Clear();
            _byIssue.Clear();
            _byRepository.Clear();
            Interlocked.Increment(ref _version);
        }
    }

    private void Apply(Change change, DateTimeOffset now)
    {
        lock (_lock)
        {
            switch (change)
            {
                case Upsert upsert:
                    Store(upsert with { Entity = upsert.Entity with { StoredAt = now } });
                    break;
                case DeleteEntity delete:
                    Remove(delete.Key);
                    break;
                case DeleteRepository delete:
                    RemoveRepository(delete.RepositoryId);
                    break;
                case DeleteByProperties delete:
                    Remove(delete);
                    break;
            }

            Interlocked.Increment(ref _version);
        }
    }

    private void Remove(DeleteByProperties delete)
    {
        foreach (var match in _entities.Values.Where(e => e.Key.Kind == delete.Kind && e.Matches(delete.Properties)).ToList())
        {
            if (delete.Kind is EntityKind.Repository)
            {
                RemoveRepository(match.Key.Id);
            }
            else
            {
                Remove(match.Key);
            }
        }
    }

    private void Store(Upsert upsert)
    {
        var entity = upsert.Entity;
        var before = _entities.GetValueOrDefault(entity.Key);
        if (_keepsHighest && before is not null && entity.Sequence < before.Sequence)
        {
            return;
        }

        if (before is not null && entity.Sequence == before.Sequence)
        {
            if (!JsonElement.DeepEquals(before.Data, entity.Data))
            {
                _violations.Add(ViolationKind.AmbiguousSequence, $"{entity.Key} came twice with sequence {entity.Sequence} and different content.", entity.RequestNumber);
            }

            // Jira's text for builds is "less than or equal to": the later of two equals is dropped.
            if (entity.Key.Kind is EntityKind.Build)
            {
                return;
            }
        }

        if (before is not null)
        {
            Remove(before.Key);
        }

        _entities[entity.Key] = entity;
        foreach (var issue in entity.IssueKeys)
        {
            Index(_byIssue, issue).Add(entity.Key);
        }

        if (entity.Key.RepositoryId is { } repository)
        {
            Index(_byRepository, repository).Add(entity.Key);
        }

        if (!upsert.PreventTransitions)
        {
            _automation.AddRange(AutomationRules.Of(before, entity));
        }
    }

    private void RemoveRepository(string id)
    {
        foreach (var key in _byRepository.TryGetValue(id, out var inside) ? inside.ToList() : [])
        {
            Remove(key);
        }

        Remove(EntityKey.Repository(id));
    }

    private void Remove(EntityKey key)
    {
        if (!_entities.Remove(key, out var entity))
        {
            return;
        }

        foreach (var issue in entity.IssueKeys)
        {
            _byIssue[issue].Remove(key);
        }

        if (key.RepositoryId is { } repository)
        {
            _byRepository[repository].Remove(key);
        }
    }

    private static HashSet<EntityKey> Index(Dictionary<string, HashSet<EntityKey>> index, string name)
    {
        if (!index.TryGetValue(name, out var keys))
        {
            index[name] = keys = [];
        }

        return keys;
    }
}
