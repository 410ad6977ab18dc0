using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>What the source generator and analyzers of the Worker.Sdk or the real host say no to.</summary>
internal static partial class FunctionRules
{
    public static IEnumerable<string> Problems(MethodInfo method, string name)
    {
        if (!FunctionName().IsMatch(name))
        {
            yield return "a name begins with a letter and has letters, digits, '_' and '-' only, at most 128.";
        }

        // The generator skips such a method silently, so that the function would be missing in Azure.
        if (!method.IsPublic || !method.DeclaringType!.IsVisible)
        {
            yield return "the method and its class must be public.";
        }

        if (method.DeclaringType!.ContainsGenericParameters || method.ContainsGenericParameters)
        {
            yield return "the method and its class must not be generic.";
        }

        if (method.DeclaringType is { IsAbstract: true, IsSealed: false } && !method.IsStatic)
        {
            yield return "the class must not be abstract.";
        }

        // AZFW0001 of the analyzers; async void cannot be awaited.
        if (method.ReturnType == typeof(void) && method.GetCustomAttribute<System.Runtime.CompilerServices.AsyncStateMachineAttribute>() is not null)
        {
            yield return "async void cannot be awaited; return a Task.";
        }

        var triggers = method.GetParameters().Select(p => p.GetCustomAttribute<TriggerBindingAttribute>()).OfType<TriggerBindingAttribute>().ToList();

        if (triggers.Count != 1)
        {
            yield return $"there must be one trigger, not {triggers.Count}.";
            yield break;
        }

        // AZFW0012: only timers (of the triggers known here) have function-level retries.
        if (method.GetCustomAttribute<RetryAttribute>() is not null && triggers[0] is not TimerTriggerAttribute)
        {
            yield return "a retry attribute is for timers only; queues retry by dequeue count.";
        }

        if (triggers[0] is HttpTriggerAttribute { Route: { } route } && ReservedRoute().IsMatch(route))
        {
            yield return "a route must not begin with 'admin' or 'runtime': the host keeps them.";
        }
    }

    // The host's own rule for function names.
    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,127}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FunctionName();

    [GeneratedRegex("^/?(admin|runtime)(/|$)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReservedRoute();
}
