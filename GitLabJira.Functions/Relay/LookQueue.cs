using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Relay;

/// <summary>Puts further looks into <c>gitlab-events</c>, beside the hooks.</summary>
public sealed class LookQueue(IMessageQueue queue, TimeProvider clock) : ILooks, IRepairLooks
{
    public Task RequestAsync(EntityRef entity, TimeSpan delay, CancellationToken cancellationToken) =>
        // Whoever asks has just seen it with keys, or knows that Jira holds it.
        RequestAsync(entity.Link, LookRequest.At(entity) with { WasKeyed = true, ReadFrom = (clock.GetUtcNow() + delay).ToUnixTimeMilliseconds() }, delay, cancellationToken);

    public Task RequestAsync(RepairLook look, CancellationToken cancellationToken)
    {
        var request = LookRequest.At(look.Entity) with
        {
            WasKeyed = true,
            IsRepair = true,
            Before = look.Before,
            Told = look.IsGone ? ProjectPlaces.Destroyed : null,
            ReadFrom = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };

        return RequestAsync(look.Entity.Link, request, TimeSpan.Zero, cancellationToken);
    }

    public Task RequestAsync(Link link, LookRequest look, TimeSpan delay, CancellationToken cancellationToken)
    {
        var header = new MessageHeader
        {
            Id = Guid.NewGuid().ToString("N"),
            Kind = MessageKinds.Look,
            LinkId = link.Id,
            ClientKey = link.ClientKey,
            Epoch = link.Epoch,
            ReceivedAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };

        return queue.SendAsync(QueueNames.GitLabEvents, header, look.ToBytes(), delay, cancellationToken);
    }
}
