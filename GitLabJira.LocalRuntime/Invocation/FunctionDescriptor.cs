using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>One function of the app, found and checked.</summary>
/// <param name="Retry">Only timers carry one; a queue trigger with it was refused.</param>
public sealed record FunctionDescriptor(
    string Name, MethodInfo Method, ParameterInfo TriggerParameter, TriggerBindingAttribute Trigger, RetryAttribute? Retry, FunctionDefinition Definition)
{
    /// <summary>What reflection says of the parameters, asked once and not for each invocation.</summary>
    internal IReadOnlyList<(ParameterInfo Parameter, DurableClientAttribute? Client)> Parameters { get; } =
        [.. Method.GetParameters().Select(p => (p, p.GetCustomAttribute<DurableClientAttribute>()))];

    /// <summary>Makes the class; null for a static method.</summary>
    internal ObjectFactory? Factory { get; } = Method.IsStatic ? null : ActivatorUtilities.CreateFactory(Method.DeclaringType!, []);

    public override string ToString() => Name;
}
