using GitLabJira.Functions.GitLab.Links;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Reconcile;

/// <summary>Every hour: finds links that nothing will look at, new ones above all, and gives them a time. Whatever was lost, this finds.</summary>
public sealed partial class FindForgottenLinks(LinkStore links, RepairStore states, TimeProvider clock, ILogger<FindForgottenLinks> logger)
{
    private const int Spread = 15;

    /// <summary>A link that is due for so long has lost its place in the index.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromHours(2);

    [Function(nameof(FindForgottenLinks))]
    public async Task RunAsync([TimerTrigger("40 25 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        foreach (var state in (LinkState[])[LinkState.Active, LinkState.NeedsSignIn, LinkState.HookRemoved])
        {
            await foreach (var link in links.ScanAsync(state, cancellationToken))
            {
                var now = clock.GetUtcNow();

                if (await states.FindAsync(link.Id, cancellationToken) is not { DueAt: { } due } || due < now - Overdue)
                {
                    Log.Found(logger, link.Id);
                    // Not all at the same time: there may be many, when none had one before.
                    var soon = now + TimeSpan.FromMinutes(link.Id.ToByteArray()[0] % Spread);
                    await states.UpdateAsync(link.ClientKey, link.Id, row => row.DueAt is null || row.DueAt < now - Overdue ? row with { DueAt = soon } : null, cancellationToken);
                }
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Link {LinkId} was not going to be reconciled any more; it is now.")]
        public static partial void Found(ILogger logger, Guid linkId);
    }
}
