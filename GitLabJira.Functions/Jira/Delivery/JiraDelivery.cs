using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Outbox;

namespace GitLabJira.Functions.Jira.Delivery;

/// <inheritdoc cref="IDelivery"/>
/// <remarks>
/// While a site is idle, changes go to Jira right here, in one call of at most 10 s: the queue message that brought them is their durable copy until this returns. In all other cases they are
/// appended to the outbox, and whoever holds the site's lease sends them. Nothing is lost between the two: rows are appended before the site is marked, the holder reads the marks before it reads
/// the outbox for the last time, releases, and looks at the marks again.
/// A site that gets more than a few calls in as many seconds is busy: its changes go to the outbox too, and every two seconds all that came goes together.
/// </remarks>
public sealed class JiraDelivery(
    JiraDispatch dispatch, SiteGatherings gatherings, SiteStore sites, OutboxStore outbox, DeliveryQueue wakes, IInstallations installations, ILinks links, DeliveryOutcomes outcomes, TimeProvider clock) : IDelivery
{
    public async Task SubmitAsync(Link link, Lane lane, IReadOnlyList<EntityChange> changes, CancellationToken cancellationToken)
    {
        if (lane is Lane.Backfill)
        {
            throw new ArgumentException("Backfill is appended, never submitted.", nameof(lane));
        }

        if (changes.Count == 0)
        {
            return;
        }

        foreach (var change in changes)
        {
            Check(change);
        }

        if (await CurrentAsync(link, fresh: false, cancellationToken) is null)
        {
            Cancel(changes);
            return;
        }

        await gatherings.JoinAsync(
            link.ClientKey, lane, new Submission(link, changes), (submissions, stop) => DeliverAsync(link.ClientKey, lane, submissions, stop), cancellationToken);
    }

    private async Task DeliverAsync(string clientKey, Lane lane, IReadOnlyList<Submission> submissions, CancellationToken cancellationToken)
    {
        var candidates = Newest(submissions.SelectMany(submission => submission.Changes), lane);
        var view = await sites.LookAsync(clientKey, cancellationToken);

        if (await installations.FindAsync(clientKey, fresh: false, cancellationToken) is not { } installation)
        {
            Cancel(candidates.Select(c => c.Change));
            return;
        }

        if (await IsIdleAsync(view, installation, candidates, cancellationToken) && await sites.TryTakeAsync(clientKey, view.State, cancellationToken) is { } lease)
        {
            await UnderLeaseAsync(new SiteSession(lease, installation), candidates, cancellationToken);
            return;
        }

        await AppendAsync(clientKey, await dispatch.JudgeAsync(candidates, cancellationToken), cancellationToken);

        // A site that was dirty and free has been woken by whoever left it so; one that was held may have been released before our mark.
        if (!view.IsDirty || view.State.IsHeld(clock.GetUtcNow()))
        {
            await WakeIfFreeAsync(clientKey, installation, justPaused: false, cancellationToken);
        }
    }

    public async Task AppendBackfillAsync(Link link, IReadOnlyList<EntityChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0)
        {
            return;
        }

        if (await CurrentAsync(link, fresh: false, cancellationToken) is null)
        {
            Cancel(changes);
            return;
        }

        foreach (var change in changes)
        {
            Check(change);
        }

        await outbox.PutBackfillAsync(link.ClientKey, changes, cancellationToken);

        // Should the wave's wake-up be lost, the sweep finds this.
        await sites.MarkDirtyAsync(link.ClientKey, backfill: true, cancellationToken);
    }

    public Task WakeAsync(string clientKey, CancellationToken cancellationToken) => wakes.WakeAsync(clientKey, DeliveryTurn.All, delay: null, cancellationToken);

    private async Task UnderLeaseAsync(SiteSession session, IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        var clientKey = session.Lease.ClientKey;
        var waitsBefore = session.Lease.State.NotBefore;

        try
        {
            var toSend = await TrySendAsync(session, candidates, cancellationToken);
            await AppendAsync(clientKey, toSend, cancellationToken);
        }
        finally
        {
            // Also when the invocation is being stopped: the next one should not have to wait for the lease to run out.
            await session.Lease.ReleaseAsync(CancellationToken.None);
        }

        await WakeIfFreeAsync(clientKey, session.Installation, justPaused: session.Lease.State.NotBefore != waitsBefore, cancellationToken);
    }

    /// <returns>What has to go through the outbox.</returns>
    private async Task<IReadOnlyList<Judged>> TrySendAsync(SiteSession session, IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        var current = new List<Candidate>(candidates.Count);

        // Under the lease, because a clean-up takes it before it deletes: what is current now stays so until this call is over.
        foreach (var link in candidates.GroupBy(c => (c.Key.LinkId, c.Change.Entity.Link.Epoch)))
        {
            if (await CurrentAsync(link.First().Change.Entity.Link, fresh: true, cancellationToken) is { } installation)
            {
                session.Installation = installation;
                current.AddRange(link);
            }
            else
            {
                Cancel(link.Select(c => c.Change));
            }
        }

        var toSend = await dispatch.JudgeAsync(current, cancellationToken);

        if (toSend.Count == 0)
        {
            return [];
        }

        var judged = toSend.ToDictionary(j => j.Candidate.Key);
        var request = RequestPlan.Next([.. toSend.Select(j => j.Candidate)], session.Lease.State.PostLimit, c => JiraDispatch.PreventsTransitions(judged[c.Key]));

        if (request.Candidates.Count < toSend.Count)
        {
            return toSend;
        }

        session.Lease.State = session.Lease.State.StartRound(clock.GetUtcNow());

        try
        {
            return await dispatch.SendAsync(session, request, toSend, JiraClient.DirectTimeout, cancellationToken) is null or Reaction.Reject or Reaction.Postpone ? [] : toSend;
        }
        catch (LeaseLostException)
        {
            return toSend;
        }
    }

    private async Task AppendAsync(string clientKey, IReadOnlyList<Judged> judged, CancellationToken cancellationToken)
    {
        if (judged.Count == 0)
        {
            return;
        }

        await dispatch.NoteAsync(judged, cancellationToken);

        foreach (var lane in judged.GroupBy(j => j.Candidate.Lane))
        {
            await outbox.AppendAsync(clientKey, lane.Key, [.. lane.Select(j => j.Candidate.Change)], cancellationToken);
        }

        await sites.MarkDirtyAsync(clientKey, backfill: false, cancellationToken);
    }

    private async Task WakeIfFreeAsync(string clientKey, Installation installation, bool justPaused, CancellationToken cancellationToken)
    {
        var view = await sites.LookAsync(clientKey, cancellationToken);
        var now = clock.GetUtcNow();

        if (!view.HasNews(now) || view.State.IsHeld(now))
        {
            return;
        }

        // Whoever paused the site wakes it; the others need not.
        var waits = view.State.Waits(now, installation);

        if (!waits || justPaused)
        {
            await wakes.WakeAsync(clientKey, DeliveryTurn.News, waits ? view.State.NotBefore - now : view.State.UntilNextRound(now), cancellationToken);
        }
    }

    private async Task<bool> IsIdleAsync(SiteView view, Installation installation, IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        return !view.IsDirty
            && !view.State.IsHeld(now)
            && !view.State.IsPaced(now)
            && !view.State.Waits(now, installation)
            && view.State.Reason is not (JiraFailure.Down or JiraFailure.Gone)
            && candidates.All(c => view.State.IsOpen(ApiFamilies.Of(c.Key.Kind), now))
            && await sites.HeldUntilAsync(cancellationToken) is null;
    }

    private async Task<Installation?> CurrentAsync(Link link, bool fresh, CancellationToken cancellationToken)
    {
        var (lookup, standing) = await links.FindAsync(link.Id, fresh, cancellationToken);
        var installation = await installations.FindAsync(link.ClientKey, fresh: false, cancellationToken);

        return lookup is LinkLookup.Known && Epochs.IsCurrent(standing, link.Epoch, installation) ? installation : null;
    }

    private void Cancel(IEnumerable<EntityChange> changes)
    {
        foreach (var change in changes)
        {
            outcomes.Record(DeliveryOutcome.Cancelled, change);
        }
    }

    private List<Candidate> Newest(IEnumerable<EntityChange> changes, Lane lane)
    {
        var newest = new List<Candidate>();

        foreach (var entity in changes.Select(c => Candidate.Of(c, lane)).GroupBy(c => c.Key))
        {
            var first = entity.MaxBy(c => c.Change.Sequence)!;
            newest.Add(first with
            {
                MayFireAutomation = entity.Any(c => c.MayFireAutomation),
                IsDisputed = entity.Any(c => first.Change.Sequence - c.Change.Sequence <= JiraDispatch.Doubtful && !string.Equals(c.Hash, first.Hash, StringComparison.Ordinal)),
            });

            foreach (var other in entity.Where(c => c != first))
            {
                outcomes.Record(DeliveryOutcome.Superseded, other.Change);
            }
        }

        return newest;
    }

    /// <summary>A change that cannot be sent is a bug of its maker and must show there.</summary>
    private static void Check(EntityChange change)
    {
        var isInRepository = ApiFamilies.Of(change.Entity.Kind) is ApiFamily.DevInfo;

        if (change.Body is not null && (isInRepository != change.Repository is not null || change.Entity.Kind is EntityKind.Repository))
        {
            throw new ArgumentException($"{change.Entity.Kind} has a repository's head when it belongs to one, and a repository is only ever deleted.", nameof(change));
        }
    }
}
