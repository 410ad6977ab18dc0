using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.Hosting;

/// <summary>Starts orchestrations whose instance id names what they do, so that a second start changes nothing.</summary>
public static class Orchestrations
{
    /// <summary>Starts the orchestration unless an instance of this id runs or has done its work. One that failed or was terminated is started anew.</summary>
    public static async Task EnsureStartedAsync(this DurableTaskClient client, string orchestration, string instanceId, object input, CancellationToken cancellationToken)
    {
        if (await StandsAsync(client, instanceId, cancellationToken))
        {
            return;
        }

        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(orchestration, input, new StartOrchestrationOptions(instanceId), cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Somebody else started it in between; what exception says so differs from host to host.
            if (!await StandsAsync(client, instanceId, cancellationToken))
            {
                throw;
            }
        }
    }

    private static async Task<bool> StandsAsync(DurableTaskClient client, string instanceId, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(instanceId, getInputsAndOutputs: false, cancellationToken) is { RuntimeStatus: not (OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated) };
}
