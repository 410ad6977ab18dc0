using GitLabJira.LocalRuntime.Time;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>Runs functions: a DI scope and a <c>FunctionContext</c> each, the middleware around it, arguments bound.</summary>
public sealed class FunctionInvoker(IServiceScopeFactory scopes, ArgumentBinder binder, MiddlewarePipeline middleware, RuntimeClock clock)
{
    private readonly FunctionExecutionDelegate _pipeline = middleware.Build(LocalFunctionContext.ExecuteAsync);

    /// <summary>Runs a function as work of the clock. What it throws is thrown on, unwrapped; logging and retries are the listener's.</summary>
    /// <returns>What the method returned, awaited; null for void.</returns>
    public async Task<object?> InvokeAsync(FunctionCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);

        using var work = await clock.BeginWorkAsync(call.Function.Name, cancellationToken);
        await using var invocation = Open(call, cancellationToken);
        return await invocation.RunAsync();
    }

    /// <summary>
    /// For orchestrators: no work is begun (the caller holds it), and <see cref="OpenInvocation.RunAsync"/> stays on the caller's thread up to the
    /// first incomplete await of middleware or function. A replay that is given up is disposed of without ever completing.
    /// </summary>
    public OpenInvocation Open(FunctionCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);

        var scope = scopes.CreateAsyncScope();
        var context = new LocalFunctionContext(call, scope.ServiceProvider, binder, cancellationToken);
        call.Prepare?.Invoke(context);
        return new OpenInvocation(scope, context, _pipeline);
    }
}
