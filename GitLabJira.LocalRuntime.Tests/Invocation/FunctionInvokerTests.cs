using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Tests.Hosting;
using GitLabJira.LocalRuntime.Time;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Moq;

namespace GitLabJira.LocalRuntime.Tests.Invocation;

[TestClass]
public sealed class FunctionInvokerTests(TestContext test)
{
    [TestMethod]
    [DataRow(nameof(InvokedSamples.Text), "hello", "hello")]
    [DataRow(nameof(InvokedSamples.Bytes), "hello", "5")]
    [DataRow(nameof(InvokedSamples.Binary), "hello", "hello")]
    [DataRow(nameof(InvokedSamples.Poco), """{"NAME":"x","number":4,"kind":2}""", "x 4 Second")]
    [DataRow(nameof(InvokedSamples.Number), "42", "42")]
    [DataRow(nameof(InvokedSamples.Id), "2f1c1cf2-2a5a-4a09-a6f7-3b6b52f4f3aa", "2f1c1cf2-2a5a-4a09-a6f7-3b6b52f4f3aa")]
    public async Task Converts_text_to_the_type_of_the_trigger_parameter(string function, string message, string expected)
    {
        await using var host = Build();

        Assert.AreEqual(expected, await InvokeAsync(host, function, message));
    }

    [TestMethod]
    public async Task Hands_over_a_value_of_the_right_type_as_it_is()
    {
        await using var host = Build();
        var poco = new SamplePoco("as it is", 1, SampleKind.First);

        Assert.AreEqual("as it is 1 First", await InvokeAsync(host, nameof(InvokedSamples.Poco), poco));
    }

    [TestMethod]
    public async Task Binds_other_parameters_by_name_then_by_what_the_listener_knows()
    {
        await using var host = Build();
        var call = Call(host, nameof(InvokedSamples.Others), "m") with
        {
            BindingData = new Dictionary<string, object?> { ["DequeueCount"] = 3L },
            OtherParameters = (parameter, out value) =>
            {
                value = parameter.Name == "input" ? "from the listener" : null;
                return value is not null;
            },
        };

        var result = await host.Services.GetRequiredService<FunctionInvoker>().InvokeAsync(call, test.CancellationToken);

        Assert.AreEqual("m 3 from the listener default", result);
    }

    [TestMethod]
    public async Task Names_the_parameter_that_has_no_value()
    {
        await using var host = Build();

        var refused = await Assert.ThrowsExactlyAsync<FunctionBindingException>(() => InvokeAsync(host, nameof(InvokedSamples.Others), "m"));

        StringAssert.Contains(refused.Message, "'dequeueCount'", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Keeps_the_message_out_of_the_text_of_a_conversion_error()
    {
        await using var host = Build();

        var refused = await Assert.ThrowsExactlyAsync<FunctionBindingException>(() => InvokeAsync(host, nameof(InvokedSamples.Number), "a-secret"));

        Assert.IsFalse(refused.Message.Contains("a-secret", StringComparison.Ordinal));
        StringAssert.Contains(refused.Message, "'message'", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Gives_the_client_of_the_task_hub()
    {
        var client = new Mock<DurableTaskClient>("a client").Object;
        var clients = new Mock<IDurableClients>();
        clients.Setup(c => c.Get(It.Is<DurableClientAttribute>(a => a.TaskHub == "Other"))).Returns(client);
        await using var host = Build(b => b.Services.AddSingleton(clients.Object));

        Assert.AreEqual("a client", await InvokeAsync(host, nameof(InvokedSamples.Client), "m"));
    }

    [TestMethod]
    public async Task Fills_the_context()
    {
        await using var host = Build();
        var call = Call(host, nameof(InvokedSamples.Context), "m") with { RetryCount = 1, MaxRetryCount = 4, Prepare = c => c.Items["key"] = "item" };

        var result = await host.Services.GetRequiredService<FunctionInvoker>().InvokeAsync(call, test.CancellationToken);

        Assert.AreEqual("Context 1/4 item True", result);
    }

    [TestMethod]
    [DataRow(nameof(InvokedSamples.Nothing), null)]
    [DataRow(nameof(InvokedSamples.PlainTask), null)]
    [DataRow(nameof(InvokedSamples.PlainValueTask), null)]
    [DataRow(nameof(InvokedSamples.Derived), null, DisplayName = "a task that secretly has a result")]
    [DataRow(nameof(InvokedSamples.TaskOf), "task m")]
    [DataRow(nameof(InvokedSamples.ValueTaskOf), "value task m")]
    public async Task Awaits_whatever_is_returned(string function, string? expected)
    {
        await using var host = Build();

        Assert.AreEqual(expected, await InvokeAsync(host, function, "m"));
    }

    [TestMethod]
    [DataRow(nameof(InvokedSamples.ThrowsAtOnce))]
    [DataRow(nameof(InvokedSamples.ThrowsLater))]
    public async Task Throws_what_the_function_throws(string function)
    {
        await using var host = Build();

        await Assert.ThrowsExactlyAsync<TimeoutException>(() => InvokeAsync(host, function, "m"));
    }

    [TestMethod]
    public async Task Runs_middleware_outside_in_by_type_by_delegate_and_by_condition()
    {
        List<string> seen = [];
        await using var host = Build(builder =>
        {
            builder.Services.AddSingleton(seen);
            builder.UseMiddleware<NotingMiddleware>();
            builder.UseWhen<NotingMiddleware>(c => c.FunctionDefinition.Name == "Other");
            builder.UseWhen(c => c.FunctionDefinition.InputBindings.Values.Any(b => b.Type == "queueTrigger"), (_, next) => Note(seen, "queue", next));
            builder.UseMiddleware((_, next) => Note(seen, "last", next));
        });

        await InvokeAsync(host, nameof(InvokedSamples.Text), "m");

        CollectionAssert.AreEqual(new[] { "type in", "queue in", "last in", "last out", "queue out", "type out" }, seen);
    }

    [TestMethod]
    public async Task Lets_middleware_keep_a_function_from_running()
    {
        await using var host = Build(b => b.UseMiddleware((_, _) => Task.CompletedTask));

        Assert.IsNull(await InvokeAsync(host, nameof(InvokedSamples.ThrowsAtOnce), "m"));
    }

    [TestMethod]
    public async Task Counts_an_invocation_as_work_of_the_clock()
    {
        using var clock = new VirtualClock(DateTimeOffset.UnixEpoch);
        var gate = new TaskCompletionSource();
        await using var host = TestHost.Build(Builder(b => b.UseMiddleware((_, next) => Task.WhenAll(gate.Task, next())), clock));
        var running = InvokeAsync(host, nameof(InvokedSamples.Text), "m");
        var later = Task.Delay(TimeSpan.FromDays(1), clock, test.CancellationToken);

        var before = clock.Describe();
        gate.SetResult();
        await running;
        await later;

        StringAssert.Contains(before, nameof(InvokedSamples.Text), StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Stays_on_the_callers_thread_until_a_function_really_waits()
    {
        await using var host = Build();
        var invoker = host.Services.GetRequiredService<FunctionInvoker>();

        await using var invocation = invoker.Open(Call(host, nameof(InvokedSamples.Thread), "m"), test.CancellationToken);
        var thread = Environment.CurrentManagedThreadId;
        var run = invocation.RunAsync();

        Assert.IsTrue(run.IsCompletedSuccessfully);
        Assert.AreEqual(thread, await run);
    }

    private static FunctionsApplicationBuilder Builder(Action<FunctionsApplicationBuilder>? configure = null, RuntimeClock? clock = null)
    {
        var builder = TestHost.CreateBuilder([typeof(InvokedSamples)], clock: clock);
        configure?.Invoke(builder);
        return builder;
    }

    private static TestHost Build(Action<FunctionsApplicationBuilder>? configure = null) => TestHost.Build(Builder(configure));

    private static FunctionCall Call(TestHost host, string function, object message) =>
        new(host.Services.GetRequiredService<FunctionCatalog>().All.Single(f => f.Name == function), message);

    private static async Task Note(List<string> seen, string name, Func<Task> next)
    {
        seen.Add(name + " in");
        await next();
        seen.Add(name + " out");
    }

    private Task<object?> InvokeAsync(TestHost host, string function, object message) =>
        host.Services.GetRequiredService<FunctionInvoker>().InvokeAsync(Call(host, function, message), test.CancellationToken);

    private sealed class NotingMiddleware(List<string> seen) : IFunctionsWorkerMiddleware
    {
        public Task Invoke(FunctionContext context, FunctionExecutionDelegate next) => Note(seen, "type", () => next(context));
    }
}
