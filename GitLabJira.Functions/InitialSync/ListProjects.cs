using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.InitialSync;

/// <summary>First activity of a run: writes down all projects of the group, page by page, and goes on where an earlier attempt stopped.</summary>
public sealed partial class ListProjects(
    RunGuard guard, IGrantAccess grants, IGitLabReader reader, SyncProjectStore projects, SyncRunStore runs, TimeProvider clock, ILogger<ListProjects> logger)
{
    private const int EnteredAtOnce = 100;

    [Function(nameof(ListProjects))]
    public async Task<ListAnswer> RunAsync([ActivityTrigger] SyncRunInput input, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        if (await guard.ActiveAsync(input.ClientKey, input.LinkId, input.RunId, cancellationToken) is not { } link)
        {
            await guard.EndAsync(input.ClientKey, input.LinkId, input.RunId, SyncRunState.Stopped, reason: null, cancellationToken);
            return new ListAnswer(RunStep.End);
        }

        using var priority = Work.As(WorkPriority.Backfill);

        try
        {
            var run = await runs.UpdateAsync(link.Id, input.RunId, now, run => run with { State = SyncRunState.Listing, Reason = null, Plan = run.Plan ?? SyncPlan.First(link.Settings) }, cancellationToken);

            if (run.ProjectsTotal is not null)
            {
                return new ListAnswer(RunStep.Go);
            }

            // Attempts may also have ended without a word.
            if (now.ToUnixTimeMilliseconds() >= input.GiveUpAt)
            {
                return await GiveUpAsync(input, why: null, cancellationToken);
            }

            if (run.Plan?.RetryOf is { } earlier)
            {
                await EnterFailedAsync(link, input.RunId, earlier, cancellationToken);
            }
            else if (run.Plan?.ProjectId is not { } projectId)
            {
                await ListAsync(link, input.RunId, cancellationToken);
            }
            else if (!await EnterAsync(link, input.RunId, projectId, cancellationToken))
            {
                await guard.EndAsync(input.ClientKey, input.LinkId, input.RunId, SyncRunState.Failed, "The project is gone, hidden or excluded, or no longer below the group.", cancellationToken, SyncReasons.NothingThere);
                return new ListAnswer(RunStep.End);
            }

            await CountAsync(link, input.RunId, cancellationToken);
            return new ListAnswer(RunStep.Go);
        }
        catch (Exception failure) when (failure is NoUsableGrantException or GitLabRequestException)
        {
            return await AfterAsync(input, failure, cancellationToken);
        }
    }

    private async Task ListAsync(Link link, string runId, CancellationToken cancellationToken)
    {
        var page = await runs.ListCursorAsync(link.Id, runId, cancellationToken);

        do
        {
            var next = page;
            var answer = await grants.CallAsync(link, (access, token) => reader.GroupProjectsAsync(access, link.GroupId, next, token), cancellationToken);

            await projects.AddAsync(link.Id, runId, [.. answer.Items.Where(project => !link.Settings.LeavesOut(project))], cancellationToken);
            await runs.SaveListCursorAsync(link.Id, runId, answer.Next, cancellationToken);
            page = answer.Next;
        }
        while (page is not null);
    }

    /// <summary>The one project of a run that is for no other.</summary>
    private async Task<bool> EnterAsync(Link link, string runId, long projectId, CancellationToken cancellationToken)
    {
        var project = await grants.CallAsync(link, (access, token) => reader.ProjectAsync(access, projectId, token), cancellationToken);

        if (project is null || !GroupPaths.IsBelow(project.PathWithNamespace, link.GroupPath) || link.Settings.LeavesOut(project))
        {
            return false;
        }

        await projects.AddAsync(link.Id, runId, [project], cancellationToken);
        return true;
    }

    /// <summary>What failed in an earlier run and was not read since. Each project has one row, which the newest run that reads it takes over.</summary>
    private async Task EnterFailedAsync(Link link, string runId, string earlier, CancellationToken cancellationToken)
    {
        string? after = null;

        do
        {
            var page = await projects.PageAsync(link.Id, earlier is SyncPlan.EveryRun ? null : earlier, SyncProjectState.Failed, after, EnteredAtOnce, cancellationToken);
            after = page.Next;
            await projects.AddAsync(link.Id, runId, [.. page.Rows.Where(row => !link.Settings.Excludes(row.ProjectId)).Select(row => new NamedProject(row.ProjectId, row.Path))], cancellationToken);
        }
        while (after is not null);
    }

    private async Task CountAsync(Link link, string runId, CancellationToken cancellationToken)
    {
        var total = await projects.ListAsync(link.Id, runId, cancellationToken).CountAsync(cancellationToken);
        await runs.UpdateAsync(link.Id, runId, clock.GetUtcNow(), run => run with { State = SyncRunState.Running, ProjectsTotal = total }, cancellationToken);
        Log.Listed(logger, link.Id, runId, total);
    }

    private async Task<ListAnswer> AfterAsync(SyncRunInput input, Exception failure, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var reason = ReadingWaits.Words(failure);

        // A group that cannot be seen just now may be seen again: roles and IP rules change.
        var wait = ReadingWaits.After(failure) ?? TimeSpan.FromMinutes(15);

        if ((now + wait).ToUnixTimeMilliseconds() > input.GiveUpAt)
        {
            return await GiveUpAsync(input, reason, cancellationToken);
        }

        Log.Waiting(logger, input.LinkId, input.RunId, wait, failure.GetType().Name);
        await runs.UpdateAsync(input.LinkId, input.RunId, now, run => run with { State = SyncRunState.Waiting, Reason = reason, ReasonCode = ReadingWaits.Code(failure), ResumeAt = now + wait }, cancellationToken);
        return new ListAnswer(RunStep.Wait, Milliseconds.NotBefore(now + wait));
    }

    private async Task<ListAnswer> GiveUpAsync(SyncRunInput input, string? why, CancellationToken cancellationToken)
    {
        var reason = $"The projects could not be listed within 24 hours. {why}".TrimEnd();
        await guard.EndAsync(input.ClientKey, input.LinkId, input.RunId, SyncRunState.Failed, reason, cancellationToken, SyncReasons.GaveUp);
        return new ListAnswer(RunStep.End);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Link {LinkId}, run {RunId}: {Projects} projects to read.")]
        public static partial void Listed(ILogger logger, Guid linkId, string runId, int projects);

        [LoggerMessage(2, LogLevel.Warning, "Link {LinkId}, run {RunId}: listing waits {Wait} ({Failure}).")]
        public static partial void Waiting(ILogger logger, Guid linkId, string runId, TimeSpan wait, string failure);
    }
}
