using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Outbox;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Jira.Delivery;

/// <inheritdoc cref="IJiraCleanUp"/>
/// <remarks>Deletions at Jira obey no sequence, so they go under the site's delivery lease: no POST for the link can be on its way, and none follows, because Deliver finds the note of the deletion and reads the link's state after it took the lease.</remarks>
public sealed partial class JiraCleanUp(
    JiraClient jira, JiraRates rates, SiteStore sites, OutboxStore outbox, SentStore sent, UnknownKeys unknown, IInstallations installations, IProjects projects, TimeProvider clock, ILogger<JiraCleanUp> logger) : IJiraCleanUp
{
    /// <summary>An invocation must end some day; the next one carries on where this one stopped.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    public async Task DropOutboxAsync(Link link, CancellationToken cancellationToken)
    {
        // From here on whoever delivers asks whether the link still stands.
        await sites.MarkDeletionAsync(link.ClientKey, link.Id, cancellationToken);
        await outbox.DropLinkAsync(link.ClientKey, link.Id, cancellationToken);
    }

    public async Task DropSentAsync(Link link, CancellationToken cancellationToken)
    {
        await sent.DropAsync(link.Id, cancellationToken);
        await unknown.DropLinkAsync(link.ClientKey, link.Id, cancellationToken);
    }

    public async Task DropSiteAsync(string clientKey, int epoch, CancellationToken cancellationToken)
    {
        // In this order: what stood there before the installation was seen to be over is of the past, and what is written after has another ETag.
        var view = await sites.LookAsync(clientKey, cancellationToken);

        if (await installations.FindAsync(clientKey, fresh: true, cancellationToken) is { State: InstallationState.Uninstalled } installation && installation.Epoch <= epoch)
        {
            await sites.DropAsync(clientKey, view, cancellationToken);
            await unknown.DropSiteAsync(clientKey, cancellationToken);
        }
    }

    public async Task<TimeSpan?> DeleteAtJiraAsync(Link link, IReadOnlySet<string> repositoriesOfOthers, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        if (await InstallationAsync(link, fresh: true, cancellationToken) is not { } installation)
        {
            // Jira deletes everything at uninstall, and answers nothing any more.
            return null;
        }

        var view = await sites.LookAsync(link.ClientKey, cancellationToken);
        var now = clock.GetUtcNow();

        if (view.State.IsHeld(now))
        {
            return view.State.LeaseUntil - now + Soon;
        }

        if (view.State.Waits(now, installation))
        {
            return view.State.NotBefore - now;
        }

        if (await sites.HeldUntilAsync(cancellationToken) is { } until)
        {
            return until - now;
        }

        if (await sites.TryTakeAsync(link.ClientKey, view.State, direct: false, cancellationToken) is not { } lease)
        {
            return SiteLease.Length;
        }

        try
        {
            return await DeleteAsync(new SiteSession(lease, installation), link, repositoriesOfOthers, since, cancellationToken);
        }
        catch (LeaseLostException)
        {
            return SiteLease.Length;
        }
        finally
        {
            await lease.ReleaseAsync(CancellationToken.None);
        }
    }

    public async Task<bool> ExistsAtJiraAsync(Link link, CancellationToken cancellationToken)
    {
        if (await InstallationAsync(link, fresh: false, cancellationToken) is not { } installation)
        {
            return false;
        }

        try
        {
            foreach (var linkId in LinkIds(link))
            {
                if (await jira.ExistsByLinkAsync(installation, linkId, cancellationToken))
                {
                    return true;
                }
            }

            return false;
        }
        catch (JiraRequestException failure)
        {
            // Not known is not gone: the caller deletes and asks again later.
            Log.NotKnown(logger, link.Id, failure.Failure);
            return true;
        }
    }

    private async Task<TimeSpan?> DeleteAsync(SiteSession session, Link link, IReadOnlySet<string> repositoriesOfOthers, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var started = clock.GetUtcNow();

        await foreach (var project in projects.ListAsync(link.Id, cancellationToken))
        {
            var row = new SentKey(link.Id, project.ProjectId, EntityKind.Repository, JiraIds.Repository(link, project.ProjectId));

            if (repositoriesOfOthers.Contains(row.EntityId)
                || (await sent.ReadAsync(row, cancellationToken) is { Tombstone: true } deleted && (since is null || deleted.DeletedAt >= since)))
            {
                continue;
            }

            if (clock.GetUtcNow() - started > Turn)
            {
                return Soon;
            }

            if (await CallAsync(session, ApiFamily.DevInfo, token => jira.DeleteRepositoryAsync(session.Installation, row.EntityId, sequence: null, JiraClient.Timeout, token), cancellationToken) is { } wait)
            {
                return wait;
            }

            // Where the next call carries on. What Jira applies after it goes at the next sweep.
            await sent.UpdateAsync([(new SentRow(row), Buried(clock.GetUtcNow()))], cancellationToken);
        }

        foreach (var linkId in LinkIds(link))
        {
            foreach (var family in Enum.GetValues<ApiFamily>())
            {
                if (await CallAsync(session, family, token => jira.DeleteByLinkAsync(session.Installation, family, linkId, token), cancellationToken) is { } wait)
                {
                    return wait;
                }
            }
        }

        return null;

        static Func<SentRow, SentRow?> Buried(DateTimeOffset now) => row => row.Record(Math.Max(row.Sequence, Sequences.At(now)), ContentHash.Deleted, [], now, settleAt: null);
    }

    /// <returns>How long to wait before the next attempt; null when done.</returns>
    private async Task<TimeSpan?> CallAsync(SiteSession session, ApiFamily family, Func<CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        // Somebody wants to see it gone: as urgent as news.
        if (await rates.TakeAsync(WorkPriority.Live, 1, cancellationToken) is { MayGoOn: false, Until: { } until })
        {
            return until - clock.GetUtcNow();
        }

        await session.Lease.RenewAsync(cancellationToken);

        try
        {
            await call(cancellationToken);
            session.Lease.State = FailurePolicy.AfterSuccess(session.Lease.State);
            return null;
        }
        catch (JiraRequestException failure) when (failure.Failure is JiraFailure.Forbidden && family is not ApiFamily.DevInfo)
        {
            // The app has no such module there, so it never sent anything.
            return null;
        }
        catch (JiraRequestException failure)
        {
            var now = clock.GetUtcNow();
            session.Lease.State = FailurePolicy.After(session.Lease.State, failure, family, entities: 1, session.Installation, now, jitter: 1).State;
            Log.Failed(logger, session.Lease.ClientKey, failure.Failure, (int?)failure.Status);

            if (failure.AllSites)
            {
                await sites.HoldAllAsync(session.Lease.State.NotBefore ?? now, cancellationToken);
                await rates.HoldAllAsync(session.Lease.State.NotBefore ?? now, cancellationToken);
            }

            return (session.Lease.State.NotBefore > now ? session.Lease.State.NotBefore : session.Lease.State.FamilyWaits.GetValueOrDefault(family, now + SiteLease.Length)) - now;
        }
    }

    private async Task<Installation?> InstallationAsync(Link link, bool fresh, CancellationToken cancellationToken) =>
        await installations.FindAsync(link.ClientKey, fresh, cancellationToken) is { State: InstallationState.Installed } installation && installation.Epoch == link.InstallationEpoch
            ? installation
            : null;

    private static IEnumerable<Guid> LinkIds(Link link) => link.InheritedLinkIds.Prepend(link.Id).Distinct();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Jira did not take a deletion of site {ClientKey}: {Failure} (status {Status}).")]
        public static partial void Failed(ILogger logger, string clientKey, JiraFailure failure, int? status);

        [LoggerMessage(2, LogLevel.Warning, "Whether Jira holds anything of link {LinkId} is not known: {Failure}.")]
        public static partial void NotKnown(ILogger logger, Guid linkId, JiraFailure failure);
    }
}
