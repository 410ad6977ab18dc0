using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>All functions of the app.</summary>
public sealed class FunctionCatalog(IReadOnlyList<FunctionDescriptor> functions)
{
    public IReadOnlyList<FunctionDescriptor> All => functions;

    /// <summary>Those that are switched off are not there.</summary>
    internal FunctionCatalog Without(Func<FunctionDescriptor, bool> isDisabled) => new([.. functions.Where(function => !isDisabled(function))]);

    public IEnumerable<(FunctionDescriptor Function, TTrigger Trigger)> TriggeredBy<TTrigger>()
        where TTrigger : TriggerBindingAttribute =>
        from function in functions
        where function.Trigger is TTrigger
        select (function, (TTrigger)function.Trigger);
}
