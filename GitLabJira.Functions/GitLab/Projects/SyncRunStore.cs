using System.Globalization;
using Azure.Data.Tables;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Projects;

/// <summary>Rows of <c>SyncRuns</c>. The initial sync writes them, one activity at a time; a row that has ended stays as it ended.</summary>
public sealed class SyncRunStore(AppTables tables, TimeProvider clock) : ISyncRuns
{
    private const string State = "State";
    private const string StartedAt = "StartedAt";
    private const string EndedAt = "EndedAt";
    private const string ProjectsTotal = "ProjectsTotal";
    private const string ProjectsDone = "ProjectsDone";
    private const string ProjectsFailed = "ProjectsFailed";
    private const string Wave = "Wave";
    private const string Reason = "Reason";
    private const string ReasonCode = "ReasonCode";
    private const string ResumeAt = "ResumeAt";
    private const string Plan = "Plan";
    private const string Counts = "Counts";
    private const string ListCursor = "ListCursor";

    private AppTable Table => tables.Get("SyncRuns");

    public async Task<SyncRunProgress?> FindAsync(Guid linkId, string runId, CancellationToken cancellationToken) =>
        await FindRowAsync(linkId, runId, cancellationToken) is { } row ? Read(linkId, row) : null;

    public async Task<IReadOnlyList<SyncRunProgress>> ListAsync(Guid linkId, int count, CancellationToken cancellationToken)
    {
        var runs = new List<SyncRunProgress>();

        // A link has few runs: one per link and resync.
        await foreach (var row in Table.ListAsync(PartitionKey(linkId), cancellationToken))
        {
            runs.Add(Read(linkId, row));
        }

        return [.. runs.OrderByDescending(run => run.StartedAt).Take(count)];
    }

    public Task PlanAsync(Guid linkId, string runId, SyncPlan plan, CancellationToken cancellationToken) =>
        UpdateAsync(linkId, runId, clock.GetUtcNow(), run => run with { Plan = plan }, cancellationToken);

    public async Task WithdrawAsync(Guid linkId, string runId, CancellationToken cancellationToken)
    {
        if (await FindRowAsync(linkId, runId, cancellationToken) is { } row)
        {
            await Table.TryDeleteAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
        }
    }

    /// <summary>Where the list of projects goes on; null at its beginning.</summary>
    public async Task<Uri?> ListCursorAsync(Guid linkId, string runId, CancellationToken cancellationToken) =>
        await FindRowAsync(linkId, runId, cancellationToken) is { } row && row.GetString(ListCursor) is { } cursor ? new Uri(cursor) : null;

    public Task SaveListCursorAsync(Guid linkId, string runId, Uri? cursor, CancellationToken cancellationToken) =>
        WriteAsync(linkId, runId, row => Set(row, ListCursor, cursor?.AbsoluteUri), cancellationToken);

    /// <summary>Changes a run, or begins it. A run that has ended is left alone.</summary>
    /// <returns>The run as it stands now.</returns>
    public async Task<SyncRunProgress> UpdateAsync(Guid linkId, string runId, DateTimeOffset now, Func<SyncRunProgress, SyncRunProgress> change, CancellationToken cancellationToken)
    {
        var row = await WriteAsync(
            linkId,
            runId,
            row =>
            {
                var run = Read(linkId, row, now);

                if (run.EndedAt is null)
                {
                    Write(row, change(run));
                }
            },
            cancellationToken);

        return Read(linkId, row, now);
    }

    public Task DropAsync(Guid linkId, CancellationToken cancellationToken) => Table.DeleteAllAsync(PartitionKey(linkId), prefix: null, cancellationToken);

    private async Task<TableEntity> WriteAsync(Guid linkId, string runId, Action<TableEntity> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await FindRowAsync(linkId, runId, cancellationToken);
            var row = found ?? new TableEntity(PartitionKey(linkId), TableKey.Of(runId)) { ["RunId"] = runId };
            change(row);

            var written = found is null
                ? await Table.TryAddAsync(row, cancellationToken)
                : await Table.TryReplaceAsync(row, found.ETag, cancellationToken);

            if (written is not null)
            {
                return row;
            }
        }
    }

    private Task<TableEntity?> FindRowAsync(Guid linkId, string runId, CancellationToken cancellationToken) =>
        Table.FindAsync(PartitionKey(linkId), TableKey.Of(runId), cancellationToken);

    private static SyncRunProgress Read(Guid linkId, TableEntity row, DateTimeOffset? now = null) => new()
    {
        LinkId = linkId,
        RunId = row.GetString("RunId") ?? row.RowKey,
        State = Enum.TryParse<SyncRunState>(row.GetString(State), out var state) ? state : SyncRunState.Listing,
        StartedAt = row.GetDateTimeOffset(StartedAt) ?? now ?? DateTimeOffset.UnixEpoch,
        EndedAt = row.GetDateTimeOffset(EndedAt),
        ProjectsTotal = row.GetInt32(ProjectsTotal),
        ProjectsDone = row.GetInt32(ProjectsDone) ?? 0,
        ProjectsFailed = row.GetInt32(ProjectsFailed) ?? 0,
        Wave = row.GetInt32(Wave) ?? 0,
        Reason = row.GetString(Reason),
        ReasonCode = row.GetString(ReasonCode),
        ResumeAt = row.GetDateTimeOffset(ResumeAt),
        Plan = SyncPlan.Parse(row.GetString(Plan)),
        Counts = KindCounts.Parse(row.GetString(Counts)),
    };

    private static void Write(TableEntity row, SyncRunProgress run)
    {
        row[State] = run.State.ToString();
        row[StartedAt] = run.StartedAt;
        Set(row, EndedAt, run.EndedAt);
        Set(row, ProjectsTotal, run.ProjectsTotal);
        row[ProjectsDone] = run.ProjectsDone;
        row[ProjectsFailed] = run.ProjectsFailed;
        row[Wave] = run.Wave;
        Set(row, Reason, run.Reason);
        Set(row, ReasonCode, run.Reason is null ? null : run.ReasonCode ?? SyncReasons.Other);
        Set(row, ResumeAt, run.State is SyncRunState.Waiting ? run.ResumeAt : null);
        Set(row, Plan, run.Plan?.ToText());
        Set(row, Counts, run.Counts.Count == 0 ? null : run.Counts.ToText());
    }

    private static void Set<T>(TableEntity row, string column, T? value)
    {
        if (value is null)
        {
            row.Remove(column);
            return;
        }

        row[column] = value;
    }

    private static string PartitionKey(Guid linkId) => TableKey.Of(linkId.ToString("N", CultureInfo.InvariantCulture));
}
