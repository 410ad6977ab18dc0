using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.InitialSync;

/// <summary>Reads one project in one wave. Its row keeps the limit on starts honest: an attempt that finds its own wave there, or comes too late for it, does not call GitLab.</summary>
public sealed partial class SyncProject(RunGuard guard, SyncProjectStore projects, SyncRunStore runs, IHooks hooks, ReadingTools tools, ILogger<SyncProject> logger)
{
    private const int MostInterruptions = 4;

    /// <summary>With the minute between waves, no start of one wave comes near one of the next.</summary>
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookDelay = TimeSpan.FromMinutes(1);

    [Function(nameof(SyncProject))]
    public async Task<ProjectAnswer> RunAsync([ActivityTrigger] ProjectWork work, CancellationToken cancellationToken)
    {
        if (await guard.ActiveAsync(work.ClientKey, work.LinkId, work.RunId, cancellationToken) is not { } link
            || await FindAsync(work, cancellationToken) is not { } row)
        {
            return new ProjectAnswer(ProjectOutcome.Stopped);
        }

        if (row.Wave >= work.Wave)
        {
            return Repeated(row, work);
        }

        var now = tools.Clock.GetUtcNow();

        if (now.ToUnixTimeMilliseconds() - work.WaveAt > Latest.TotalMilliseconds)
        {
            Log.Late(logger, work.LinkId, work.ProjectId, work.Wave);
            return new ProjectAnswer(ProjectOutcome.Late);
        }

        row.Interruptions += row.State is SyncProjectState.Running ? 1 : 0;
        (row.State, row.Wave, row.StartedAt) = (SyncProjectState.Running, work.Wave, now);

        if (!await projects.TryWriteAsync(row, cancellationToken))
        {
            // Another attempt of the same wave was quicker, or the answer to this write was lost: either way the wave stands in the row.
            return new ProjectAnswer(ProjectOutcome.Interrupted, now.ToUnixTimeMilliseconds());
        }

        var startedAt = tools.Clock.GetUtcNow().ToUnixTimeMilliseconds();

        return row.Interruptions > MostInterruptions
            ? await EndAsync(work, SyncProjectState.Failed, $"The attempts to read this project ended {row.Interruptions} times without an answer.", startedAt, cancellationToken)
            : await ReadAsync(link, work, row, startedAt, cancellationToken);
    }

    private ProjectAnswer Repeated(SyncProjectRow row, ProjectWork work)
    {
        var startedAt = row.StartedAt?.ToUnixTimeMilliseconds() ?? work.WaveAt;

        if (row.Wave > work.Wave)
        {
            return new ProjectAnswer(ProjectOutcome.Late);
        }

        Log.Repeated(logger, work.LinkId, work.ProjectId, work.Wave, row.State);

        return row.State switch
        {
            SyncProjectState.Done => new ProjectAnswer(ProjectOutcome.Done, startedAt),
            SyncProjectState.Failed => new ProjectAnswer(ProjectOutcome.Failed, startedAt),
            SyncProjectState.Paused => new ProjectAnswer(ProjectOutcome.Paused, startedAt),
            _ => new ProjectAnswer(ProjectOutcome.Interrupted, startedAt),
        };
    }

    private async Task<ProjectAnswer> ReadAsync(Link link, ProjectWork work, SyncProjectRow row, long startedAt, CancellationToken cancellationToken)
    {
        using var priority = Work.As(WorkPriority.Backfill);

        try
        {
            if (link.Settings.Excludes(work.ProjectId))
            {
                return await EndAsync(work, SyncProjectState.Done, "Left out: the project is excluded.", startedAt, cancellationToken);
            }

            var run = await runs.FindAsync(work.LinkId, work.RunId, cancellationToken);
            var plan = run?.Plan ?? SyncPlan.First(link.Settings);
            var cursor = ProjectCursor.Parse(row.Cursor) ?? new ProjectCursor { HookedAt = HookedAt(link, plan) };

            // Ahead of the first read, so that nothing falls between; it is there already when a later wave goes on.
            if (link.HookKind is HookKind.Project && !plan.DryRun)
            {
                await hooks.EnsureProjectHookAsync(link, work.ProjectId, cancellationToken);
            }

            if (await tools.Grants.CallAsync(link, (access, token) => tools.Reader.ProjectAsync(access, work.ProjectId, token), cancellationToken) is not { } project)
            {
                return await EndAsync(work, SyncProjectState.Failed, "The project is gone or hidden (404).", startedAt, cancellationToken);
            }

            if (link.Settings.LeavesOut(project))
            {
                return await EndAsync(work, SyncProjectState.Done, "Left out: the project is archived.", startedAt, cancellationToken);
            }

            if (!plan.DryRun && !GroupPaths.IsBelow(project.PathWithNamespace, link.GroupPath))
            {
                // The project moved away since it was listed, or its group got another name: a look finds out which, and takes away what is read here meanwhile.
                await tools.Looks.RequestAsync(EntityRefs.Repository(link, project.Id), LookDelay, cancellationToken);
            }

            var job = new ReadingJob(link, project, plan, (run?.StartedAt ?? tools.Clock.GetUtcNow()).AddDays(-plan.WindowDays));
            var result = await new ProjectReading(tools, job, cursor, reached => KeepAsync(work, reached, cancellationToken)).RunAsync(cancellationToken);

            return result.End switch
            {
                ReadingEnd.Done => await EndAsync(work, SyncProjectState.Done, result.Text, startedAt, cancellationToken, counts: result.Counts),
                ReadingEnd.Unfinished => await EndAsync(work, SyncProjectState.Paused, "Goes on with the next wave.", startedAt, cancellationToken, tools.Clock.GetUtcNow()),
                _ => new ProjectAnswer(ProjectOutcome.Stopped, startedAt),
            };
        }
        catch (Exception failure) when (ReadingWaits.After(failure) is { } wait)
        {
            Log.Pausing(logger, work.LinkId, work.ProjectId, wait, failure.GetType().Name);
            var resumeAt = tools.Clock.GetUtcNow() + wait;
            return await EndAsync(work, SyncProjectState.Paused, ReadingWaits.Words(failure), startedAt, cancellationToken, resumeAt);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && !AzureFailures.IsOf(failure))
        {
            // One bad project never stops the others. What our own storage refuses cannot be written down either; that attempt ends without a word.
            Log.Failed(logger, work.LinkId, work.ProjectId, failure.GetType().Name, (failure as GitLabRequestException)?.Status);
            return await EndAsync(work, SyncProjectState.Failed, ReadingWaits.Words(failure), startedAt, cancellationToken);
        }
    }

    /// <summary>A group hook stands since the link was made. A project's hook stands from its first attempt on, if not before. What is older than the hook had no webhook, however young it is.</summary>
    private DateTimeOffset HookedAt(Link link, SyncPlan plan)
    {
        var linkHookedAt = link.HookedAt ?? link.CreatedAt;

        return plan.SettledBefore is { } settled ? (settled > linkHookedAt ? settled : linkHookedAt)
            : link.HookKind is HookKind.Project ? tools.Clock.GetUtcNow()
            : linkHookedAt;
    }

    /// <returns>False when the run was stopped, the project excluded, or another attempt has taken over.</returns>
    private async Task<bool> KeepAsync(ProjectWork work, ProjectCursor reached, CancellationToken cancellationToken) =>
        await guard.ActiveAsync(work.ClientKey, work.LinkId, work.RunId, cancellationToken) is { } link
        && !link.Settings.Excludes(work.ProjectId)
        && await WriteAsync(work, row => row.Cursor = reached.ToText(), cancellationToken);

    private async Task<ProjectAnswer> EndAsync(
        ProjectWork work, SyncProjectState state, string result, long startedAt, CancellationToken cancellationToken, DateTimeOffset? resumeAt = null, KindCounts? counts = null)
    {
        var written = await WriteAsync(
            work,
            row =>
            {
                (row.State, row.Result, row.ResumeAt) = (state, result, resumeAt);
                row.Cursor = state is SyncProjectState.Paused ? row.Cursor : null;
                row.KeepCounts(counts ?? []);
            },
            cancellationToken);

        Log.Ended(logger, work.LinkId, work.ProjectId, work.Wave, state);

        var outcome = state switch
        {
            SyncProjectState.Done => ProjectOutcome.Done,
            SyncProjectState.Paused => ProjectOutcome.Paused,
            _ => ProjectOutcome.Failed,
        };

        AppMetrics.Synced((written ? outcome : ProjectOutcome.Stopped).ToString());
        return new ProjectAnswer(written ? outcome : ProjectOutcome.Stopped, startedAt);
    }

    /// <summary>Changes the project's row while this attempt is the one in it. Others write other columns of it: the hook, for one.</summary>
    private async Task<bool> WriteAsync(ProjectWork work, Action<SyncProjectRow> change, CancellationToken cancellationToken)
    {
        while (await FindAsync(work, cancellationToken) is { } row && row.Wave == work.Wave && row.State is SyncProjectState.Running)
        {
            change(row);

            if (await projects.TryWriteAsync(row, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<SyncProjectRow?> FindAsync(ProjectWork work, CancellationToken cancellationToken) =>
        await projects.FindAsync(work.LinkId, work.ProjectId, cancellationToken) is { } row && string.Equals(row.RunId, work.RunId, StringComparison.Ordinal) ? row : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Link {LinkId}, project {ProjectId}: wave {Wave} ends as {State}.")]
        public static partial void Ended(ILogger logger, Guid linkId, long projectId, int wave, SyncProjectState state);

        [LoggerMessage(2, LogLevel.Warning, "Link {LinkId}, project {ProjectId}: came too late for wave {Wave}; it joins a later one.")]
        public static partial void Late(ILogger logger, Guid linkId, long projectId, int wave);

        [LoggerMessage(3, LogLevel.Warning, "Link {LinkId}, project {ProjectId}: another attempt of wave {Wave} had begun ({State}).")]
        public static partial void Repeated(ILogger logger, Guid linkId, long projectId, int wave, SyncProjectState state);

        [LoggerMessage(4, LogLevel.Warning, "Link {LinkId}, project {ProjectId}: pausing for {Wait} ({Failure}).")]
        public static partial void Pausing(ILogger logger, Guid linkId, long projectId, TimeSpan wait, string failure);

        [LoggerMessage(5, LogLevel.Error, "Link {LinkId}, project {ProjectId}: failed ({Failure}, status {Status}).")]
        public static partial void Failed(ILogger logger, Guid linkId, long projectId, string failure, System.Net.HttpStatusCode? status);
    }
}
