using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Trail;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Reconcile;

/// <summary>One round over a link: the group as a whole, then its projects one by one, in turns of bounded length. What GitLab never told is looked at; what it told is left alone.</summary>
/// <remarks>
/// A round that GitLab interrupts goes on where it stopped. Only a whole one moves the time since which changes are asked for, so nothing falls between two of them. Two at a time would do no
/// harm but cost twice: whoever works holds the link's state for some minutes.
/// </remarks>
public sealed partial class LinkRound(
    ILinks links,
    IInstallations installations,
    RepairStore states,
    GroupRound group,
    ProjectRound projects,
    IGitLabBudget budget,
    IOptions<ReconcileOptions> options,
    ITrail trail,
    TimeProvider clock,
    ILogger<LinkRound> logger)
{
    /// <summary>So many looks at a time; they wait in one queue with what hooks tell.</summary>
    private const int MostLooks = 200;

    /// <summary>When so many projects of a turn do not answer, it is GitLab, and not the projects.</summary>
    private const int MostUnavailable = 3;

    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Held = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BetweenTurns = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Unnamed = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    public async Task RunAsync(Guid linkId, CancellationToken cancellationToken)
    {
        using var priority = Work.As(WorkPriority.Repair);
        var (lookup, link) = await links.FindAsync(linkId, fresh: true, cancellationToken);

        if (lookup is not LinkLookup.Known || link is null || !Epochs.IsCurrent(link, link.Epoch, await installations.FindAsync(link.ClientKey, fresh: false, cancellationToken)))
        {
            await states.DropAsync(linkId, cancellationToken);
            return;
        }

        var begun = clock.GetUtcNow();
        var state = await states.UpdateAsync(
            link.ClientKey,
            link.Id,
            // Told twice, or somebody is at it.
            state => state.DueAt > begun || state.HeldUntil > begun ? null : state with { HeldUntil = begun + Held, RoundAt = state.RoundAt ?? begun },
            cancellationToken);

        if (state is null)
        {
            return;
        }

        var (after, wait) = link.State is LinkState.Linking ? (state, Unnamed) : await TryAsync(link, state, cancellationToken);
        var due = clock.GetUtcNow() + wait;

        var standing = await states.UpdateAsync(link.ClientKey, link.Id, row => Merge(row, state, after) with { DueAt = due }, cancellationToken);

        // What looks have found since the last whole round, and what this one has deleted.
        if (after.RoundAt is null && standing!.Repaired - standing.Told is > 0 and var repaired)
        {
            Log.Repaired(logger, link.Id, repaired);
            trail.Add(new TrailNote { Subject = TrailSubject.OfLink(link.Id), Event = TrailEvent.Repaired, Cause = "repair", Count = (int)Math.Min(repaired, int.MaxValue) });
            await states.UpdateAsync(link.ClientKey, link.Id, row => row with { Told = standing.Repaired }, cancellationToken);
        }

        await trail.WriteAsync();
    }

    /// <summary>Others have counted repairs meanwhile, or have seen that the hook was silent.</summary>
    private static RepairState Merge(RepairState row, RepairState before, RepairState after) => after with
    {
        HeldUntil = null,
        Repaired = row.Repaired + after.Repaired - before.Repaired,
        Told = row.Told,
        HasGap = after.HasGap || (row.HasGap && !before.HasGap),
        Bucket = row.Bucket,
        Hook = row.HookAt == before.HookAt ? after.Hook : row.Hook,
        HookAt = row.HookAt == before.HookAt ? after.HookAt : row.HookAt,
    };

    private async Task<(RepairState After, TimeSpan Wait)> TryAsync(Link link, RepairState state, CancellationToken cancellationToken)
    {
        var reached = new RoundProgress(link, state);

        try
        {
            return await GoOnAsync(reached, cancellationToken) is { } wait
                ? (reached.State with { Failures = 0 }, wait)
                : Finish(reached.State);
        }
        catch (GitLabRequestException failure) when (failure.Failure is GitLabFailure.RateLimited or GitLabFailure.Unavailable)
        {
            var wait = failure.RetryAfter ?? Unnamed * Math.Pow(2, Math.Min(state.Failures, 5));
            Log.Waits(logger, link.Id, failure.Failure, wait);
            return (reached.State with { Failures = state.Failures + 1 }, wait < LongestWait ? wait : LongestWait);
        }
        catch (Exception failure) when (failure is GitLabRequestException or NoUsableGrantException)
        {
            // Nobody can see the group just now: less and less often, until somebody signs in or gets the role.
            Log.Unseen(logger, link.Id, failure is GitLabRequestException { Failure: var kind } ? kind.ToString() : nameof(NoUsableGrantException));
            var quiet = state.Quiet + 1;
            return (reached.State with { Quiet = quiet, HasGap = true }, options.Value.After(quiet));
        }
    }

    /// <returns>Null when the round is over; else how long the rest waits.</returns>
    private async Task<TimeSpan?> GoOnAsync(RoundProgress round, CancellationToken cancellationToken)
    {
        var begun = clock.GetUtcNow();

        if (await WaitAsync(round.Link.Host, cancellationToken) is { } first)
        {
            return first;
        }

        if (!round.State.GroupDone)
        {
            await group.LookAtLinkAsync(round, cancellationToken);
        }

        var listed = await group.ListAsync(round.Link, cancellationToken);

        if (!round.State.GroupDone)
        {
            await group.LookAtProjectsAsync(round, listed, cancellationToken);
            await group.LookAtMergeRequestsAsync(round, listed, cancellationToken);
            round.State = round.State with { GroupDone = true };
        }

        var unavailable = 0;
        var marks = await states.MarksAsync(round.Link.Id, cancellationToken);

        foreach (var project in listed.Where(project => project.Id > round.State.Cursor && !round.Link.Settings.LeavesOut(project)).OrderBy(project => project.Id))
        {
            if (round.Looks >= MostLooks || clock.GetUtcNow() - begun >= Turn)
            {
                return BetweenTurns;
            }

            if (await WaitAsync(round.Link.Host, cancellationToken) is { } wait)
            {
                return wait;
            }

            try
            {
                await projects.LookAsync(round, project, marks.GetValueOrDefault(project.Id) ?? new ProjectMark(project.Id), cancellationToken);
            }
            catch (GitLabRequestException failure) when (failure.Failure is GitLabFailure.Forbidden or GitLabFailure.NotFound or GitLabFailure.Refused || (failure.Failure is GitLabFailure.Unavailable && ++unavailable < MostUnavailable))
            {
                // One bad project never stops another; its mark stays, so the next round tries it again.
                Log.Skipped(logger, round.Link.Id, project.Id, failure.Failure);
            }

            round.State = round.State with { Cursor = project.Id };
        }

        return null;
    }

    /// <summary>Reconcile goes on only while GitLab has room for it (design 8).</summary>
    private async Task<TimeSpan?> WaitAsync(Uri host, CancellationToken cancellationToken) =>
        await budget.AskAsync(host, WorkPriority.Repair, cancellationToken) is { MayGoOn: false, Until: { } until } ? until - clock.GetUtcNow() : null;

    private (RepairState After, TimeSpan Wait) Finish(RepairState state)
    {
        var quiet = state.IsActive ? 0 : state.Quiet + 1;
        Log.Done(logger, state.LinkId, state.RoundAt, quiet);

        return (
            state with { LastAt = state.RoundAt, RoundAt = null, GroupDone = false, Cursor = 0, IsActive = false, HasGap = false, Failures = 0, Quiet = quiet },
            options.Value.After(quiet));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Reconciled link {LinkId} as of {RoundAt}; {Quiet} rounds without news.")]
        public static partial void Done(ILogger logger, Guid linkId, DateTimeOffset? roundAt, int quiet);

        [LoggerMessage(2, LogLevel.Warning, "Reconciling link {LinkId} waits for GitLab ({Failure}): {Wait}.")]
        public static partial void Waits(ILogger logger, Guid linkId, GitLabFailure failure, TimeSpan wait);

        [LoggerMessage(5, LogLevel.Warning, "Reconciling link {LinkId} leaves project {ProjectId} out this time: {Failure}.")]
        public static partial void Skipped(ILogger logger, Guid linkId, long projectId, GitLabFailure failure);

        [LoggerMessage(4, LogLevel.Information, "Link {LinkId}: repaired {Count}.")]
        public static partial void Repaired(ILogger logger, Guid linkId, long count);

        [LoggerMessage(3, LogLevel.Warning, "Link {LinkId} cannot be reconciled: {Failure}.")]
        public static partial void Unseen(ILogger logger, Guid linkId, string failure);
    }
}
