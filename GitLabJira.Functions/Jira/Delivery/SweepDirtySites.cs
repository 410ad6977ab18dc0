using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Every minute: wakes sites where something waits and nobody is at it, should a wake-up have been lost.</summary>
public sealed class SweepDirtySites(SiteDelivery delivery)
{
    [Function(nameof(SweepDirtySites))]
    public Task RunAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, CancellationToken cancellationToken) => delivery.SweepAsync(cancellationToken);
}
