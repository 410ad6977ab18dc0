using GitLabJira.LocalRuntime.Hosting;

namespace GitLabJira.LocalRuntime.Tests.Hosting;

[TestClass]
public sealed class HostJsonTests
{
    [TestMethod]
    public void Reads_what_the_host_honours()
    {
        var json = HostJson.Parse("""
            {
              "version": "2.0", // the only one
              "logging": { "logLevel": { "default": "None" } },
              "extensions": {
                "http": { "routePrefix": "" },
                "queues": { "batchSize": 4, "newBatchThreshold": 2, "maxDequeueCount": 3, "maxPollingInterval": "00:00:01", "visibilityTimeout": "00:00:10", "messageEncoding": "none" },
                "durableTask": { "hubName": "Hub", "maxConcurrentActivityFunctions": 7 }
              }
            }
            """, new([]));

        Assert.AreEqual("", json.Http.RoutePrefix);
        Assert.AreEqual(
            new QueuesSection
            {
                BatchSize = 4,
                NewBatchThreshold = 2,
                MaxDequeueCount = 3,
                MaxPollingInterval = TimeSpan.FromSeconds(1),
                VisibilityTimeout = TimeSpan.FromSeconds(10),
                MessageEncoding = "none",
            },
            json.Queues);
        Assert.AreEqual(new DurableTaskSection { HubName = "Hub", MaxConcurrentActivityFunctions = 7 }, json.DurableTask);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("{}")]
    [DataRow("""{ "version": "2.0", "extensions": { "queues": {} } }""")]
    public void Has_the_real_hosts_defaults(string? text)
    {
        var json = HostJson.Parse(text, new([]));

        Assert.AreEqual("api", json.Http.RoutePrefix);
        Assert.AreEqual(16, json.Queues.BatchSize);
        Assert.AreEqual(5, json.Queues.MaxDequeueCount);
        Assert.AreEqual(TimeSpan.Zero, json.Queues.VisibilityTimeout);
        Assert.AreEqual(TimeSpan.FromMinutes(1), json.Queues.MaxPollingInterval);
        Assert.AreEqual("base64", json.Queues.MessageEncoding);
    }

    [TestMethod]
    public void Lets_settings_override_the_file()
    {
        var json = HostJson.Parse(
            """{ "extensions": { "queues": { "batchSize": 4, "maxDequeueCount": 3 } } }""",
            new(
            [
                new("AzureFunctionsJobHost__extensions__queues__batchSize", "8"),
                new("AzureFunctionsJobHost__extensions__durableTask__maxConcurrentActivityFunctions", "10"),
                new("extensions__queues__maxDequeueCount", "9"),
            ]));

        Assert.AreEqual(8, json.Queues.BatchSize);
        Assert.AreEqual(3, json.Queues.MaxDequeueCount);
        Assert.AreEqual(10, json.DurableTask.MaxConcurrentActivityFunctions);
    }

    [TestMethod]
    public void Names_a_value_of_the_wrong_type()
    {
        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => HostJson.Parse("""{ "extensions": { "queues": { "batchSize": "many" } } }""", new([])));

        Assert.Contains("queues:batchSize", fault.Message, StringComparison.OrdinalIgnoreCase);
    }
}
