using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>One function of the app, found and checked.</summary>
/// <param name="Retry">Only timers carry one; a queue trigger with it was refused.</param>
public sealed record FunctionDescriptor(
    string Name, MethodInfo Method, ParameterInfo TriggerParameter, TriggerBindingAttribute Trigger, RetryAttribute? Retry, FunctionDefinition Definition)
{
    public override string ToString() => Name;
}
