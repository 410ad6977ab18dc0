using System.Security.Cryptography;
using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Outbox;
using GitLabJira.Functions.Jira.Sent;
using GitLabJira.Functions.Trail;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>A candidate that goes to Jira, with what was sent before of it and of its repository.</summary>
/// <param name="IsFresh">Its row was read for this; else when it was looked at, and may be another one by now.</param>
public sealed record Judged(Candidate Candidate, SentRow Sent, SentRow Repository, bool IsFresh);

/// <summary>Under a site's lease: judges changes by <c>Sent</c>, makes one call to Jira at a time, and writes down what came of it.</summary>
/// <remarks>
/// The order of writes makes each crash harmless. Before a call the entity is noted in <c>Sent</c> (by the initial sync when it is appended); after it come the looks and repeats that it needs,
/// then the record in <c>Sent</c>, last the removal of its outbox rows. Whoever dies in between leaves rows that are judged again: the same call is made a second time under the same sequence, or
/// <c>Sent</c> says that it was made. Until the record is written the note keeps content hashes from proving anything, so nothing is taken for "unchanged" that may have been overwritten.
/// </remarks>
public sealed partial class JiraDispatch(
    JiraClient jira, JiraRates rates, SentStore sent, OutboxStore outbox, SiteStore sites, ILooks looks, UnknownKeys unknown, IInstallations installations, DeliveryOutcomes outcomes, TimeProvider clock, ILogger<JiraDispatch> logger)
{
    /// <summary>Within this time Jira has applied a deletion that it accepted.</summary>
    private static readonly TimeSpan DeletionSettles = TimeSpan.FromMinutes(10);

    /// <summary>GitLab's replicas may lag by a minute; when content changed twice within one, the last read may have been a stale one.</summary>
    public static readonly TimeSpan ReplicaLag = TimeSpan.FromSeconds(60);

    /// <summary>Of two reads this close with different content, the later one may be the staler, or the clocks of two processes wrong about which is later.</summary>
    public static readonly long Doubtful = Sequences.Of(ReplicaLag);

    /// <summary>Jira counts writes of one issue over up to 30 s.</summary>
    private static readonly TimeSpan IssueWait = TimeSpan.FromSeconds(30);

    /// <summary>While a settle look is on its way, the next one waits this much longer, so that it covers the changes in between.</summary>
    private static readonly TimeSpan SettleSpacing = TimeSpan.FromSeconds(30);

    /// <summary>Unknown issues that the trail names of one entity.</summary>
    private const int MostNamed = 20;

    /// <summary>Ends what Jira holds already, and what is not newer than what it holds.</summary>
    /// <param name="candidates">At most one change of an entity, and the repetition of an earlier one.</param>
    /// <param name="view">The site as it was when its lease was taken, or shortly before: then what was read with a look is good enough, since what was newer then is so now, and all else is told
    /// by who writes the row (<see cref="Reaction.Judge"/>); and so are repositories that nobody deletes. Null to read all rows.</param>
    /// <returns>What is left to send, in order.</returns>
    public async Task<IReadOnlyList<Judged>> JudgeAsync(IReadOnlyList<Candidate> candidates, SiteView? view, CancellationToken cancellationToken)
    {
        var found = candidates.Where(c => view is not null && c.Change.Found is not null).ToDictionary(c => c.Key, c => c.Change.Found!);
        var presumed = candidates.Where(c => view?.VouchesFor(c.Key.LinkId) is true).Select(c => SentKey.Repository(c.Change.Entity)).Except(candidates.Select(c => c.Key)).ToHashSet();
        var rows = await sent.ReadAsync(candidates.SelectMany(c => new[] { c.Key, SentKey.Repository(c.Change.Entity) }).Where(key => !found.ContainsKey(key) && !presumed.Contains(key)), cancellationToken);

        foreach (var row in found.Values.Concat(presumed.Select(key => new SentRow(key))))
        {
            rows[row.Key] = row;
        }

        var verdicts = candidates.ToDictionary(c => c, c => Judge(c, rows));

        // What is not sent is no word that could go before a deletion: for that the repository's row must tell that none is on its way.
        if (Unchanged(verdicts).Select(c => SentKey.Repository(c.Change.Entity)).Where(presumed.Contains).ToList() is { Count: > 0 } doubtful)
        {
            foreach (var (key, row) in await sent.ReadAsync(doubtful, cancellationToken))
            {
                rows[key] = row;
            }

            verdicts = candidates.ToDictionary(c => c, c => Judge(c, rows));
        }

        // Confirmed only if it is still so when it is written: another process may have sent something else meanwhile.
        for (var unchanged = Unchanged(verdicts); unchanged.Count > 0; unchanged = Unchanged(verdicts))
        {
            foreach (var row in await sent.UpdateAsync(unchanged.Select(c => (rows[c.Key], Confirmed(c))), cancellationToken))
            {
                rows[row.Key] = row;
            }

            foreach (var candidate in unchanged)
            {
                verdicts[candidate] = Judge(candidate, rows);
            }
        }

        var disputed = candidates.Where(c => c.IsDisputed || verdicts[c] is Verdict.Disputed);

        foreach (var candidate in disputed.DistinctBy(c => c.Key))
        {
            // Not at once: whatever read gave rise to the doubt, the next one must not be staler.
            await LookAgainAsync(candidate, ReplicaLag, cancellationToken);
        }

        var skipped = await SkipAsync([.. candidates.Where(c => verdicts[c] is Verdict.Send)], rows, cancellationToken);
        await sent.UpdateAsync(skipped.Where(c => c.Lane is Lane.Backfill).Select(c => (rows[c.Key], Forgone(c))), cancellationToken);
        var ended = candidates.Where(c => verdicts[c] is not Verdict.Send || skipped.Contains(c)).ToList();
        await RemoveAsync(ended, cancellationToken);

        foreach (var candidate in ended)
        {
            outcomes.Record(skipped.Contains(candidate) ? DeliveryOutcome.Skipped : rows[candidate.Key].Holds(candidate.Hash) ? DeliveryOutcome.Unchanged : DeliveryOutcome.Superseded, candidate.Change);
        }

        // A change and the repetition of an earlier one: one of them now, the other is judged anew next time.
        return [.. candidates
            .Where(c => verdicts[c] is Verdict.Send && !skipped.Contains(c))
            .DistinctBy(c => c.Key)
            .Select(c => new Judged(c, rows[c.Key], rows[SentKey.Repository(c.Change.Entity)], IsFresh: !found.ContainsKey(c.Key)))];

        static List<Candidate> Unchanged(Dictionary<Candidate, Verdict> verdicts) => [.. verdicts.Where(v => v.Value is Verdict.Unchanged).Select(v => v.Key)];

        static Func<SentRow, SentRow?> Forgone(Candidate candidate) => row => row.Forgo(candidate.Change.Sequence);

        static Func<SentRow, SentRow?> Confirmed(Candidate candidate) => row => row.Confirm(candidate.Change.Sequence, candidate.Hash);
    }

    /// <summary>Leaves out what names only issues of projects that the site does not have, if Jira holds nothing of it; it is looked at again when that may have changed.</summary>
    private async Task<HashSet<Candidate>> SkipAsync(IReadOnlyList<Candidate> candidates, IDictionary<SentKey, SentRow> rows, CancellationToken cancellationToken)
    {
        var skipped = new HashSet<Candidate>();

        foreach (var site in candidates.GroupBy(c => c.Change.Entity.Link.ClientKey, StringComparer.Ordinal))
        {
            var missing = await unknown.SkippedAsync(site.Key, fresh: false, cancellationToken);

            if (missing.Count == 0)
            {
                continue;
            }

            foreach (var candidate in site)
            {
                var keys = candidate.Change.Keys;

                if (!candidate.IsDeletion && keys.Count > 0 && IsNowhere(rows[candidate.Key]) && keys.All(key => missing.ContainsKey(UnknownKeys.PrefixOf(key)))
                    && (candidate.Change.Found is null || IsNowhere(await sent.ReadAsync(candidate.Key, cancellationToken) ?? new SentRow(candidate.Key))))
                {
                    await unknown.AddAsync(candidate.Change.Entity, keys, keys.Min(key => missing[UnknownKeys.PrefixOf(key)]), cancellationToken);
                    skipped.Add(candidate);
                }
            }
        }

        return skipped;

        static bool IsNowhere(SentRow row) => row.Pending == 0 && (row.Sequence == 0 || row.Tombstone);
    }

    private Verdict Judge(Candidate candidate, IDictionary<SentKey, SentRow> rows) =>
        Judgement.Of(candidate, rows[candidate.Key], rows[SentKey.Repository(candidate.Change.Entity)], clock.GetUtcNow());

    /// <summary>Notes in <c>Sent</c> what may reach Jira from now on. Done when rows are appended, and before each call.</summary>
    public async Task<IReadOnlyList<SentRow>> NoteAsync(IReadOnlyList<Judged> judged, CancellationToken cancellationToken)
    {
        await MarkDeletionsAsync(judged, cancellationToken);
        return await sent.UpdateAsync(judged.Select(j => (j.Sent, Noted(j.Candidate))), cancellationToken);

        static Func<SentRow, SentRow?> Noted(Candidate candidate) => row => row.Note(candidate.Change.Sequence, candidate.Hash);
    }

    /// <summary>Who sends something of a repository need not ask for its deletion, unless there is word of one.</summary>
    private async Task MarkDeletionsAsync(IReadOnlyList<Judged> judged, CancellationToken cancellationToken)
    {
        foreach (var link in judged.Where(j => j.Candidate.IsRepository).Select(j => j.Candidate.Change.Entity.Link).DistinctBy(link => link.Id))
        {
            await sites.MarkDeletionAsync(link.ClientKey, link.Id, cancellationToken);
        }
    }

    /// <summary>As <see cref="NoteAsync"/>, for what the initial sync appends: mostly new, so nothing is read for it.</summary>
    public Task NoteBackfillAsync(IReadOnlyList<EntityChange> changes, CancellationToken cancellationToken) => sent.NoteBackfillAsync(changes, cancellationToken);

    /// <summary>Whether smart commits and transitions must not fire: never from history, never again for what was deleted once (design 6.5).</summary>
    public static bool PreventsTransitions(Judged judged) =>
        !judged.Candidate.MayFireAutomation || judged.Candidate.Lane is Lane.Backfill || judged.Candidate.Purpose is OutboxPurpose.Repeat || judged.Sent.Tombstone;

    /// <summary>Makes one call.</summary>
    /// <returns>Null when Jira took it; else what to do. The lease's state says until when to wait.</returns>
    /// <exception cref="LeaseLostException">No call was made.</exception>
    public async Task<Reaction?> SendAsync(SiteSession session, JiraRequest request, IReadOnlyList<Judged> judged, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!await TakePointsAsync(request, cancellationToken))
        {
            return Reaction.Wait;
        }

        if (await NoteForCallAsync(judged, cancellationToken) is not { } rows)
        {
            return Reaction.Judge;
        }

        while (true)
        {
            await session.Lease.RenewAsync(cancellationToken);

            try
            {
                var receipt = request.IsDeletion
                    ? await DeleteAsync(session, request, timeout, cancellationToken)
                    : await SubmitAsync(session.Installation, request, timeout, cancellationToken);

                session.Lease.State = FailurePolicy.AfterSuccess(session.Lease.State).With(rates.TakeRate(session.Lease.ClientKey));
                await FinishAsync(session, request, receipt, judged, rows, cancellationToken);
                return null;
            }
            catch (JiraRequestException failure) when (!session.HasReread && failure.Failure is JiraFailure.Unauthorized or JiraFailure.Gone or JiraFailure.Unavailable)
            {
                // A rotated secret or a new address may be newer than what we hold; a second refusal is about that one.
                session.HasReread = true;
                var held = SiteState.CredentialOf(session.Installation);

                if (await installations.FindAsync(session.Lease.ClientKey, fresh: true, cancellationToken) is not { } fresh
                    || string.Equals(SiteState.CredentialOf(fresh), held, StringComparison.Ordinal))
                {
                    return await ReactAsync(session, request, failure, cancellationToken);
                }

                session.Installation = fresh;
            }
            catch (JiraRequestException failure)
            {
                return await ReactAsync(session, request, failure, cancellationToken);
            }
        }
    }

    /// <summary>Work that is not urgent finds out before its turn begins whether there is anything left for it; what is urgent goes on until all is used up, and then nobody does anything before the hour is over.</summary>
    private async Task<bool> TakePointsAsync(JiraRequest request, CancellationToken cancellationToken)
    {
        var priority = PriorityOf(request.Candidates[0].Lane);

        if (await rates.TakeAsync(priority, PointsOf(request), cancellationToken) is not { MayGoOn: false, Until: { } until })
        {
            return true;
        }

        if (priority is WorkPriority.Live)
        {
            Log.NoPoints(logger, until);
            await sites.HoldAllAsync(until, cancellationToken);
        }

        return false;
    }

    /// <summary>A repository's deletion makes one call more for each other family.</summary>
    private static int PointsOf(JiraRequest request) => request.IsDeletion && request.Candidates[0].IsRepository ? Enum.GetValues<ApiFamily>().Length : 1;

    public static WorkPriority PriorityOf(Lane lane) => lane switch
    {
        Lane.Live => WorkPriority.Live,
        Lane.Repair => WorkPriority.Repair,
        _ => WorkPriority.Backfill,
    };

    private async Task<Reaction> ReactAsync(SiteSession session, JiraRequest request, JiraRequestException failure, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (state, reaction) = FailurePolicy.After(session.Lease.State, failure, request.Family, request.Candidates.Count, session.Installation, now, Jitter());
        rates.TakeRate(session.Lease.ClientKey);
        session.Lease.State = state;
        Log.Failed(logger, session.Lease.ClientKey, failure.Failure, (int?)failure.Status, request.Candidates.Count, reaction);

        if (failure.AllSites)
        {
            await sites.HoldAllAsync(state.NotBefore ?? now, cancellationToken);
            await rates.HoldAllAsync(state.NotBefore ?? now, cancellationToken);
        }

        if (reaction is Reaction.Postpone)
        {
            await PostponeAsync(session.Lease.ClientKey, request.Candidates[0], now + (failure.RetryAfter ?? IssueWait), cancellationToken);
        }

        if (reaction is Reaction.Reject)
        {
            await RemoveAsync(request.Candidates, cancellationToken);
            outcomes.Record(DeliveryOutcome.Rejected, request.Candidates[0].Change, failure.Failure.ToString());
        }
        else if (failure.Failure is JiraFailure.BadRequest or JiraFailure.TooLarge && reaction is Reaction.Wait)
        {
            Log.TooManyRejected(logger, session.Lease.ClientKey, request.Family, FailurePolicy.MostRejectedInRow);
        }

        return reaction;
    }

    /// <summary>The entity's rows end, and one comes in their place that waits for its time.</summary>
    private async Task PostponeAsync(string clientKey, Candidate candidate, DateTimeOffset due, CancellationToken cancellationToken)
    {
        await outbox.AppendLaterAsync(clientKey, candidate.Lane is Lane.Backfill ? Lane.Repair : candidate.Lane, candidate.Purpose, candidate.Change with { MayFireAutomation = candidate.MayFireAutomation }, due, cancellationToken);
        await sites.MarkLaterAsync(clientKey, due, backfill: false, cancellationToken);
        await RemoveAsync([candidate], cancellationToken);
    }

    /// <returns>The rows as they stand then; null when one that was not read afresh has been written by somebody else since.</returns>
    private async Task<IReadOnlyDictionary<SentKey, SentRow>?> NoteForCallAsync(IReadOnlyList<Judged> judged, CancellationToken cancellationToken)
    {
        await MarkDeletionsAsync(judged, cancellationToken);
        var now = clock.GetUtcNow();
        var noted = judged.ToDictionary(j => j.Candidate.Key, j => j.Sent);

        // What backfill sends for the first time was noted when it was appended.
        foreach (var row in await sent.UpdateAsync(judged.Where(j => !j.Sent.IsNew || j.Candidate.Lane is not Lane.Backfill).Select(j => (j.Sent, Noted(j.Candidate))), cancellationToken))
        {
            noted[row.Key] = row;
        }

        return judged.All(j => j.IsFresh || IsSame(Noted(j.Candidate)(j.Sent) ?? j.Sent, noted[j.Candidate.Key])) ? noted : null;

        // A deletion leaves its time behind even if no answer comes: what is sent soon after it must be sent twice.
        Func<SentRow, SentRow?> Noted(Candidate candidate) => row =>
            candidate.IsDeletion ? row.NoteDeletion(candidate.Change.Sequence, now) : row.Note(candidate.Change.Sequence, candidate.Hash);

        static bool IsSame(SentRow expected, SentRow written) => expected with { ETag = null } == written with { ETag = null };
    }

    private Task<SubmissionReceipt> SubmitAsync(Installation installation, JiraRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var first = request.Candidates[0];

        return request.Family is ApiFamily.DevInfo
            ? jira.SubmitAsync(
                installation,
                new DevInfoSubmission
                {
                    LinkId = first.Key.LinkId,
                    Entities = [.. request.Candidates.Select(c => new DevInfoEntity(c.Change.Repository!, c.Key.Kind, c.Key.EntityId, c.Change.Body!.Value, c.Change.Sequence))],
                    Backfill = first.Lane is Lane.Backfill,
                    PreventTransitions = request.PreventTransitions,
                },
                timeout,
                cancellationToken)
            : jira.SubmitAsync(
                installation,
                new ProviderSubmission
                {
                    Family = request.Family,
                    LinkId = first.Key.LinkId,
                    ProjectId = first.Key.ProjectId,
                    Entities = [.. request.Candidates.Select(c => new ProviderEntity(c.Key.Kind, c.Key.EntityId, c.Change.Body!.Value, c.Change.Sequence))],
                },
                timeout,
                cancellationToken);
    }

    private async Task<SubmissionReceipt?> DeleteAsync(SiteSession session, JiraRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var installation = session.Installation;
        var (entity, sequence) = (request.Candidates[0].Change.Entity, request.Candidates[0].Change.Sequence);
        var repositoryId = JiraIds.Repository(entity.Link, entity.ProjectId);

        switch (request.Family)
        {
            case ApiFamily.DevInfo when entity.Kind is EntityKind.Repository:
                await jira.DeleteRepositoryAsync(installation, repositoryId, sequence, timeout, cancellationToken);
                await DeleteProjectAsync(session, entity, timeout, cancellationToken);
                break;
            case ApiFamily.DevInfo:
                await jira.DeleteEntityAsync(installation, repositoryId, entity.Kind, entity.EntityId, sequence, timeout, cancellationToken);
                break;
            default:
                await jira.DeleteEntityAsync(installation, entity.Kind, entity.EntityId, timeout, cancellationToken);
                break;
        }

        return null;
    }

    /// <summary>What a project shows besides its repository.</summary>
    private async Task DeleteProjectAsync(SiteSession session, EntityRef entity, TimeSpan timeout, CancellationToken cancellationToken)
    {
        foreach (var family in Enum.GetValues<ApiFamily>().Where(family => family is not ApiFamily.DevInfo))
        {
            await session.Lease.RenewAsync(cancellationToken);

            try
            {
                await jira.DeleteByProjectAsync(session.Installation, family, entity.Link.Id, entity.ProjectId, timeout, cancellationToken);
            }
            catch (JiraRequestException refused) when (refused.Failure is JiraFailure.Forbidden)
            {
                // The app has no such module there, so it never sent anything.
            }
        }
    }

    private async Task FinishAsync(
        SiteSession session, JiraRequest request, SubmissionReceipt? receipt, IReadOnlyList<Judged> judged, IReadOnlyDictionary<SentKey, SentRow> rows, CancellationToken cancellationToken)
    {
        var (clientKey, now) = (session.Lease.ClientKey, clock.GetUtcNow());
        var refused = (receipt?.Rejected ?? []).ToLookup(r => r.Entity, r => r.Messages);
        var records = new List<(SentRow, Func<SentRow, SentRow?>)>();
        Func<SentRow, SentRow?> revived = row => row.Revive();

        foreach (var (candidate, before, repository, _) in judged)
        {
            if (IsRejected(candidate))
            {
                continue;
            }

            if (RepeatAt(candidate, before, repository, now) is { } due)
            {
                await outbox.AppendLaterAsync(clientKey, candidate.Lane is Lane.Backfill ? Lane.Repair : candidate.Lane, OutboxPurpose.Repeat, candidate.Change, due, cancellationToken);
                await sites.MarkLaterAsync(clientKey, due, backfill: false, cancellationToken);
            }

            var settleAt = SettleAt(candidate, before, now);

            if (settleAt is { } at)
            {
                await LookAgainAsync(candidate, at - now, cancellationToken);
            }

            var isLeftStale = receipt is not null && IsLeftStale(candidate, before, receipt);

            if (isLeftStale)
            {
                await outbox.AppendAsync(clientKey, candidate.Lane is Lane.Backfill ? Lane.Repair : candidate.Lane, [Removal(candidate.Change)], cancellationToken);
                await sites.MarkDirtyAsync(clientKey, backfill: false, cancellationToken);
                session.LeavesNews = true;
            }

            await KeepUnknownAsync(candidate, before, receipt, cancellationToken);

            // What names an issue that Jira does not know must go again when the issue is there, though it is the same then.
            var hash = receipt is null || IsHeldWhole(candidate, receipt) ? candidate.Hash : "";
            records.Add((rows[candidate.Key], Recorded(candidate, hash, now, settleAt, isLeftStale)));

            if (candidate.IsRepository)
            {
                await sent.BuryProjectAsync(candidate.Key.LinkId, candidate.Key.ProjectId, candidate.Change.Sequence, now, cancellationToken);
            }
        }

        await sent.UpdateAsync(records, cancellationToken);
        await sent.UpdateAsync(judged.Where(j => !j.Candidate.IsDeletion && j.Repository.Tombstone).Select(j => j.Repository).DistinctBy(r => r.Key).Select(r => (r, revived)), cancellationToken);
        await RemoveAsync(request.Candidates, cancellationToken);

        foreach (var candidate in request.Candidates)
        {
            outcomes.Record(IsRejected(candidate) ? DeliveryOutcome.Rejected : DeliveryOutcome.Sent, candidate.Change, Answer(candidate));
        }

        // Builds, deployments and flags are refused when no issue of theirs is known; to us that is the same as stored nowhere.
        bool IsRejected(Candidate candidate) => refused.Contains(Answered(candidate)) && !NamesNothingKnown(candidate, receipt!);

        string? Answer(Candidate candidate) => IsRejected(candidate)
            ? JiraMessage.Strip([.. refused[Answered(candidate)].SelectMany(messages => messages)], candidate.Change.Body)
            : receipt is not null && candidate.Change.Keys.Where(receipt.UnknownIssueKeys.Contains).Take(MostNamed).ToList() is { Count: > 0 } keys ? string.Join(' ', keys) : null;

        // What is left there keeps its keys: should other news overtake the removal, they have to ask for it again.
        static Func<SentRow, SentRow?> Recorded(Candidate candidate, string hash, DateTimeOffset now, DateTimeOffset? settleAt, bool isLeftStale) =>
            row => row.Record(candidate.Change.Sequence, hash, isLeftStale ? row.Keys : candidate.Change.Keys, now, settleAt);
    }

    private async Task KeepUnknownAsync(Candidate candidate, SentRow before, SubmissionReceipt? receipt, CancellationToken cancellationToken)
    {
        if (receipt is not null && candidate.Change.Keys.Where(receipt.UnknownIssueKeys.Contains).ToList() is { Count: > 0 } keys)
        {
            await unknown.AddAsync(candidate.Change.Entity, keys, clock.GetUtcNow() + TryUnknownKeysAgain.Gap(attempts: 0), cancellationToken);
        }
        else if (before is { Sequence: > 0, Hash: "" })
        {
            await unknown.RemoveAsync(candidate.Change.Entity, cancellationToken);
        }
    }

    private static bool IsHeldWhole(Candidate candidate, SubmissionReceipt receipt) =>
        receipt.Accepted.Contains(Answered(candidate))
        && !candidate.Change.Keys.Any(receipt.UnknownIssueKeys.Contains);

    /// <summary>Jira stores nothing that names only issues which it does not know, also when it holds an earlier version with others: that one must go.</summary>
    private static bool IsLeftStale(Candidate candidate, SentRow before, SubmissionReceipt receipt) =>
        NamesNothingKnown(candidate, receipt)
        && ((before is { Sequence: > 0, Tombstone: false } && !before.Keys.All(receipt.UnknownIssueKeys.Contains))
            || (before.Pending > 0 && !string.Equals(before.PendingHash, candidate.Hash, StringComparison.Ordinal)));

    private static bool NamesNothingKnown(Candidate candidate, SubmissionReceipt receipt) => candidate.Change.Keys.Count > 0 && candidate.Change.Keys.All(receipt.UnknownIssueKeys.Contains);

    private static AnsweredEntity Answered(Candidate candidate) => new(candidate.Change.Repository?.Id ?? "", candidate.Key.Kind, candidate.Key.EntityId);

    private static EntityChange Removal(EntityChange change) => change with { Sequence = change.Sequence + 1, Body = null, Repository = null, Keys = [], MayFireAutomation = false };

    /// <summary>Jira applies what it accepted late and in any order, and a deletion obeys no sequence. So a deletion is repeated when everything before it has settled, and news soon after one is repeated when the deletion has.</summary>
    private static DateTimeOffset? RepeatAt(Candidate candidate, SentRow before, SentRow repository, DateTimeOffset now)
    {
        if (candidate.Purpose is OutboxPurpose.Repeat)
        {
            return null;
        }

        if (candidate.IsDeletion)
        {
            return now + DeletionSettles;
        }

        var deletedAt = before.DeletedAt > repository.DeletedAt ? before.DeletedAt : repository.DeletedAt ?? before.DeletedAt;
        return deletedAt + DeletionSettles > now ? deletedAt + DeletionSettles : null;
    }

    /// <returns>When to look again because content changed twice within a replica's lag; null when a look that late is on its way.</returns>
    private static DateTimeOffset? SettleAt(Candidate candidate, SentRow before, DateTimeOffset now)
    {
        var changedTwice = candidate.Purpose is OutboxPurpose.Change
            && before.SentAt > now - ReplicaLag
            && before.Hash.Length > 0
            && !string.Equals(before.Hash, candidate.Hash, StringComparison.Ordinal);

        return !changedTwice || before.SettleAt >= now + ReplicaLag ? null
            : before.SettleAt > now ? now + ReplicaLag + SettleSpacing
            : now + ReplicaLag;
    }

    private async Task LookAgainAsync(Candidate candidate, TimeSpan delay, CancellationToken cancellationToken)
    {
        if (!candidate.IsRepository)
        {
            await looks.RequestAsync(candidate.Change.Entity, delay, cancellationToken);
        }
    }

    private Task RemoveAsync(IEnumerable<Candidate> candidates, CancellationToken cancellationToken) =>
        outbox.RemoveAsync(candidates.SelectMany(c => c.Rows).Select(r => (r.PartitionKey, r.RowKey, r.ETag)), cancellationToken);

    private static double Jitter() => RandomNumberGenerator.GetInt32(700, 1301) / 1000d;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Jira did not take a request of site {ClientKey}: {Failure} (status {Status}, {Entities} entities); next: {Reaction}.")]
        public static partial void Failed(ILogger logger, string clientKey, JiraFailure failure, int? status, int entities, Reaction reaction);

        [LoggerMessage(3, LogLevel.Error, "The app's points at Jira are used up until {Until}; all sites wait.")]
        public static partial void NoPoints(ILogger logger, DateTimeOffset until);

        [LoggerMessage(2, LogLevel.Critical, "Site {ClientKey} refused {Count} entities of {Family} in a row one by one. Its rows are kept; this is a bug of ours.")]
        public static partial void TooManyRejected(ILogger logger, string clientKey, ApiFamily family, int count);
    }
}
