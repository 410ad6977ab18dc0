using Azure;
using GitLabJira.LocalRuntime.Invocation;
using GitLabJira.LocalRuntime.Tests.Http;
using GitLabJira.LocalRuntime.Tests.Invocation;
using GitLabJira.LocalRuntime.Tests.Queues;
using GitLabJira.LocalRuntime.Time;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Moq;

namespace GitLabJira.LocalRuntime.Tests.Hosting;

[TestClass]
public sealed class FunctionsApplicationBuilderTests
{
    [TestMethod]
    public void Asks_for_the_web_application_when_there_are_HTTP_functions()
    {
        var refused = Assert.ThrowsExactly<InvalidOperationException>(() => TestHost.CreateBuilder([typeof(KeySamples)]).Build());

        StringAssert.Contains(refused.Message, "ConfigureFunctionsWebApplication", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Builds_once()
    {
        var builder = TestHost.CreateBuilder([]);
        using var host = builder.Build();

        Assert.ThrowsExactly<InvalidOperationException>(() => builder.Build());
        Assert.ThrowsExactly<InvalidOperationException>(() => builder.Use(next => next));
    }

    [TestMethod]
    public void Refuses_to_build_an_app_with_a_bad_function() =>
        Assert.ThrowsExactly<FunctionDefinitionException>(() => TestHost.CreateBuilder([typeof(AdminRoute)]).ConfigureFunctionsWebApplication().Build());

    [TestMethod]
    [DataRow("true", 0)]
    [DataRow("1", 0)]
    [DataRow("false", 1)]
    [DataRow("", 1)]
    public void Leaves_out_a_function_that_a_setting_switches_off(string disabled, int found)
    {
        using var host = TestHost.CreateBuilder([typeof(TextFunction)], settings: [("AzureWebJobs.TextFunction.Disabled", disabled)]).Build();

        Assert.HasCount(found, host.Services.GetRequiredService<FunctionCatalog>().All);
    }

    [TestMethod]
    public void Shows_settings_as_configuration_in_either_spelling()
    {
        var builder = TestHost.CreateBuilder([], settings: [("App__Key", "value"), ("Plain", "x")]);

        Assert.AreEqual("value", builder.Configuration["App:Key"]);
        Assert.AreEqual("x", builder.Configuration["Plain"]);
    }

    [TestMethod]
    public void Is_a_development_host_like_func_start() => Assert.IsTrue(TestHost.CreateBuilder([]).Environment.IsDevelopment());

    [TestMethod]
    public void Takes_the_environment_from_the_settings() =>
        Assert.IsTrue(TestHost.CreateBuilder([], settings: [("AZURE_FUNCTIONS_ENVIRONMENT", "Production")]).Environment.IsProduction());

    [TestMethod]
    public void Registers_its_clock_before_the_app_tries_to()
    {
        var builder = TestHost.CreateBuilder([]);
        builder.Services.TryAddSingleton(TimeProvider.System);
        using var host = builder.Build();

        Assert.AreSame(host.Services.GetRequiredService<RuntimeClock>(), host.Services.GetRequiredService<TimeProvider>());
    }

    [TestMethod]
    public async Task Opens_triggers_after_the_apps_services_and_closes_them_before()
    {
        List<string> seen = [];
        var builder = TestHost.CreateBuilder([]);
        builder.Services.AddSingleton(seen);
        builder.Services.AddSingleton<ITriggerListener, NotingListener>();
        builder.Services.AddHostedService<NotingService>();

        await (await TestHost.StartAsync(builder)).DisposeAsync();

        CollectionAssert.AreEqual(new[] { "service starts", "listener starts", "listener stops", "service stops" }, seen);
    }

    [TestMethod]
    public async Task Says_so_when_the_storage_does_not_answer()
    {
        var listener = new Mock<ITriggerListener>();
        listener.Setup(l => l.StartAsync(It.IsAny<CancellationToken>())).ThrowsAsync(new RequestFailedException(503, "Connection refused"));
        var builder = TestHost.CreateBuilder([]);
        builder.Services.AddSingleton(listener.Object);

        var refused = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => TestHost.StartAsync(builder));

        StringAssert.Contains(refused.Message, "AzureWebJobsStorage", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Reads_JSON_without_regard_to_case_and_enums_as_numbers()
    {
        using var host = TestHost.CreateBuilder([]).Build();
        var serializer = host.Services.GetRequiredService<IOptions<Microsoft.Azure.Functions.Worker.WorkerOptions>>().Value.Serializer!;

        Assert.AreEqual(new SamplePoco("x", 1, SampleKind.Second), serializer.Deserialize(BinaryData.FromString("""{"NAME":"x","number":1,"Kind":2}""").ToStream(), typeof(SamplePoco), CancellationToken.None));
        Assert.AreEqual("""{"Name":"x","Number":1,"Kind":2}""", serializer.Serialize(new SamplePoco("x", 1, SampleKind.Second)).ToString());
    }

    private sealed class NotingListener(List<string> seen) : ITriggerListener
    {
        public Task StartAsync(CancellationToken cancellationToken) => Note("listener starts");

        public Task StopAsync(CancellationToken cancellationToken) => Note("listener stops");

        private Task Note(string what)
        {
            seen.Add(what);
            return Task.CompletedTask;
        }
    }

    private sealed class NotingService(List<string> seen) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Note("service starts");

        public Task StopAsync(CancellationToken cancellationToken) => Note("service stops");

        private Task Note(string what)
        {
            seen.Add(what);
            return Task.CompletedTask;
        }
    }
}
