using System.Security.Cryptography;
using System.Text.Json;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Outbox;
using GitLabJira.Functions.Jira.Sent;
using GitLabJira.Functions.Poison;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Empties a site's outbox in turns of up to 30 s under its lease (design 6.3).</summary>
/// <remarks>
/// Rows leave the outbox only when <c>Sent</c> says what became of them, so a holder may die anywhere: the lease runs out after a minute, the wake-up that found it held comes back then, or the
/// sweep finds the site's mark. Two holders at a time (one was thought dead) make the same calls under the same sequences, and write to <c>Sent</c> by ETag, where the higher sequence wins.
/// </remarks>
public sealed partial class SiteDelivery(
    JiraDispatch dispatch,
    JiraClient jira,
    JiraRates rates,
    SiteStore sites,
    OutboxStore outbox,
    DeliveryQueue wakes,
    DeliveryTurns turns,
    IInstallations installations,
    ILinks links,
    DeliveryOutcomes outcomes,
    IFailures failures,
    TimeProvider clock,
    ILogger<SiteDelivery> logger)
{
    /// <summary>After it another invocation goes on, so that none runs long.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);

    private static readonly IReadOnlyList<Lane> Lanes = [Lane.Live, Lane.Repair, Lane.Backfill];

    /// <summary>Looks at a site once: sends what is due, or arranges for somebody to do so.</summary>
    public async Task DeliverAsync(string clientKey, DeliveryTurn turn, CancellationToken cancellationToken)
    {
        turns.Begin(turn);

        try
        {
            await LookAsync(clientKey, turn, cancellationToken);
        }
        finally
        {
            turns.End(turn);
        }
    }

    private async Task LookAsync(string clientKey, DeliveryTurn turn, CancellationToken cancellationToken)
    {
        var installation = await installations.FindAsync(clientKey, fresh: true, cancellationToken);
        var view = await sites.LookAsync(clientKey, cancellationToken);
        var now = clock.GetUtcNow();

        if (installation is not { State: InstallationState.Installed })
        {
            // Clean-up removes the rows of each link; nobody is to be woken for them any more.
            await sites.ClearAsync(clientKey, view.Marks, cancellationToken);
            return;
        }

        if (!HasWork(view, turn, now) || view.State.Waits(now, installation) || await sites.HeldUntilAsync(cancellationToken) is not null)
        {
            // Nothing to do, or whoever paused the site wakes it; the sweep stands behind both.
            return;
        }

        if (turn is DeliveryTurn.News && view.State.IsPaced(now))
        {
            await wakes.WakeAsync(clientKey, turn, view.State.NextRound - now, cancellationToken);
            return;
        }

        if (await sites.TryTakeAsync(clientKey, view.State, direct: false, cancellationToken) is not { } lease)
        {
            // Somebody may just have been quicker.
            var standing = view.State.IsHeld(now) ? view.State : (await sites.LookAsync(clientKey, cancellationToken)).State;
            await wakes.WakeAsync(clientKey, turn, standing.UntilFree(clock.GetUtcNow()), cancellationToken);
            return;
        }

        var session = new SiteSession(lease, installation);

        try
        {
            await RunAsync(session, turn, view, cancellationToken);
        }
        catch (LeaseLostException)
        {
            Log.LeaseLost(logger, clientKey);
        }
        finally
        {
            await lease.ReleaseAsync(CancellationToken.None);
        }

        await LookAgainAsync(session, turn, cancellationToken);
    }

    /// <summary>Wakes every site where something is due and nobody is at it: the net under lost wake-ups.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var marked = await sites.MarkedAsync(cancellationToken);

        if (AppMetrics.WatchesOldestRow)
        {
            AppMetrics.OldestRow(await outbox.LongestWaitAsync(marked.Where(site => site.View.IsDirty).Select(site => site.ClientKey), cancellationToken));
        }

        if (await sites.HeldUntilAsync(cancellationToken) is not null)
        {
            return;
        }

        var now = clock.GetUtcNow();

        foreach (var (clientKey, view) in marked)
        {
            if (view.HasWork(now) && !view.State.IsHeld(now)
                && (!(view.State.NotBefore > now) || await installations.FindAsync(clientKey, fresh: false, cancellationToken) is not { } installation || !view.State.Waits(now, installation)))
            {
                foreach (var turn in Enum.GetValues<DeliveryTurn>().Where(turn => turn is DeliveryTurn.News ? view.HasNews(now) : view.HasBackfill(now)))
                {
                    await wakes.WakeAsync(clientKey, turn, delay: null, cancellationToken);
                }
            }
        }
    }

    /// <summary>Drops what waited for 14 days, and marks a site whose rows nobody marked: a process may die between the two, and its repetition may have nothing left to append.</summary>
    public async Task TidyAsync(string clientKey, CancellationToken cancellationToken)
    {
        if (await outbox.DropExpiredAsync(clientKey, cancellationToken) is > 0 and var rows)
        {
            Log.Expired(logger, clientKey, rows);
        }

        foreach (var lane in Lanes)
        {
            if (await outbox.AnyAsync(clientKey, lane, cancellationToken))
            {
                await sites.MarkDirtyAsync(clientKey, lane is Lane.Backfill, cancellationToken);
            }
        }
    }

    private static bool HasWork(SiteView view, DeliveryTurn turn, DateTimeOffset now) => turn is DeliveryTurn.News ? view.HasNews(now) : view.HasWork(now);

    private async Task RunAsync(SiteSession session, DeliveryTurn turn, SiteView view, CancellationToken cancellationToken)
    {
        var started = clock.GetUtcNow();
        var standing = new Dictionary<Guid, Link?>();

        if (!await IsBackAsync(session, cancellationToken))
        {
            return;
        }

        while (clock.GetUtcNow() - started < Turn)
        {
            var lanes = LanesOf(session.Lease.State, turn);
            var closed = new Dictionary<Lane, DateTimeOffset>();
            var (lane, rows) = await ReadAsync(session.Lease, lanes, closed, cancellationToken);

            if (rows.Count == 0)
            {
                await ClearAsync(session, lanes, closed, view, started, cancellationToken);
                return;
            }

            if (lane is not Lane.Backfill)
            {
                session.Lease.State = session.Lease.State.StartRound(clock.GetUtcNow());
            }

            var candidates = await OpenAsync(rows, lane, session.Installation, standing, cancellationToken);

            if (!await SendAllAsync(session, lane, turn, await dispatch.JudgeAsync(candidates, view: null, cancellationToken), started, cancellationToken)
                || turns.MustGiveWay(turn) || session.Lease.State.NotBefore > clock.GetUtcNow())
            {
                return;
            }
        }
    }

    /// <summary>News of a busy site waits for its next round, and meanwhile what comes later joins it; old data may go in between.</summary>
    private IReadOnlyList<Lane> LanesOf(SiteState state, DeliveryTurn turn) =>
        [.. Lanes.Where(lane => lane is Lane.Backfill ? turn is DeliveryTurn.All : !state.IsPaced(clock.GetUtcNow()))];

    /// <summary>The first lane that has something due, of the families that take something.</summary>
    /// <param name="closed">Gets the lanes that have something due and must wait, because the app's points or the site's window run low.</param>
    private async Task<(Lane Lane, IReadOnlyList<OutboxRow> Rows)> ReadAsync(
        SiteLease lease, IReadOnlyList<Lane> lanes, Dictionary<Lane, DateTimeOffset> closed, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        foreach (var lane in lanes)
        {
            if (await outbox.ReadAsync(lease.ClientKey, lane, kind => lease.State.IsOpen(ApiFamilies.Of(kind), now), cancellationToken) is not { Count: > 0 } rows)
            {
                continue;
            }

            if (await ClosedUntilAsync(lease.State, lane, now, cancellationToken) is { } until)
            {
                closed[lane] = until;
                continue;
            }

            return (lane, rows);
        }

        return (Lane.Live, []);
    }

    private async Task<DateTimeOffset?> ClosedUntilAsync(SiteState state, Lane lane, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (lane is Lane.Backfill && state.BackfillAfter > now)
        {
            return state.BackfillAfter;
        }

        return lane is Lane.Live ? null : (await rates.AskAsync(JiraDispatch.PriorityOf(lane), cancellationToken)).Until;
    }

    /// <returns>False when the turn ends: the site waits, time is over, or others wait for a place.</returns>
    private async Task<bool> SendAllAsync(SiteSession session, Lane lane, DeliveryTurn turn, IReadOnlyList<Judged> judged, DateTimeOffset started, CancellationToken cancellationToken)
    {
        var byKey = judged.ToDictionary(j => j.Candidate.Key);
        var waiting = judged.Select(j => j.Candidate).ToList();

        for (var calls = 0; waiting.Count > 0; calls++)
        {
            if (calls > 0 && (clock.GetUtcNow() - started >= Turn || turns.MustGiveWay(turn) || session.Lease.State.NotBefore > clock.GetUtcNow()))
            {
                return false;
            }

            if (calls > 0 && lane is Lane.Backfill && session.Lease.State.BackfillAfter > clock.GetUtcNow())
            {
                return true;
            }

            // What came meanwhile in a lane before this one goes first.
            if (calls > 0 && await AnyBeforeAsync(session.Lease, lane, cancellationToken))
            {
                return true;
            }

            var request = RequestPlan.Next(waiting, session.Lease.State.PostLimit, c => JiraDispatch.PreventsTransitions(byKey[c.Key]));
            var reaction = await dispatch.SendAsync(session, request, [.. request.Candidates.Select(c => byKey[c.Key])], JiraClient.Timeout, cancellationToken);

            if (reaction is Reaction.Wait)
            {
                return false;
            }

            if (reaction is not Reaction.Smaller)
            {
                var done = request.Candidates.Select(c => c.Key).ToHashSet();
                waiting.RemoveAll(c => done.Contains(c.Key));
            }

            // Takes along what is older: the rest is judged anew.
            if (request.Candidates[0].IsRepository)
            {
                return true;
            }
        }

        return true;
    }

    private async Task<bool> AnyBeforeAsync(SiteLease lease, Lane lane, CancellationToken cancellationToken)
    {
        if (lease.State.IsPaced(clock.GetUtcNow()))
        {
            return false;
        }

        foreach (var before in Lanes.TakeWhile(l => l != lane))
        {
            if (await outbox.AnyAsync(lease.ClientKey, before, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Opens rows and folds them: the newest of each entity takes the older ones along.</summary>
    private async Task<List<Candidate>> OpenAsync(
        IReadOnlyList<OutboxRow> rows, Lane lane, Installation installation, Dictionary<Guid, Link?> standing, CancellationToken cancellationToken)
    {
        var expired = clock.GetUtcNow() - OutboxStore.Life;
        var candidates = new List<Candidate>();
        var ended = new List<OutboxRow>();

        foreach (var entity in rows.GroupBy(r => (r.Key, r.Purpose)))
        {
            var newest = entity.MaxBy(r => r.Sequence)!;
            var link = await LinkAsync(newest, installation, standing, cancellationToken);

            if (newest.AppendedAt < expired || link is null)
            {
                ended.AddRange(entity);
                outcomes.Record(link is null ? DeliveryOutcome.Cancelled : DeliveryOutcome.Expired, newest);
            }
            else if (await TryOpenAsync(newest, link, cancellationToken) is var (change, why) && change is not null)
            {
                candidates.Add(await FoldAsync(change, newest, [.. entity], lane, link, cancellationToken));
            }
            else
            {
                await failures.KeepAsync(installation.ClientKey, lane, newest, why!, cancellationToken);
                ended.Add(newest);
                outcomes.Record(DeliveryOutcome.Unreadable, newest);
            }
        }

        await outbox.RemoveAsync(ended.Select(r => (r.PartitionKey, r.RowKey, r.ETag)), cancellationToken);
        return candidates;
    }

    private async Task<Candidate> FoldAsync(EntityChange change, OutboxRow newest, IReadOnlyList<OutboxRow> rows, Lane lane, Link link, CancellationToken cancellationToken)
    {
        var mayFire = change.MayFireAutomation;

        foreach (var older in rows.Where(r => r != newest))
        {
            // Jira fires when it first stores an id: what one of them allows, their joint call allows.
            mayFire = mayFire || await TryOpenAsync(older, link, cancellationToken) is ({ MayFireAutomation: true }, _);
        }

        return new Candidate
        {
            Change = change,
            Hash = newest.Hash,
            Lane = lane,
            Purpose = newest.Purpose,
            MayFireAutomation = mayFire,
            IsDisputed = rows.Any(r => newest.Sequence - r.Sequence <= JiraDispatch.Doubtful && !string.Equals(r.Hash, newest.Hash, StringComparison.Ordinal)),
            Rows = rows,
        };
    }

    /// <returns>The link as it stands, read once in a turn; null when the row is of an older one.</returns>
    private async Task<Link?> LinkAsync(OutboxRow row, Installation installation, Dictionary<Guid, Link?> standing, CancellationToken cancellationToken)
    {
        if (!standing.TryGetValue(row.LinkId, out var link))
        {
            var (lookup, found) = await links.FindAsync(row.LinkId, fresh: true, cancellationToken);
            standing[row.LinkId] = link = lookup is LinkLookup.Known ? found : null;
        }

        return Epochs.IsCurrent(link, row.LinkEpoch, installation) ? link : null;
    }

    private async Task<(EntityChange? Change, Exception? Why)> TryOpenAsync(OutboxRow row, Link link, CancellationToken cancellationToken)
    {
        try
        {
            return (await outbox.OpenAsync(row, link, cancellationToken), null);
        }
        catch (Exception exception) when (exception is CryptographicException or JsonException or InvalidDataException)
        {
            Log.Unreadable(logger, exception, row.Kind, row.EntityId, row.LinkId);
            return (null, exception);
        }
    }

    /// <summary>After a 503 without a word the site must say that it runs; after it was gone it must be the same site: somebody else may live at its address.</summary>
    private async Task<bool> IsBackAsync(SiteSession session, CancellationToken cancellationToken)
    {
        var isBack = session.Lease.State.Reason switch
        {
            JiraFailure.Down => await jira.IsRunningAsync(session.Installation, cancellationToken),
            JiraFailure.Gone => await jira.IsSameSiteAsync(session.Installation, cancellationToken),
            _ => true,
        };

        if (!isBack)
        {
            var still = new JiraRequestException(session.Lease.State.Reason!.Value, status: null, retryAfter: null);
            session.Lease.State = FailurePolicy.After(session.Lease.State, still, ApiFamily.DevInfo, entities: 0, session.Installation, clock.GetUtcNow(), jitter: 1).State;
        }

        return isBack;
    }

    /// <summary>Lanes were found empty, but for what has to wait: the marks that were read before say nothing any more about them.</summary>
    private async Task ClearAsync(SiteSession session, IReadOnlyList<Lane> lanes, Dictionary<Lane, DateTimeOffset> closed, SiteView view, DateTimeOffset started, CancellationToken cancellationToken)
    {
        var empty = view.Marks.Where(mark => mark.IsDue(started) && lanes.Contains(mark.IsBackfill ? Lane.Backfill : Lane.Live)).ToList();

        foreach (var backfill in empty.Select(mark => mark.IsBackfill).Distinct())
        {
            var waits = closed.Where(lane => lane.Key is Lane.Backfill == backfill).Select(lane => lane.Value);

            foreach (var until in session.Lease.State.FamilyWaits.Values.Where(until => until > started).Concat(waits))
            {
                await sites.MarkLaterAsync(session.Lease.ClientKey, until, backfill, cancellationToken);
            }
        }

        await sites.ClearAsync(session.Lease.ClientKey, empty, cancellationToken);
    }

    /// <summary>After the release: what was appended while the lease was held, and what is left of this turn.</summary>
    private async Task LookAgainAsync(SiteSession session, DeliveryTurn turn, CancellationToken cancellationToken)
    {
        var clientKey = session.Lease.ClientKey;
        var view = await sites.LookAsync(clientKey, cancellationToken);
        var now = clock.GetUtcNow();

        if (view.State.IsHeld(now))
        {
            return;
        }

        var pause = view.State.Waits(now, session.Installation) ? view.State.NotBefore - now : null;

        if (view.HasNews(now))
        {
            await wakes.WakeAsync(clientKey, DeliveryTurn.News, pause ?? view.State.UntilNextRound(now), cancellationToken);
        }

        // Whoever delivers old data sees to its going on; a turn for news does not, or each would add another wake-up.
        if (turn is DeliveryTurn.All && view.HasBackfill(now))
        {
            await wakes.WakeAsync(clientKey, DeliveryTurn.All, pause, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The delivery lease of site {ClientKey} was lost.")]
        public static partial void LeaseLost(ILogger logger, string clientKey);

        [LoggerMessage(2, LogLevel.Error, "The outbox row of {Kind} {EntityId}, link {LinkId}, cannot be opened.")]
        public static partial void Unreadable(ILogger logger, Exception exception, EntityKind kind, string entityId, Guid linkId);

        [LoggerMessage(3, LogLevel.Warning, "Site {ClientKey}: {Rows} rows waited for 14 days and were dropped.")]
        public static partial void Expired(ILogger logger, string clientKey, int rows);
    }
}
