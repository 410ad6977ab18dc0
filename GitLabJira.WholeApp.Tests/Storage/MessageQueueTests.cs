using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using GitLabJira.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.WholeApp.Tests.Storage;

[TestClass]
public sealed class MessageQueueTests(TestContext test)
{
    [TestMethod]
    [DataRow(10, 0)]
    [DataRow(300_000, 1)]
    public async Task Brings_bodies_of_any_size_from_one_process_to_another(int length, int blobs)
    {
        var name = StorageUnderTest.NewName();
        await using var sender = await StorageUnderTest.ProcessAsync(name);
        await using var receiver = await StorageUnderTest.ProcessAsync(name);
        var body = RandomNumberGenerator.GetBytes(length);
        var container = sender.GetRequiredService<BlobServiceClient>().GetBlobContainerClient(name + "-messages");

        await sender.GetRequiredService<IMessageQueue>().SendAsync(name, new MessageHeader { Id = "m", Kind = "test" }, body, delay: null, test.CancellationToken);
        var message = (await receiver.GetRequiredService<QueueServiceClient>().GetQueueClient(name).ReceiveMessageAsync(cancellationToken: test.CancellationToken)).Value;
        var opened = await receiver.GetRequiredService<IMessageQueue>().OpenAsync(name, message.Body, test.CancellationToken);

        CollectionAssert.AreEqual(body, opened!.Body.ToArray());
        Assert.AreEqual(blobs, blobs == 0 ? 0 : await container.GetBlobsAsync(cancellationToken: test.CancellationToken).CountAsync(test.CancellationToken));
        Assert.IsGreaterThan(DateTimeOffset.UtcNow.AddYears(50), message.ExpiresOn!.Value, "Messages live until they are done.");

        await receiver.GetRequiredService<IMessageQueue>().CompleteAsync(opened.Header, test.CancellationToken);
        Assert.IsTrue(blobs == 0 || !await container.GetBlobsAsync(cancellationToken: test.CancellationToken).AnyAsync(test.CancellationToken));
    }

    [TestMethod]
    public async Task A_delayed_message_is_not_there_yet()
    {
        var name = StorageUnderTest.NewName();
        await using var process = await StorageUnderTest.ProcessAsync(name);

        await process.GetRequiredService<IMessageQueue>().SendAsync(name, new MessageHeader { Id = "m", Kind = "test" }, new byte[1], TimeSpan.FromDays(30), test.CancellationToken);

        Assert.IsNull((await process.GetRequiredService<QueueServiceClient>().GetQueueClient(name).ReceiveMessageAsync(cancellationToken: test.CancellationToken)).Value);
    }
}
