using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;

namespace GitLabJira.Functions.InitialSync;

/// <summary>Reads the pipelines and deployments of the window and all feature flags, the latest first (child pipelines after the others), until enough of a kind name a key.</summary>
internal sealed class CiReading(ReadingState reading)
{
    private const int MostKeyed = 400;
    private const int MostRead = 1_000;

    private readonly CiChanges _changes = new(reading.Tools.Grants, reading.Tools.CiReader, reading.Publication, reading.Project);

    /// <returns>False when this reading has to break off.</returns>
    public Task<bool> ReadPipelinesAsync(CancellationToken cancellationToken) => ReadAsync(
        SyncKind.Pipelines,
        (access, page, token) => reading.Tools.CiReader.PipelinesAsync(access, reading.Project.Id, reading.Since, page, token),
        (pipeline, sequence) => _changes.BuildAsync(pipeline, head: null, sequence, cancellationToken),
        cancellationToken);

    /// <returns>False when this reading has to break off.</returns>
    public Task<bool> ReadDeploymentsAsync(CancellationToken cancellationToken) => ReadAsync(
        SyncKind.Deployments,
        (access, page, token) => reading.Tools.CiReader.DeploymentsAsync(access, reading.Project.Id, reading.Since, page, token),
        (deployment, sequence) => _changes.DeploymentAsync(deployment, sequence, cancellationToken),
        cancellationToken);

    /// <returns>False when this reading has to break off.</returns>
    public Task<bool> ReadFeatureFlagsAsync(CancellationToken cancellationToken) => ReadAsync(
        SyncKind.FeatureFlags,
        (access, page, token) => reading.Tools.CiReader.FeatureFlagsAsync(access, reading.Project.Id, page, token),
        (flag, sequence) => Task.FromResult(_changes.FeatureFlag(flag, sequence)),
        cancellationToken);

    private async Task<bool> ReadAsync<T>(
        SyncKind kind, Func<GitLabAccess, Uri?, CancellationToken, Task<ListPage<T>>> list, Func<T, long, Task<EntityChange?>> map, CancellationToken cancellationToken)
    {
        bool isOver;

        do
        {
            var (page, readAt) = (reading.Cursor.Page, reading.Tools.Clock.GetUtcNow());
            var sequence = reading.NextSequence();
            var answer = await reading.ListAsync(kind, (access, token) => list(access, page, token), cancellationToken);
            var changes = new List<EntityChange>();

            foreach (var item in answer.Items.TakeWhile(_ => !IsFull(kind)))
            {
                var change = await map(item, sequence);
                reading.Count(kind, found: 1, keyed: change is { Keys.Count: > 0 } ? 1 : 0, sent: change is null ? 0 : 1);

                if (change is not null)
                {
                    changes.Add(change);
                }
            }

            await AppendAsync(changes, readAt, cancellationToken);
            isOver = answer.Next is null || IsFull(kind);
            reading.Cursor = isOver
                ? reading.Cursor with { Phase = kind is SyncKind.FeatureFlags ? kind : kind + 1, Page = null, IsOver = kind is SyncKind.FeatureFlags }
                : reading.Cursor with { Page = answer.Next };

            if (!await reading.KeepAsync())
            {
                return false;
            }
        }
        while (!isOver);

        return true;
    }

    private bool IsFull(SyncKind kind) => reading.Counts.Of(kind) is var counted && (counted.Keyed >= MostKeyed || counted.Found >= MostRead);

    private async Task AppendAsync(IReadOnlyList<EntityChange> changes, DateTimeOffset readAt, CancellationToken cancellationToken)
    {
        await reading.AppendAsync(changes, cancellationToken);

        foreach (var change in changes)
        {
            // An event may have found meanwhile that it is to go, when there was nothing yet to take away.
            if (await reading.Tools.LookLog.LastJudgedAsync(change.Entity, cancellationToken) >= readAt)
            {
                await reading.LookAsync(change.Entity, cancellationToken);
            }
        }
    }
}
