using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;

namespace GitLabJira.Functions.Tests.Relay.Convergence;

/// <summary>The look log without its table.</summary>
internal sealed class SimulatedLookLog(SimulatedTime time) : ILookLog
{
    private readonly Dictionary<(EntityKind, string), LookNote> _latest = [];
    private readonly Dictionary<(EntityKind, string), DateTimeOffset> _finished = [];

    public Task<KnownLooks> ReadAsync(EntityRef entity, CancellationToken cancellationToken) =>
        Task.FromResult(new KnownLooks(entity, _finished.TryGetValue((entity.Kind, entity.EntityId), out var at) ? at : null, Deliveries: []));

    public KnownLooks PresumeNone(EntityRef entity) => new(entity, FinishedAt: null, Deliveries: []);

    public Task<LookNote> BeginAsync(EntityRef entity, KnownLooks? known, CancellationToken cancellationToken)
    {
        var key = (entity.Kind, entity.EntityId);
        var note = new LookNote(entity, Guid.NewGuid().ToString("N"), time.Now, _latest.GetValueOrDefault(key)?.Begun);
        _latest[key] = note;
        return Task.FromResult(note);
    }

    public Task NoteAsync(EntityRef entity, CancellationToken cancellationToken) => BeginAsync(entity, known: null, cancellationToken);

    public async Task<bool> TryEndAsync(IReadOnlyCollection<LookNote> looks, LookEnd? end, CancellationToken cancellationToken)
    {
        foreach (var look in looks)
        {
            if (await IsCrowdedAsync(look, cancellationToken))
            {
                return false;
            }
        }

        if (end is not null)
        {
            await EndAsync(end, cancellationToken);
        }

        return true;
    }

    public Task EndAsync(LookEnd end, CancellationToken cancellationToken)
    {
        if (end.Begun is { } begun)
        {
            _finished[(end.Entity.Kind, end.Entity.EntityId)] = begun;
        }

        return Task.CompletedTask;
    }

    public Task<DateTimeOffset?> LastJudgedAsync(EntityRef entity, CancellationToken cancellationToken) =>
        Task.FromResult(_latest.GetValueOrDefault((entity.Kind, entity.EntityId))?.Begun);

    public Task<bool> IsCrowdedAsync(LookNote note, CancellationToken cancellationToken) =>
        Task.FromResult(note.Begun - note.Previous <= LookLog.ReplicaLag || _latest[(note.Entity.Kind, note.Entity.EntityId)].Stamp != note.Stamp);

    public Task<bool> TryAdvanceBodyAsync(EntityRef entity, DateTimeOffset bodyTime, CancellationToken cancellationToken) => Task.FromResult(true);
}
