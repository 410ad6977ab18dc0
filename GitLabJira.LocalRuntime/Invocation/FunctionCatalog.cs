using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>All functions of the app.</summary>
public sealed class FunctionCatalog(IReadOnlyList<FunctionDescriptor> functions)
{
    public IReadOnlyList<FunctionDescriptor> All => functions;

    public IEnumerable<(FunctionDescriptor Function, TTrigger Trigger)> TriggeredBy<TTrigger>()
        where TTrigger : TriggerBindingAttribute =>
        from function in functions
        where function.Trigger is TTrigger
        select (function, (TTrigger)function.Trigger);
}
