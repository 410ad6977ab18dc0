using GitLabJira.LocalRuntime.Invocation;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>Orchestrators and activities by name; upper and lower case are the same.</summary>
internal sealed class OrchestratorCatalog(FunctionCatalog functions)
{
    private readonly Dictionary<string, FunctionDescriptor> _orchestrators = functions.TriggeredBy<OrchestrationTriggerAttribute>()
        .ToDictionary(f => f.Trigger.Orchestration ?? f.Function.Name, f => f.Function, StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, FunctionDescriptor> _activities = functions.TriggeredBy<ActivityTriggerAttribute>()
        .ToDictionary(f => f.Trigger.Activity ?? f.Function.Name, f => f.Function, StringComparer.OrdinalIgnoreCase);

    public bool IsEmpty => _orchestrators.Count == 0 && _activities.Count == 0;

    public FunctionDescriptor? Find(string orchestrator) => _orchestrators.GetValueOrDefault(orchestrator);

    public FunctionDescriptor? FindActivity(string activity) => _activities.GetValueOrDefault(activity);
}
