using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.Configuration;

/// <summary>Takes up every minute what a crash left half done: links that never became active, syncs and clean-ups that a row names and nobody started (design 8).</summary>
public sealed partial class FinishLinks(LinkStore links, LinkIndex index, Linking linking, IInstallations installations, TimeProvider clock, ILogger<FinishLinks> logger)
{
    /// <summary>A request that is still at work is left alone for this long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Who waits this long for GitLab has gone home.</summary>
    private static readonly TimeSpan GiveUp = TimeSpan.FromHours(1);

    [Function(nameof(FinishLinks))]
    public async Task RunAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken)
    {
        await ForEachAsync(links.ScanAsync(LinkState.Linking, cancellationToken), link => FinishAsync(link, durable, cancellationToken), cancellationToken);
        await ForEachAsync(links.ScanRunningAsync(cancellationToken), link => StartSyncAsync(link, durable, cancellationToken), cancellationToken);
        await ForEachAsync(links.ScanAsync(LinkState.Unlinking, cancellationToken), link => StartCleanUpAsync(link, durable, cancellationToken), cancellationToken);
    }

    private async Task FinishAsync(Link link, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        var age = clock.GetUtcNow() - link.CreatedAt;

        if (age < Patience)
        {
            return;
        }

        if (age > GiveUp || !await IsOfPresentAsync(link, cancellationToken))
        {
            await linking.UndoAsync(link, new Refusal(StatusCodes.Status503ServiceUnavailable, Reasons.GitLabUnavailable, "GitLab did not answer."), cancellationToken);
            Log.Undone(logger, link.Id);
            return;
        }

        Log.Resumed(logger, link.Id);

        // The request may have ended between the row and this; without it no webhook finds the link.
        await index.AddAsync(link, cancellationToken);
        await linking.FinishAsync(link, durable, cancellationToken);
    }

    private async Task StartSyncAsync(Link link, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (link.State is not (LinkState.Linking or LinkState.Unlinking) && await IsOfPresentAsync(link, cancellationToken))
        {
            await LinkStarts.SyncAsync(durable, link, cancellationToken);
        }
    }

    private async Task StartCleanUpAsync(Link link, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        // After an uninstall the installation's own clean-up sees to its links.
        if (await IsOfPresentAsync(link, cancellationToken))
        {
            await index.BuryAsync(link, cancellationToken);
            await LinkStarts.CleanUpAsync(durable, link, cancellationToken);
        }
    }

    private async Task<bool> IsOfPresentAsync(Link link, CancellationToken cancellationToken) =>
        await installations.FindAsync(link.ClientKey, fresh: false, cancellationToken) is { State: InstallationState.Installed } installation
        && installation.Epoch == link.InstallationEpoch;

    /// <summary>One bad link must not stop the others.</summary>
    private async Task ForEachAsync(IAsyncEnumerable<Link> found, Func<Link, Task> act, CancellationToken cancellationToken)
    {
        await foreach (var link in found.WithCancellation(cancellationToken))
        {
            try
            {
                await act(link);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                Log.Failed(logger, link.Id, exception.GetType().Name);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Resuming the linking {LinkId}, which was interrupted.")]
        public static partial void Resumed(ILogger logger, Guid linkId);

        [LoggerMessage(2, LogLevel.Warning, "Undid the linking {LinkId}: it could not be finished.")]
        public static partial void Undone(ILogger logger, Guid linkId);

        [LoggerMessage(3, LogLevel.Error, "Could not take up link {LinkId}: {Failure}.")]
        public static partial void Failed(ILogger logger, Guid linkId, string failure);
    }
}
