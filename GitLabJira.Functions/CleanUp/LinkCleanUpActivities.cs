using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.CleanUp;

/// <param name="Force">Asked long enough: terminate.</param>
public sealed record StopLinkSyncInput(LinkCleanUpInput Link, bool Force);

/// <param name="WaitFor">Null when deleted; else how long to wait before trying again.</param>
public sealed record LinkDeletion(TimeSpan? WaitFor);

/// <summary>The steps of <see cref="CleanUpLink"/>. Each first makes sure that the link is still the one that was unlinked: a newer one is left alone.</summary>
public sealed partial class LinkCleanUpActivities(
    ILinks links,
    ILinkRemoval removal,
    IProjects projects,
    ISyncRuns runs,
    IHooks hooks,
    IJiraCleanUp jira,
    IInstallations installations,
    ILogger<LinkCleanUpActivities> logger)
{
    /// <returns>Whether no sync of the link runs.</returns>
    [Function(nameof(StopLinkSync))]
    public async Task<bool> StopLinkSync([ActivityTrigger] StopLinkSyncInput input, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await FindAsync(input.Link, cancellationToken) is not { ActiveRunId: { } runId } link)
        {
            return true;
        }

        // It stops by itself at the next look at the link, which is unlinking.
        var instanceId = SyncRun.InstanceId(link.Id, runId);

        if (await durable.GetInstanceAsync(instanceId, getInputsAndOutputs: false, cancellationToken) is null or { IsCompleted: true })
        {
            return true;
        }

        if (input.Force)
        {
            try
            {
                await durable.TerminateInstanceAsync(instanceId, "unlinked", cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                // It may have ended just now; the next poll sees.
                Log.NotTerminated(logger, link.Id, failure.GetType().Name);
            }
        }

        return false;
    }

    [Function(nameof(RemoveLinkHooks))]
    public async Task RemoveLinkHooks([ActivityTrigger] LinkCleanUpInput input, CancellationToken cancellationToken)
    {
        if (await FindAsync(input, cancellationToken) is { } link)
        {
            await hooks.RemoveAsync(link, cancellationToken);
        }
    }

    [Function(nameof(DropLinkOutbox))]
    public async Task DropLinkOutbox([ActivityTrigger] LinkCleanUpInput input, CancellationToken cancellationToken)
    {
        if (await FindAsync(input, cancellationToken) is { } link)
        {
            await jira.DropOutboxAsync(link, cancellationToken);
        }
    }

    [Function(nameof(DeleteLinkAtJira))]
    public async Task<LinkDeletion> DeleteLinkAtJira([ActivityTrigger] LinkCleanUpInput input, CancellationToken cancellationToken)
    {
        if (await FindWithDataAtJiraAsync(input, cancellationToken) is not { } link)
        {
            return new LinkDeletion(WaitFor: null);
        }

        var others = new HashSet<string>(StringComparer.Ordinal);

        await foreach (var other in links.ListAsync(link.ClientKey, cancellationToken))
        {
            if (other.Id == link.Id || other.State is LinkState.Unlinking)
            {
                continue;
            }

            await foreach (var project in projects.ListAsync(other.Id, cancellationToken))
            {
                others.Add(JiraIds.Repository(other, project.ProjectId));
            }
        }

        return new LinkDeletion(await jira.DeleteAtJiraAsync(link, others, input.SweptSince, cancellationToken));
    }

    [Function(nameof(LinkExistsAtJira))]
    public async Task<bool> LinkExistsAtJira([ActivityTrigger] LinkCleanUpInput input, CancellationToken cancellationToken) =>
        await FindWithDataAtJiraAsync(input, cancellationToken) is { } link && await jira.ExistsAtJiraAsync(link, cancellationToken);

    /// <summary>The link's own row last: as long as it stands, an interrupted clean-up finds what it needs.</summary>
    [Function(nameof(RemoveLinkRows))]
    public async Task RemoveLinkRows([ActivityTrigger] LinkCleanUpInput input, CancellationToken cancellationToken)
    {
        if (await FindAsync(input, cancellationToken) is not { } link)
        {
            return;
        }

        await jira.DropOutboxAsync(link, cancellationToken);
        await jira.DropSentAsync(link, cancellationToken);
        await projects.DropAsync(link.Id, cancellationToken);
        await runs.DropAsync(link.Id, cancellationToken);
        await removal.RemoveAsync(link, cancellationToken);
    }

    private async Task<Link?> FindAsync(LinkCleanUpInput input, CancellationToken cancellationToken) =>
        await links.GetAsync(input.ClientKey, input.LinkId, cancellationToken) is { State: LinkState.Unlinking } link && link.Epoch == input.Epoch ? link : null;

    // A parent's link that took this one over owns its data now; and Jira deletes by itself what an uninstalled app had written.
    private async Task<Link?> FindWithDataAtJiraAsync(LinkCleanUpInput input, CancellationToken cancellationToken) =>
        await FindAsync(input, cancellationToken) is { InheritedBy: null } link
        && await installations.FindAsync(input.ClientKey, fresh: true, cancellationToken) is { State: InstallationState.Installed } installation
        && installation.Epoch == link.InstallationEpoch
            ? link
            : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The sync of link {LinkId} could not be terminated: {Failure}.")]
        public static partial void NotTerminated(ILogger logger, Guid linkId, string failure);
    }
}
