using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>Forgets every day the links that were unlinked more than 30 days ago (design 5, LinkIndex).</summary>
public sealed class DropLinkTombstones(LinkIndex index)
{
    [Function(nameof(DropLinkTombstones))]
    public Task RunAsync([TimerTrigger("0 50 3 * * *")] TimerInfo timer, CancellationToken cancellationToken) => index.DropOldTombstonesAsync(cancellationToken);
}
