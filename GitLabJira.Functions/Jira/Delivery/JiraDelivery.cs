using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Outbox;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>What one invocation has for a site.</summary>
public sealed record Submission(Link Link, IReadOnlyList<EntityChange> Changes);

/// <inheritdoc cref="IDelivery"/>
/// <remarks>
/// While a site is idle, changes go to Jira right here, in a few calls of at most 10 s each: the queue message that brought them is their durable copy until this returns. In all other cases they are
/// appended to the outbox, and whoever holds the site's lease sends them. Nothing is lost between the two: rows are appended before the site is marked, who delivers from the outbox reads the marks
/// before it reads the outbox for the last time, releases, and looks at the marks again. Who only makes his own call under the lease does not look: who finds it held so comes back after 2 s.
/// A site that gets more than a few calls in as many seconds is busy: its changes go to the outbox too, and every two seconds all that came goes together.
/// </remarks>
public sealed class JiraDelivery(
    JiraDispatch dispatch, Gatherings<(string ClientKey, Lane Lane), Submission> gatherings, SiteStore sites, OutboxStore outbox, DeliveryQueue wakes, IInstallations installations, ILinks links, DeliveryOutcomes outcomes, TimeProvider clock) : IDelivery
{
    /// <summary>One event may concern several API families: each takes a call of its own.</summary>
    private const int MostCalls = 3;

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
            (link.ClientKey, lane), new Submission(link, changes), (submissions, stop) => DeliverAsync(link.ClientKey, lane, submissions, stop), cancellationToken);
    }

    private async Task DeliverAsync(string clientKey, Lane lane, IReadOnlyList<Submission> submissions, CancellationToken cancellationToken)
    {
        var candidates = Newest(submissions.SelectMany(submission => submission.Changes), lane);

        if (await installations.RecallAsync(clientKey, cancellationToken) is not { } installation)
        {
            Cancel(candidates.Select(c => c.Change));
            return;
        }

        if (sites.Recall(clientKey) is { } recalled && await TryDirectlyAsync(clientKey, recalled, installation, candidates, cancellationToken))
        {
            return;
        }

        var view = await sites.LookAsync(clientKey, cancellationToken);

        if (await TryDirectlyAsync(clientKey, view, installation, candidates, cancellationToken))
        {
            return;
        }

        await AppendAsync(clientKey, await dispatch.JudgeAsync(candidates, view, cancellationToken), cancellationToken);

        // A site that was dirty and free has been woken by whoever left it so; one that was held may have been released before our mark.
        if (!view.IsDirty || view.State.IsHeld(clock.GetUtcNow()))
        {
            await WakeIfFreeAsync(clientKey, installation, justPaused: false, cancellationToken);
        }
    }

    /// <returns>False when the site is not idle, or not any more.</returns>
    private async Task<bool> TryDirectlyAsync(string clientKey, SiteView view, Installation installation, IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        if (!await IsIdleAsync(view, installation, candidates, cancellationToken) || await sites.TryTakeAsync(clientKey, view.State, direct: true, cancellationToken) is not { } lease)
        {
            return false;
        }

        await UnderLeaseAsync(new SiteSession(lease, installation), view, candidates, cancellationToken);
        return true;
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

        await dispatch.NoteBackfillAsync(changes, cancellationToken);
        await outbox.PutBackfillAsync(link.ClientKey, changes, cancellationToken);

        // Should the wave's wake-up be lost, the sweep finds this.
        await sites.MarkDirtyAsync(link.ClientKey, backfill: true, cancellationToken);
    }

    public Task WakeAsync(string clientKey, CancellationToken cancellationToken) => wakes.WakeAsync(clientKey, DeliveryTurn.All, delay: null, cancellationToken);

    private async Task UnderLeaseAsync(SiteSession session, SiteView view, IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        var clientKey = session.Lease.ClientKey;
        var waitsBefore = session.Lease.State.NotBefore;
        IReadOnlyList<Judged> toSend;

        try
        {
            toSend = await TrySendAsync(session, view, candidates, cancellationToken);
            await AppendAsync(clientKey, toSend, cancellationToken);
        }
        finally
        {
            // Also when the invocation is being stopped: the next one should not have to wait for the lease to run out.
            await session.Lease.ReleaseAsync(CancellationToken.None);
        }

        var justPaused = session.Lease.State.NotBefore != waitsBefore;

        // Who brought something meanwhile comes back by himself, unless the site waits then.
        if (toSend.Count > 0 || session.LeavesNews || justPaused)
        {
            await WakeIfFreeAsync(clientKey, session.Installation, justPaused, cancellationToken);
        }
        else if (!candidates.Any(c => c.IsRepository))
        {
            // What was seen before does not tell of a deletion that was made since.
            sites.Remember(clientKey, view with { State = session.Lease.State });
        }
    }

    /// <returns>What has to go through the outbox.</returns>
    private async Task<IReadOnlyList<Judged>> TrySendAsync(SiteSession session, SiteView view, IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken)
    {
        var current = new List<Candidate>(candidates.Count);

        // Under the lease, because a clean-up takes it before it deletes: what is current now stays so until this call is over.
        foreach (var link in candidates.GroupBy(c => (c.Key.LinkId, c.Change.Entity.Link.Epoch)))
        {
            if (await CurrentAsync(link.First().Change.Entity.Link, fresh: !view.VouchesFor(link.Key.LinkId), cancellationToken) is { } installation)
            {
                session.Installation = installation;
                current.AddRange(link);
            }
            else
            {
                Cancel(link.Select(c => c.Change));
            }
        }

        // What was read with the looks is nearly always as it was.
        return await TrySendAsync(session, current, view, cancellationToken) ?? await TrySendAsync(session, current, view: null, cancellationToken) ?? [];
    }

    /// <returns>What has to go through the outbox; null when it has to be judged again.</returns>
    private async Task<IReadOnlyList<Judged>?> TrySendAsync(SiteSession session, IReadOnlyList<Candidate> current, SiteView? view, CancellationToken cancellationToken)
    {
        var toSend = (await dispatch.JudgeAsync(current, view, cancellationToken)).ToList();
        var judged = toSend.ToDictionary(j => j.Candidate.Key);

        for (var calls = 0; toSend.Count > 0 && calls < MostCalls && !session.Lease.State.IsPaced(clock.GetUtcNow()); calls++)
        {
            var request = RequestPlan.Next([.. toSend.Select(j => j.Candidate)], session.Lease.State.PostLimit, c => JiraDispatch.PreventsTransitions(judged[c.Key]));
            var before = session.Lease.State;
            session.Lease.State = before.StartRound(clock.GetUtcNow());

            switch (await TryCallAsync(session, request, [.. request.Candidates.Select(c => judged[c.Key])], cancellationToken))
            {
                case null or Reaction.Reject or Reaction.Postpone:
                    toSend.RemoveAll(j => request.Candidates.Contains(j.Candidate));
                    break;
                case Reaction.Judge:
                    session.Lease.State = before;
                    return calls == 0 ? null : toSend;
                default:
                    return toSend;
            }

            // Takes along what is older: the rest is judged anew.
            if (request.Candidates[0].IsRepository)
            {
                return toSend;
            }
        }

        return toSend;
    }

    private async Task<Reaction?> TryCallAsync(SiteSession session, JiraRequest request, IReadOnlyList<Judged> judged, CancellationToken cancellationToken)
    {
        try
        {
            return await dispatch.SendAsync(session, request, judged, JiraClient.DirectTimeout, cancellationToken);
        }
        catch (LeaseLostException)
        {
            return Reaction.Wait;
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

        if (!view.HasNews(now))
        {
            return;
        }

        if (view.State.IsHeld(now))
        {
            // Who delivers from the outbox looks again when he leaves.
            if (view.State.IsDirect)
            {
                await wakes.WakeAsync(clientKey, DeliveryTurn.News, view.State.UntilFree(now), cancellationToken);
            }

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

        if (lookup is not LinkLookup.Known)
        {
            return null;
        }

        return await installations.RecallAsync(link.ClientKey, cancellationToken) is var recalled && Epochs.IsCurrent(standing, link.Epoch, recalled) ? recalled
            : await installations.FindAsync(link.ClientKey, fresh: true, cancellationToken) is var installation && Epochs.IsCurrent(standing, link.Epoch, installation) ? installation
            : null;
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
