using Azure;
using Azure.Data.Tables;
using GitLabJira.LocalRuntime.Hosting;

namespace GitLabJira.LocalRuntime.Timers;

/// <summary>Timer rows in an Azure table beside the app's: every write is fenced by ETag.</summary>
internal sealed class TableTimerRows(HostSettings settings, HostIdentity host) : ITimerRows
{
    public const string TableName = "LocalRuntimeTimers";

    private readonly Lazy<TableClient> _table = new(() => new TableClient(settings.ConnectionString(), TableName));

    public Task CreateAsync(CancellationToken cancellationToken) => _table.Value.CreateIfNotExistsAsync(cancellationToken);

    public async Task<TimerRow?> ReadAsync(string function, CancellationToken cancellationToken)
    {
        var found = await _table.Value.GetEntityIfExistsAsync<TableEntity>(host.Id, function, cancellationToken: cancellationToken);

        return found.HasValue && found.Value is { } entity
            ? new()
            {
                ETag = entity.ETag.ToString(),
                Last = entity.GetDateTimeOffset(nameof(TimerRow.Last)),
                Next = entity.GetDateTimeOffset(nameof(TimerRow.Next))!.Value,
                Updated = entity.GetDateTimeOffset(nameof(TimerRow.Updated))!.Value,
                Begun = entity.GetDateTimeOffset(nameof(TimerRow.Begun)),
                TakenUntil = entity.GetDateTimeOffset(nameof(TimerRow.TakenUntil)),
            }
            : null;
    }

    public async Task<TimerRow?> WriteAsync(string function, TimerRow row, CancellationToken cancellationToken)
    {
        var entity = new TableEntity(host.Id, function)
        {
            [nameof(TimerRow.Last)] = row.Last,
            [nameof(TimerRow.Next)] = row.Next,
            [nameof(TimerRow.Updated)] = row.Updated,
            [nameof(TimerRow.Begun)] = row.Begun,
            [nameof(TimerRow.TakenUntil)] = row.TakenUntil,
        };

        try
        {
            var written = row.ETag is null
                ? await _table.Value.AddEntityAsync(entity, cancellationToken)
                : await _table.Value.UpdateEntityAsync(entity, new ETag(row.ETag), TableUpdateMode.Replace, cancellationToken);

            return row with { ETag = written.Headers.ETag?.ToString() };
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return null;
        }
    }
}
