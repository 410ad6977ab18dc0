using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>Fills a method's parameters as the real worker does: by attribute, by type, then by name.</summary>
public sealed class ArgumentBinder(TextConverter text, IServiceProvider services)
{
    internal object?[] Bind(FunctionCall call, FunctionContext context)
    {
        var parameters = call.Function.Parameters;
        var arguments = new object?[parameters.Count];

        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Bind(parameters[i].Parameter, parameters[i].Client, call, context);
        }

        return arguments;
    }

    private object? Bind(ParameterInfo parameter, DurableClientAttribute? client, FunctionCall call, FunctionContext context)
    {
        if (parameter == call.Function.TriggerParameter)
        {
            return Convert(call.TriggerValue, parameter, call);
        }

        if (parameter.ParameterType == typeof(FunctionContext))
        {
            return context;
        }

        if (parameter.ParameterType == typeof(CancellationToken))
        {
            return context.CancellationToken;
        }

        if (client is not null)
        {
            return services.GetRequiredService<IDurableClients>().Get(client);
        }

        if (context.BindingContext.BindingData.TryGetValue(parameter.Name!, out var named) && named is not null)
        {
            return Convert(named, parameter, call);
        }

        if (call.OtherParameters is { } others && others(parameter, out var other))
        {
            return other;
        }

        return Absent(parameter, call);
    }

    private object? Convert(object? value, ParameterInfo parameter, FunctionCall call)
    {
        if (value is null)
        {
            return Absent(parameter, call);
        }

        try
        {
            return text.Convert(value, parameter.ParameterType);
        }
        catch (Exception e) when (e is not FunctionBindingException)
        {
            // The value may be a secret of a caller: the text names where, never what.
            throw new FunctionBindingException($"Function '{call.Function.Name}': parameter '{parameter.Name}' cannot be converted to {parameter.ParameterType}.", e);
        }
    }

    private static object? Absent(ParameterInfo parameter, FunctionCall call) =>
        parameter.HasDefaultValue ? parameter.DefaultValue
        : !parameter.ParameterType.IsValueType || Nullable.GetUnderlyingType(parameter.ParameterType) is not null ? null
        : throw new FunctionBindingException(
            $"Function '{call.Function.Name}': there is no value for parameter '{parameter.Name}'. Give it a default value or make it nullable.");
}
