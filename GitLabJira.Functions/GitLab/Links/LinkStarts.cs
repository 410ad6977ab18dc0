using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Hosting;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>Starts what a link needs in the background. Each instance has a name of its own, so starting twice changes nothing.</summary>
public static class LinkStarts
{
    /// <summary>Starts the run that stands in the link's row, unless it was started.</summary>
    public static Task SyncAsync(DurableTaskClient durable, Link link, CancellationToken cancellationToken) =>
        link.ActiveRunId is { } run
            ? durable.EnsureStartedAsync(
                SyncRun.Orchestration,
                SyncRun.InstanceId(link.Id, run),
                new SyncRunInput { ClientKey = link.ClientKey, LinkId = link.Id, RunId = run },
                cancellationToken)
            : Task.CompletedTask;

    /// <summary>Starts the clean-up of a link that is unlinking, unless it was started.</summary>
    public static Task CleanUpAsync(DurableTaskClient durable, Link link, CancellationToken cancellationToken)
    {
        var input = new LinkCleanUpInput { ClientKey = link.ClientKey, LinkId = link.Id, Epoch = link.Epoch };

        return durable.EnsureStartedAsync(LinkCleanUp.Orchestration, LinkCleanUp.InstanceId(input), input, cancellationToken);
    }
}
