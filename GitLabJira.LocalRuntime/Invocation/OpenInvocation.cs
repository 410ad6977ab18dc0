using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>An invocation with its DI scope; disposing closes the scope.</summary>
public sealed class OpenInvocation : IAsyncDisposable
{
    private readonly AsyncServiceScope _scope;
    private readonly LocalFunctionContext _context;
    private readonly FunctionExecutionDelegate _pipeline;

    internal OpenInvocation(AsyncServiceScope scope, LocalFunctionContext context, FunctionExecutionDelegate pipeline) =>
        (_scope, _context, _pipeline) = (scope, context, pipeline);

    public FunctionContext Context => _context;

    /// <returns>What the method returned, awaited; null for void.</returns>
    public async Task<object?> RunAsync()
    {
        await _pipeline(_context);
        return _context.Result;
    }

    public ValueTask DisposeAsync() => _scope.DisposeAsync();
}
