using Azure.Data.Tables;
using Azure.Storage.Queues;
using GitLabJira.Sandbox.Storage;

namespace GitLabJira.LocalRuntime.Tests.Storage;

[TestClass]
public sealed class AzuriteTests(TestContext test)
{
    [TestMethod]
    public async Task Serves_tables_and_queues_and_leaves_nothing_behind()
    {
        var before = Folders();
        string[] during;
        await using (var azurite = await Azurite.StartAsync(test.CancellationToken))
        {
            during = Folders();
            var queue = new QueueClient(azurite.ConnectionString, "a-queue");
            await queue.CreateAsync(cancellationToken: test.CancellationToken);
            await queue.SendMessageAsync("text", test.CancellationToken);
            var table = new TableClient(azurite.ConnectionString, "atable");
            await table.CreateAsync(test.CancellationToken);
            await table.AddEntityAsync(new TableEntity("p", "r"), test.CancellationToken);

            Assert.AreEqual("text", (await queue.ReceiveMessageAsync(cancellationToken: test.CancellationToken)).Value.MessageText);
            Assert.AreEqual("r", (await table.GetEntityAsync<TableEntity>("p", "r", cancellationToken: test.CancellationToken)).Value.RowKey);
        }

        var own = during.Except(before).Intersect(Folders());

        // Other tests may start and stop theirs meanwhile: one of the new folders must be gone.
        Assert.IsGreaterThan(own.Count(), during.Except(before).Count());
    }

    private static string[] Folders() => Directory.GetDirectories(Path.GetTempPath(), "gitlab-jira-azurite-*");
}
