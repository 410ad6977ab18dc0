using System.Diagnostics;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>The context of one invocation, and its innermost step: create the class, bind the arguments, call the method.</summary>
internal sealed class LocalFunctionContext(FunctionCall call, IServiceProvider services, ArgumentBinder binder, CancellationToken cancellationToken) : FunctionContext
{
    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => FunctionDefinition.Id;

    public override TraceContext TraceContext { get; } = new LocalTraceContext(Activity.Current);

    public override BindingContext BindingContext { get; } = new LocalBindingContext(call.BindingData);

    public override RetryContext RetryContext { get; } = new LocalRetryContext(call.RetryCount, call.MaxRetryCount);

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override FunctionDefinition FunctionDefinition => call.Function.Definition;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new InvocationFeatures();

    public override CancellationToken CancellationToken => cancellationToken;

    public object? Result { get; private set; }

    /// <summary>The innermost step of every pipeline.</summary>
    public static Task ExecuteAsync(FunctionContext context) => ((LocalFunctionContext)context).ExecuteAsync();

    private async Task ExecuteAsync()
    {
        var method = call.Function.Method;
        var instance = call.Function.Factory?.Invoke(InstanceServices, arguments: null);
        var arguments = binder.Bind(call, this);

        Result = await MethodResult.UnwrapAsync(method.Invoke(instance, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null), method.ReturnType);
    }

    private sealed class LocalBindingContext(IReadOnlyDictionary<string, object?> data) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData { get; } = new Dictionary<string, object?>(data, StringComparer.OrdinalIgnoreCase);
    }

    private sealed class LocalRetryContext(int count, int max) : RetryContext
    {
        public override int RetryCount => count;

        public override int MaxRetryCount => max;
    }

    private sealed class LocalTraceContext(Activity? activity) : TraceContext
    {
        public override string TraceParent { get; } = activity?.Id ?? string.Empty;

        public override string TraceState { get; } = activity?.TraceStateString ?? string.Empty;
    }
}
