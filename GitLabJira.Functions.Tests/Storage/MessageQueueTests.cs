using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Tests.Sealing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.Storage;

[TestClass]
public sealed class MessageQueueTests(TestContext test)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"text":"a secret of somebody"}""");

    private readonly StubMessages _stub = new();
    private readonly FakeTimeProvider _clock = new(Start);

    private static MessageHeader Header => new() { Id = "m1", Kind = "hook", LinkId = Guid.Parse("11111111-2222-3333-4444-555555555555"), Attempt = 2, ReceivedAt = 5 };

    [TestMethod]
    public async Task Brings_header_and_body_to_the_other_side()
    {
        var queue = Queue();

        await queue.SendAsync(QueueNames.GitLabEvents, Header, Body, delay: null, test.CancellationToken);
        var sent = _stub.Messages.Single();
        var opened = await queue.OpenAsync(QueueNames.GitLabEvents, sent.Text, test.CancellationToken);

        Assert.AreEqual(Header, opened!.Header);
        CollectionAssert.AreEqual(Body, opened.Body.ToArray());
        Assert.AreEqual("gitlab-events", sent.Queue);
        Assert.AreEqual("-1", sent.TimeToLive);
        Assert.IsNull(sent.Visibility);
    }

    [TestMethod]
    public async Task Shows_ids_in_one_line_of_JSON_and_nothing_of_the_body()
    {
        await Queue().SendAsync(QueueNames.GitLabEvents, Header, Body, TimeSpan.FromSeconds(30), test.CancellationToken);

        var text = Encoding.Latin1.GetString(_stub.Messages.Single().Text);
        var line = JsonNode.Parse(text.Split('\n')[0])!.AsObject();

        Assert.AreEqual("hook", line["kind"]!.GetValue<string>());
        Assert.AreEqual(Start.AddSeconds(30).ToUnixTimeMilliseconds(), line["due"]!.GetValue<long>());
        Assert.IsFalse(text.Contains("somebody", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Is_text_so_that_it_survives_the_host()
    {
        await Queue().SendAsync(QueueNames.GitLabEvents, Header, RandomNumberGenerator.GetBytes(1000), delay: null, test.CancellationToken);

        var message = _stub.Messages.Single().Text;

        CollectionAssert.AreEqual(message, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(message)));
    }

    [TestMethod]
    public async Task Carries_the_trace_in_which_it_was_first_sent()
    {
        using var listener = new ActivityListener { ShouldListenTo = source => source.Name == "a test's", Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("a test's");
        var queue = Queue();

        using var first = source.StartActivity("receive");
        await queue.SendAsync(QueueNames.GitLabEvents, Header, Body, delay: null, test.CancellationToken);
        var opened = await queue.OpenAsync(QueueNames.GitLabEvents, _stub.Messages[0].Text, test.CancellationToken);

        using (source.StartActivity("another", ActivityKind.Consumer, default(ActivityContext)))
        {
            await queue.SendAsync(QueueNames.GitLabEvents, opened!.Header with { Attempt = 3 }, opened.Body, delay: null, test.CancellationToken);
        }

        var again = await queue.OpenAsync(QueueNames.GitLabEvents, _stub.Messages[1].Text, test.CancellationToken);

        Assert.AreEqual(first!.Id, opened.Header.Trace);
        Assert.AreEqual(first.Id, again!.Header.Trace);
    }

    [TestMethod]
    public async Task Carries_no_trace_where_nobody_records_one()
    {
        await Queue().SendAsync(QueueNames.GitLabEvents, Header, Body, delay: null, test.CancellationToken);

        Assert.IsFalse(Encoding.UTF8.GetString(_stub.Messages.Single().Text).Contains("trace", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow(0, null)]
    [DataRow(30, 30)]
    [DataRow(604_800, 604_800)]
    [DataRow(1_000_000, 604_800)]
    public async Task Delays_by_visibility_up_to_seven_days(int delay, int? visibility)
    {
        await Queue().SendAsync(QueueNames.GitLabEvents, Header, Body, TimeSpan.FromSeconds(delay), test.CancellationToken);

        Assert.AreEqual(visibility, (int?)_stub.Messages.Single().Visibility?.TotalSeconds);
    }

    [TestMethod]
    public async Task Leaves_the_delay_to_the_header_under_a_virtual_clock()
    {
        await Queue(clock: "127.0.0.1:5").SendAsync(QueueNames.GitLabEvents, Header, Body, TimeSpan.FromHours(1), test.CancellationToken);

        Assert.IsNull(_stub.Messages.Single().Visibility);
        StringAssert.Contains(Encoding.Latin1.GetString(_stub.Messages.Single().Text), $"\"due\":{Start.AddHours(1).ToUnixTimeMilliseconds()}", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Is_never_due_before_its_time_though_that_is_told_in_milliseconds()
    {
        await Queue().SendAsync(QueueNames.GitLabEvents, Header, Body, TimeSpan.FromTicks(1), test.CancellationToken);

        StringAssert.Contains(Encoding.Latin1.GetString(_stub.Messages.Single().Text), $"\"due\":{Start.ToUnixTimeMilliseconds() + 1}", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Sends_on_what_arrives_before_it_is_due()
    {
        var queue = Queue();
        await queue.SendAsync(QueueNames.GitLabEvents, Header, Body, TimeSpan.FromDays(10), test.CancellationToken);
        _clock.Advance(TimeSpan.FromDays(7));

        var early = await queue.OpenAsync(QueueNames.GitLabEvents, _stub.Messages[0].Text, test.CancellationToken);
        _clock.Advance(TimeSpan.FromDays(3));
        var due = await queue.OpenAsync(QueueNames.GitLabEvents, _stub.Messages[1].Text, test.CancellationToken);

        Assert.IsNull(early);
        Assert.AreEqual(TimeSpan.FromDays(3), _stub.Messages[1].Visibility);
        CollectionAssert.AreEqual(Body, due!.Body.ToArray());
    }

    [TestMethod]
    public async Task Keeps_a_compressible_body_of_a_megabyte_in_the_message()
    {
        await Queue().SendAsync(QueueNames.GitLabEvents, Header, new byte[1024 * 1024], delay: null, test.CancellationToken);

        Assert.IsEmpty(_stub.Contents);
    }

    [TestMethod]
    [DataRow(48_000)]
    [DataRow(49_152)]
    [DataRow(1024 * 1024)]
    public async Task Never_sends_more_than_a_message_may_hold(int length)
    {
        var queue = Queue();
        var body = RandomNumberGenerator.GetBytes(length);

        await queue.SendAsync(QueueNames.GitLabEvents, Header, body, delay: null, test.CancellationToken);
        var sent = _stub.Messages.Single();
        var opened = await queue.OpenAsync(QueueNames.GitLabEvents, sent.Text, test.CancellationToken);

        Assert.IsLessThanOrEqualTo(64 * 1024, sent.Encoded);
        CollectionAssert.AreEqual(body, opened!.Body.ToArray());
    }

    [TestMethod]
    public async Task Writes_a_large_body_before_the_message_and_removes_it_after()
    {
        var queue = Queue();
        await queue.SendAsync(QueueNames.GitLabEvents, Header, RandomNumberGenerator.GetBytes(100_000), delay: null, test.CancellationToken);

        var opened = await queue.OpenAsync(QueueNames.GitLabEvents, _stub.Messages.Single().Text, test.CancellationToken);
        await queue.CompleteAsync(opened!.Header, test.CancellationToken);
        var again = await queue.OpenAsync(QueueNames.GitLabEvents, _stub.Messages.Single().Text, test.CancellationToken);

        Assert.AreEqual("blob, message, blob removed", string.Join(", ", _stub.Log));
        Assert.IsNull(again, "A missing blob at a later delivery means done.");
    }

    [TestMethod]
    public async Task Gives_each_message_a_blob_of_its_own()
    {
        var queue = Queue();
        var body = RandomNumberGenerator.GetBytes(100_000);
        await queue.SendAsync(QueueNames.GitLabEvents, Header, body, delay: null, test.CancellationToken);
        var first = await queue.OpenAsync(QueueNames.GitLabEvents, _stub.Messages[0].Text, test.CancellationToken);

        await queue.SendAsync(QueueNames.GitLabEvents, first!.Header with { Attempt = 3 }, first.Body, TimeSpan.FromSeconds(10), test.CancellationToken);
        await queue.CompleteAsync(first.Header, test.CancellationToken);
        var second = await queue.OpenAsync(QueueNames.GitLabEvents, _stub.Messages[1].Text, test.CancellationToken);

        CollectionAssert.AreEqual(body, second!.Body.ToArray());
    }

    [TestMethod]
    [DataRow("no header line")]
    [DataRow("not json\nbody")]
    [DataRow("null\nbody")]
    [DataRow("{}\nbody")]
    [DataRow("""{"id":"x","kind":"hook"}""" + "\nnot sealed")]
    [DataRow("")]
    public async Task Says_that_it_cannot_read_what_is_none_of_ours(string text) =>
        await Assert.ThrowsExactlyAsync<MessageUnreadableException>(() => Queue().OpenAsync(QueueNames.GitLabEvents, Encoding.UTF8.GetBytes(text), test.CancellationToken));

    [TestMethod]
    public async Task Does_not_open_under_another_header_or_from_another_queue()
    {
        var queue = Queue();
        await queue.SendAsync(QueueNames.GitLabEvents, Header, Body, delay: null, test.CancellationToken);
        var message = _stub.Messages.Single().Text;
        var forged = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(message).Replace("11111111-", "99999999-", StringComparison.Ordinal));

        await Assert.ThrowsExactlyAsync<MessageUnreadableException>(() => queue.OpenAsync(QueueNames.GitLabEvents, forged, test.CancellationToken));
        await Assert.ThrowsExactlyAsync<MessageUnreadableException>(() => queue.OpenAsync(QueueNames.JiraDeliveries, message, test.CancellationToken));
    }

    private MessageQueue Queue(string? clock = null) => new(
        _stub.Queues,
        new MessageBlobs(_stub.Blobs, Options.Create(new StorageOptions()), _clock),
        SealedWith.NewKeys(_clock),
        new ConfigurationBuilder().AddInMemoryCollection([new("GITLABJIRA_CLOCK", clock)]).Build(),
        _clock);
}
