using Azure.Data.Tables;
using Azure.Storage.Queues;
using GitLabJira.Sandbox.Storage;

namespace GitLabJira.LocalRuntime.Tests.Storage;

[TestClass]
public sealed class AzuriteTests(TestContext test)
{
    [TestMethod]
    public async Task Serves_tables_and_queues()
    {
        await using var azurite = await Azurite.StartAsync(test.CancellationToken);
        var queue = new QueueClient(azurite.ConnectionString, "a-queue");
        await queue.CreateAsync(cancellationToken: test.CancellationToken);
        await queue.SendMessageAsync("text", test.CancellationToken);
        var table = new TableClient(azurite.ConnectionString, "atable");
        await table.CreateAsync(test.CancellationToken);
        await table.AddEntityAsync(new TableEntity("p", "r"), test.CancellationToken);

        Assert.AreEqual("text", (await queue.ReceiveMessageAsync(cancellationToken: test.CancellationToken)).Value.MessageText);
        Assert.AreEqual("r", (await table.GetEntityAsync<TableEntity>("p", "r", cancellationToken: test.CancellationToken)).Value.RowKey);
    }
}
