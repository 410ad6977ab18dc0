using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.Configuration;

/// <summary>Starts what a link needs in the background. Each instance has a name of its own, so starting twice changes nothing.</summary>
public static class LinkStarts
{
    /// <summary>Starts the run that stands in the link's row, unless it was started.</summary>
    public static Task SyncAsync(DurableTaskClient durable, Link link, CancellationToken cancellationToken) =>
        link.ActiveRunId is { } run
            ? OnceAsync(
                durable,
                SyncRun.Orchestration,
                SyncRun.InstanceId(link.Id, run),
                new SyncRunInput { ClientKey = link.ClientKey, LinkId = link.Id, RunId = run },
                cancellationToken)
            : Task.CompletedTask;

    /// <summary>Starts the clean-up of a link that is unlinking, unless it was started.</summary>
    public static Task CleanUpAsync(DurableTaskClient durable, Link link, CancellationToken cancellationToken)
    {
        var input = new LinkCleanUpInput { ClientKey = link.ClientKey, LinkId = link.Id, Epoch = link.Epoch };

        return OnceAsync(durable, LinkCleanUp.Orchestration, LinkCleanUp.InstanceId(input), input, cancellationToken);
    }

    private static async Task OnceAsync(DurableTaskClient durable, string orchestration, string instanceId, object input, CancellationToken cancellationToken)
    {
        if (await durable.GetInstanceAsync(instanceId, getInputsAndOutputs: false, cancellationToken) is not null)
        {
            return;
        }

        try
        {
            await durable.ScheduleNewOrchestrationInstanceAsync(orchestration, input, new StartOrchestrationOptions(instanceId), cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Somebody else may have started it in between; the exception's type is the engine's own.
            if (await durable.GetInstanceAsync(instanceId, getInputsAndOutputs: false, cancellationToken) is null)
            {
                throw;
            }
        }
    }
}
