using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Storage;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.Jira.Delivery;

[TestClass]
public sealed class DeliveryQueueTests(TestContext test)
{
    private readonly Mock<IMessageQueue> _queue = new();

    [TestMethod]
    [DataRow(DeliveryTurn.News, QueueNames.JiraDeliveries)]
    [DataRow(DeliveryTurn.All, QueueNames.JiraBackfill)]
    public async Task Never_wakes_before_the_time_though_messages_tell_it_in_milliseconds(DeliveryTurn turn, string queue)
    {
        var now = DeliverySamples.Start.AddTicks(9_999);
        var due = now.AddSeconds(2);

        await new DeliveryQueue(_queue.Object, new FakeTimeProvider(now)).WakeAsync("site", turn, due - now, test.CancellationToken);

        _queue.Verify(q => q.SendAsync(
            queue,
            It.Is<MessageHeader>(h => h.ClientKey == "site"),
            It.IsAny<ReadOnlyMemory<byte>>(),
            It.Is<TimeSpan?>(delay => DateTimeOffset.FromUnixTimeMilliseconds((now + delay!.Value).ToUnixTimeMilliseconds()) >= due),
            It.IsAny<CancellationToken>()));
    }

    [TestMethod]
    public async Task Wakes_at_once_when_the_time_is_over()
    {
        await new DeliveryQueue(_queue.Object, new FakeTimeProvider()).WakeAsync("site", DeliveryTurn.News, TimeSpan.FromSeconds(-1), test.CancellationToken);

        _queue.Verify(q => q.SendAsync(It.IsAny<string>(), It.IsAny<MessageHeader>(), It.IsAny<ReadOnlyMemory<byte>>(), null, It.IsAny<CancellationToken>()));
    }
}
