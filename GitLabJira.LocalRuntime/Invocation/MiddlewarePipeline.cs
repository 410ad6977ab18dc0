using Microsoft.Azure.Functions.Worker.Middleware;

namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>The middleware in the order in which the app added it; the first is outermost.</summary>
public sealed class MiddlewarePipeline
{
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];

    internal void Add(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware) => _middleware.Add(middleware);

    internal FunctionExecutionDelegate Build(FunctionExecutionDelegate innermost) =>
        Enumerable.Reverse(_middleware).Aggregate(innermost, (next, wrap) => wrap(next));
}
