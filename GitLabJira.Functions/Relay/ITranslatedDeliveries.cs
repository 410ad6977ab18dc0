namespace GitLabJira.Functions.Relay;

/// <summary>Which deliveries have been translated already: GitLab's resends keep their <c>Idempotency-Key</c>.</summary>
public interface ITranslatedDeliveries
{
    Task<bool> ContainsAsync(Guid linkId, string deliveryId, CancellationToken cancellationToken);

    Task AddAsync(Guid linkId, string deliveryId, CancellationToken cancellationToken);
}
