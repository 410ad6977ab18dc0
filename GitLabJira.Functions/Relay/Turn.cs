using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;

namespace GitLabJira.Functions.Relay;

/// <summary>One message's work: collects what Jira shall hear and which further looks it takes, and hands both over at the end, also when GitLab failed half way.</summary>
public sealed class Turn(Publication publication, IDelivery delivery, LookQueue looks, ILookLog log)
{
    private readonly List<EntityChange> _changes = [];
    private readonly List<(LookRequest Look, TimeSpan Delay)> _looks = [];

    public Publication Publication => publication;

    public Link Link => publication.Link;

    /// <summary>Something could not be seen, nor its project: what a hook's body says is all there is.</summary>
    public bool SawHidden { get; private set; }

    /// <summary>Judges a look and takes over what follows from it.</summary>
    /// <param name="again">The look that would follow.</param>
    public async Task TakeAsync(EntityLook look, Proof proof, LookRequest again, CancellationToken cancellationToken)
    {
        SawHidden |= look.Presence is Presence.Hidden;
        var settlement = await Settling.JudgeAsync(look, proof, again.Stage, () => log.IsCrowdedAsync(look.Note, cancellationToken));

        if (settlement.Deliver && look.Change is { } change)
        {
            _changes.Add(change);
        }

        if (settlement.Stage is { } stage)
        {
            var settled = (look.Note.Begun + Settling.Settled).ToUnixTimeMilliseconds();
            var next = again with { Stage = stage, ReadFrom = settlement.WithEvidence && again.ReadFrom > 0 ? again.ReadFrom : settled };

            LookAgain(settlement.WithEvidence ? next : next with { MergeRequest = null, Branch = null }, settlement.Delay);
        }
    }

    public void Add(EntityChange change) => _changes.Add(change);

    public void LookAgain(LookRequest look, TimeSpan delay) => _looks.Add((look, delay));

    public async Task CloseAsync(CancellationToken cancellationToken)
    {
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
}
