using System.Runtime.CompilerServices;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Tests.Relay.Convergence;

/// <summary>Delivery, <c>Sent</c> and Jira in one: the newest sequence wins, the same content only confirms, what differs and is not newer is looked at once more. Delivery of what was submitted takes a while.</summary>
internal sealed class SimulatedJira(SimulatedTime time, Random random) : IDelivery, ISent
{
    private readonly Dictionary<(EntityKind Kind, string Id), SentEntity> _sent = [];
    private long _last;

    public Dictionary<(EntityKind Kind, string Id), EntityChange> Holds { get; } = [];

    public int Changes { get; private set; }

    public ILooks? Looks { get; set; }

    public Task<SentEntity?> FindAsync(EntityRef entity, CancellationToken cancellationToken) => Task.FromResult(_sent.GetValueOrDefault((entity.Kind, entity.EntityId)));

    public long NextSequence(SentEntity? held, Lane lane)
    {
        _last = Math.Max(_last + 1, time.Now.ToUnixTimeMilliseconds() * 1000);
        return lane is Lane.Live ? Math.Max(_last, (held?.Sequence ?? 0) + 1) : _last - 60_000_000;
    }

    public async Task SubmitAsync(Link link, Lane lane, IReadOnlyList<EntityChange> changes, CancellationToken cancellationToken)
    {
        await time.DelayAsync(TimeSpan.FromMilliseconds(random.Next(0, 3000)));

        foreach (var change in changes)
        {
            await TakeAsync(change, cancellationToken);
        }
    }

    public Task AppendBackfillAsync(Link link, IReadOnlyList<EntityChange> changes, CancellationToken cancellationToken)
    {
        foreach (var change in changes)
        {
            // It waits in the outbox, and takes its turn among live news.
            time.At(time.Now.AddSeconds(random.Next(0, 120)), () => TakeAsync(change, cancellationToken));
        }

        return Task.CompletedTask;
    }

    public Task WakeAsync(string clientKey, CancellationToken cancellationToken) => Task.CompletedTask;

    public async IAsyncEnumerable<SentEntity> ListAsync(Guid linkId, long projectId, EntityKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;

        foreach (var sent in _sent.Values)
        {
            yield return sent;
        }
    }

    private async Task TakeAsync(EntityChange change, CancellationToken cancellationToken)
    {
        var key = (change.Entity.Kind, change.Entity.EntityId);
        var hash = ContentHash.Of(change);
        var held = _sent.GetValueOrDefault(key);

        if (held?.Sequence >= change.Sequence)
        {
            if (!string.Equals(held.ContentHash, hash, StringComparison.Ordinal))
            {
                await Looks!.RequestAsync(change.Entity, TimeSpan.FromSeconds(2), cancellationToken);
            }

            return;
        }

        if (held is not null && string.Equals(held.ContentHash, hash, StringComparison.Ordinal))
        {
            _sent[key] = held with { Sequence = change.Sequence };
            return;
        }

        Changes++;
        _sent[key] = new SentEntity
        {
            Kind = change.Entity.Kind,
            EntityId = change.Entity.EntityId,
            Sequence = change.Sequence,
            ContentHash = hash,
            Keys = change.Keys,
            Tombstone = change.Body is null,
            SentAt = time.Now,
        };

        if (change.Body is null)
        {
            Holds.Remove(key);
        }
        else
        {
            Holds[key] = change;
        }
    }
}
