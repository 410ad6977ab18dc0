using System.Globalization;
using System.Text.Json.Nodes;

namespace GitLabJira.Functions.Tests.Hosting;

/// <summary>How <c>host.json</c> treats a message that fails.</summary>
[TestClass]
public sealed class QueuePatienceTests
{
    [TestMethod]
    public void A_message_outlives_two_minutes_of_trouble()
    {
        var queues = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")))!["extensions"]!["queues"]!;
        var pause = TimeSpan.Parse(queues["visibilityTimeout"]!.GetValue<string>(), CultureInfo.InvariantCulture);
        var attempts = queues["maxDequeueCount"]!.GetValue<int>();

        Assert.IsGreaterThanOrEqualTo(TimeSpan.FromMinutes(2), pause * (attempts - 1), "Storage moves its partitions and vaults throttle for seconds: that must not need an operator.");
    }
}
