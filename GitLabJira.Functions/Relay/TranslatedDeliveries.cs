using Azure.Data.Tables;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Relay;

/// <inheritdoc cref="ITranslatedDeliveries"/>
public sealed class TranslatedDeliveries(AppTables tables, TimeProvider clock) : ITranslatedDeliveries
{
    public async Task<bool> ContainsAsync(Guid linkId, string deliveryId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        AppTable?[] weeks = [DeliveryTable.Of(tables, now), DeliveryTable.Before(tables, now, DeliveryTable.Remembered)];
        var found = await Task.WhenAll(weeks.OfType<AppTable>().Select(week => week.FindAsync(DeliveryTable.PartitionKey(linkId), TableKey.Of(deliveryId), cancellationToken)));

        return found.Any(row => row is not null);
    }

    public Task AddAsync(Guid linkId, string deliveryId, CancellationToken cancellationToken) =>
        DeliveryTable.Of(tables, clock.GetUtcNow()).PutAsync(new TableEntity(DeliveryTable.PartitionKey(linkId), TableKey.Of(deliveryId)), cancellationToken);
}
