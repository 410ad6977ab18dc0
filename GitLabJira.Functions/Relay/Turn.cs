using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;

namespace GitLabJira.Functions.Relay;

/// <summary>One message's work: collects what Jira shall hear and which further looks it takes, and hands both over at the end, also when GitLab failed half way.</summary>
public sealed class Turn(Publication publication, IDelivery delivery, LookQueue looks, ILookLog log, TurnTrail trail)
{
    private readonly List<EntityChange> _changes = [];
    private readonly List<(LookRequest Look, TimeSpan Delay)> _looks = [];
    private readonly List<(LookNote Note, LookRequest Again)> _alone = [];
    private LookNote? _own;

    public Publication Publication => publication;

    public Link Link => publication.Link;

    public TurnTrail Trail => trail;

    /// <summary>Something could not be seen, nor its project: what a hook's body says is all there is.</summary>
    public bool SawHidden { get; private set; }

    /// <summary>How many of the entities that were looked at are other than Jira held them.</summary>
    public int Shown { get; private set; }

    /// <summary>When the whole event is to be weighed once more, because nothing in it is an entity that a further look could be at.</summary>
    public TimeSpan? RepeatAfter { get; set; }

    /// <summary>Judges a look and takes over what follows from it.</summary>
    /// <param name="again">The look that would follow.</param>
    public void Take(EntityLook look, Proof proof, LookRequest again)
    {
        Begin(look.Note);
        look = look with { Seen = again.Seen };
        SawHidden |= look.Presence is Presence.Hidden;
        var settlement = Settling.Judge(look, proof, again.Stage);
        trail.Looked(look, settlement);

        if (settlement.Deliver && look.Change is { } change)
        {
            _changes.Add(change with { Found = look.Found });
            Shown += look.ShowsInJira ? 1 : 0;
        }

        if (settlement.Stage is { } stage)
        {
            var next = settlement.WithEvidence ? again : Alone(again);
            LookAgain(next with { Seen = settlement.Deliver && settlement.Delay >= Settling.Settled ? look.Hash : null, Stage = stage, ReadFrom = settlement.WithEvidence && again.Stage > 0 ? again.ReadFrom : SettledAt(look.Note) }, settlement.Delay);
        }
        else if (settlement.Deliver && look.ShowsInJira)
        {
            IfCrowded(look.Note, Alone(again) with { Seen = look.Hash });
        }
    }

    /// <summary>The first look of a turn is at what its message is about.</summary>
    public void Begin(LookNote note) => _own ??= note;

    public void Add(EntityChange change)
    {
        trail.Changed(change);
        _changes.Add(change);
    }

    public void LookAgain(LookRequest look, TimeSpan delay) => _looks.Add((look, delay));

    /// <summary>Looks again if somebody else looked at about the same time as <paramref name="note"/>.</summary>
    public void IfCrowded(LookNote note, LookRequest look) => _alone.Add((note, look));

    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        trail.Close();

        // The looks first: if this process dies in between, they are too many, not too few.
        foreach (var (look, delay) in _looks)
        {
            await looks.RequestAsync(Link, look, delay, cancellationToken);
        }

        if (_changes.Count > 0)
        {
            await delivery.SubmitAsync(Link, publication.Lane, _changes, cancellationToken);
        }
    }

    /// <summary>Call it when all that follows from the message is on its way. Has looked at again what others looked at meanwhile, and notes what was done.</summary>
    /// <param name="standsForOthers">Whether it makes a look needless that was asked for before it began.</param>
    /// <param name="deliveryId">The event that needs no further look when it comes again; null for none.</param>
    public async Task EndAsync(bool standsForOthers, string? deliveryId, CancellationToken cancellationToken)
    {
        var end = EndOf(standsForOthers, deliveryId);

        // From here on others find these changes in Sent. Who began before that may have found nothing, and stopped.
        // All commits of a push hang on one look at its branch.
        var alone = _alone.GroupBy(alone => alone.Note.Stamp, StringComparer.Ordinal).ToList();
        var open = alone.Select(look => look.First().Note).Where(note => !note.FollowsClosely).ToList();
        var hasEnded = await log.TryEndAsync(open, end, cancellationToken);

        foreach (var look in alone)
        {
            var note = look.First().Note;

            if (!note.FollowsClosely && (hasEnded || !await log.IsCrowdedAsync(note, cancellationToken)))
            {
                continue;
            }

            foreach (var (_, again) in look)
            {
                await looks.RequestAsync(Link, again with { Stage = Settling.LastStage, ReadFrom = SettledAt(note) }, Settling.Settled, cancellationToken);
            }
        }

        if (!hasEnded && end is not null)
        {
            await log.EndAsync(end, cancellationToken);
        }
    }

    private LookEnd? EndOf(bool standsForOthers, string? deliveryId)
    {
        // GitLab may have refused before anything was seen.
        if ((_own?.Entity ?? publication.Known?.Entity) is not { } entity)
        {
            return null;
        }

        var end = new LookEnd(entity) { Begun = standsForOthers ? _own?.Begun : null };
        end = deliveryId is null ? end : end.With(deliveryId, _own?.Deliveries ?? publication.Known?.Deliveries ?? []);
        return end is { Begun: null, Deliveries: [] } ? null : end;
    }

    private static LookRequest Alone(LookRequest look) => look with { MergeRequest = null, Branch = null, Told = null };

    private static long SettledAt(LookNote note) => (note.Begun + Settling.Settled).ToUnixTimeMilliseconds();
}
