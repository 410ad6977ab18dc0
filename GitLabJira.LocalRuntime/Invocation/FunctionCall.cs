using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>What a listener hands over to run a function once.</summary>
/// <param name="TriggerValue">
/// For the parameter with the trigger attribute. Assignable to its type, or text that is converted to it as the real worker does
/// (string as it is, bytes as UTF-8, Guid, dates, everything else from JSON with <c>WorkerOptions.Serializer</c>).
/// </param>
public sealed record FunctionCall(FunctionDescriptor Function, object? TriggerValue)
{
    /// <summary>Names that other parameters bind to (upper and lower case are the same) and that <c>FunctionContext.BindingContext</c> shows.</summary>
    public IReadOnlyDictionary<string, object?> BindingData { get; init; } = ImmutableDictionary<string, object?>.Empty;

    /// <summary>
    /// Asked for each parameter that has no attribute, is no <see cref="FunctionContext"/> or <see cref="CancellationToken"/> and is not in
    /// <see cref="BindingData"/>: an orchestrator's input comes this way. False: the default value, null, or a binding error.
    /// </summary>
    public ParameterSource? OtherParameters { get; init; }

    /// <summary>Attempts before this one.</summary>
    public int RetryCount { get; init; }

    public int MaxRetryCount { get; init; }

    /// <summary>Called before the middleware, with the new context: fills <c>Items</c> or <c>Features</c>.</summary>
    public Action<FunctionContext>? Prepare { get; init; }
}

public delegate bool ParameterSource(ParameterInfo parameter, out object? value);
