using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.FaultyApp.Without;

/// <summary>Without: an entity's sequence is taken when it is handed over, not before it is read, so that of two reads the slower one wins.</summary>
internal sealed class OneOrder(IDelivery delivery, Sequences sequences) : IDelivery
{
    public Task SubmitAsync(Link link, Lane lane, IReadOnlyList<EntityChange> changes, CancellationToken cancellationToken) =>
        delivery.SubmitAsync(link, lane, Renumbered(changes), cancellationToken);

    public Task AppendBackfillAsync(Link link, IReadOnlyList<EntityChange> changes, CancellationToken cancellationToken) =>
        delivery.AppendBackfillAsync(link, Renumbered(changes), cancellationToken);

    public Task WakeAsync(string clientKey, CancellationToken cancellationToken) => delivery.WakeAsync(clientKey, cancellationToken);

    private List<EntityChange> Renumbered(IReadOnlyList<EntityChange> changes) => [.. changes.Select(change => change with { Sequence = sequences.Next() })];
}
