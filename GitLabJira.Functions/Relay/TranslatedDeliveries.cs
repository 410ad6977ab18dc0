using Azure.Data.Tables;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Relay;

/// <inheritdoc cref="ITranslatedDeliveries"/>
public sealed class TranslatedDeliveries(AppTables tables, TimeProvider clock) : ITranslatedDeliveries
{
    /// <summary>Today and the days that are kept.</summary>
    private const int Days = 3;

    public async Task<bool> ContainsAsync(Guid linkId, string deliveryId, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(Enumerable.Range(0, Days).Select(daysAgo =>
            Table(daysAgo).FindAsync(DeliveryTable.PartitionKey(linkId), TableKey.Of(deliveryId), cancellationToken)));

        return found.Any(row => row is not null);
    }

    public Task AddAsync(Guid linkId, string deliveryId, CancellationToken cancellationToken) =>
        Table(daysAgo: 0).PutAsync(new TableEntity(DeliveryTable.PartitionKey(linkId), TableKey.Of(deliveryId)), cancellationToken);

    private AppTable Table(int daysAgo) => tables.Get(DeliveryTable.Name, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-daysAgo));
}
