using System.Text;
using Azure.Storage.Queues;
using GitLabJira.LocalRuntime.Tests.Storage;
using GitLabJira.LocalRuntime.Time;

namespace GitLabJira.LocalRuntime.Tests.Queues;

/// <summary>The listener in real time, against the emulator's own visibility.</summary>
[TestClass]
public sealed class QueueTriggerTests(TestContext test)
{
    private const string HostJson = """{"extensions":{"queues":{"batchSize":2,"newBatchThreshold":1,"maxDequeueCount":3,"messageEncoding":"base64","maxPollingInterval":"00:00:00.200","visibilityTimeout":"00:00:00"}}}""";

    private readonly QueueRecord _record = new(TimeProvider.System);
    private readonly string _name = SharedAzurite.NewName();

    [TestMethod]
    [DataRow(typeof(TextFunction), "grüße", "grüße")]
    [DataRow(typeof(BytesFunction), "abc", "616263")]
    [DataRow(typeof(DataFunction), "abc", "abc")]
    [DataRow(typeof(JsonFunction), """{"name":"x","COUNT":3}""", "x 3")]
    [DataRow(typeof(MessageFunction), "abc", "abc 1 True")]
    public async Task Binds_a_message_to_what_the_function_asks_for(Type function, string sent, string expected)
    {
        await using var host = await StartAsync(function);
        await SendAsync(sent);

        await _record.WaitAsync(1, test.CancellationToken);

        var seen = _record.Seen.Single();
        Assert.AreEqual(expected, seen.Text);
        Assert.AreEqual(1, seen.DequeueCount);
        Assert.AreEqual(sent, seen.BindingData["QueueTrigger"]);
        Assert.IsInstanceOfType<DateTimeOffset>(seen.BindingData["InsertionTime"]);
    }

    [TestMethod]
    [DataRow(typeof(BytesFunction), "61EFBFBD62")]
    [DataRow(typeof(DataFunction), "a\uFFFDb")]
    public async Task Loses_what_is_no_text_as_the_real_host_does(Type function, string expected)
    {
        await using var host = await StartAsync(function);
        var queue = new QueueClient(await SharedAzurite.ConnectionStringAsync(), _name);
        await queue.SendMessageAsync(Convert.ToBase64String([0x61, 0xFF, 0x62]), test.CancellationToken);

        await _record.WaitAsync(1, test.CancellationToken);

        Assert.AreEqual(expected, _record.Seen.Single().Text);
    }

    [TestMethod]
    public async Task A_message_that_keeps_failing_ends_in_the_poison_queue()
    {
        _record.Behaviour = (seen, _) => seen.Text == "bad" ? throw new InvalidOperationException() : Task.CompletedTask;
        await using var host = await StartAsync(typeof(TextFunction), typeof(PoisonFunction));
        await SendAsync("bad");

        await _record.WaitAsync(4, test.CancellationToken);

        Assert.AreSequenceEqual(new[] { "bad 1", "bad 2", "bad 3", "poison bad 1" }, _record.Seen.Select(s => $"{s.Text} {s.DequeueCount}"));
    }

    [TestMethod]
    public async Task A_message_that_is_not_base64_ends_in_the_poison_queue_unseen()
    {
        await using var host = await StartAsync(typeof(TextFunction));
        var queue = new QueueClient(await SharedAzurite.ConnectionStringAsync(), _name);
        await queue.SendMessageAsync("not base64!", test.CancellationToken);
        await SendAsync("good");

        await _record.WaitAsync(1, test.CancellationToken);
        var poison = new QueueClient(await SharedAzurite.ConnectionStringAsync(), _name + "-poison");
        string? moved = null;
        while (moved is null && !test.CancellationToken.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, test.CancellationToken);
            moved = await poison.ExistsAsync(test.CancellationToken) ? (await poison.PeekMessageAsync(test.CancellationToken)).Value?.Body.ToString() : null;
        }

        Assert.AreEqual("not base64!", moved);
        Assert.AreEqual("good", _record.Seen.Single().Text);
    }

    [TestMethod]
    public async Task Takes_a_new_batch_only_when_few_messages_are_left()
    {
        var go = new TaskCompletionSource();
        _record.Behaviour = (_, stop) => go.Task.WaitAsync(stop);
        await new QueueClient(await SharedAzurite.ConnectionStringAsync(), _name).CreateIfNotExistsAsync(cancellationToken: test.CancellationToken);

        // All are there before the first look: else one alone leaves room for a batch of two more.
        for (var i = 0; i < 10; i++)
        {
            await SendAsync($"{i}");
        }

        await using var host = await StartAsync(typeof(TextFunction));
        await _record.WaitAsync(2, test.CancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, test.CancellationToken);
        var first = _record.Seen.Count;
        go.SetResult();
        await _record.WaitAsync(8, test.CancellationToken);

        Assert.AreEqual(2, first);
        Assert.IsLessThanOrEqualTo(3, _record.MostAtOnce);
        Assert.HasCount(10, _record.Seen.Select(s => s.Text).Distinct());
    }

    private async Task<StorageHost> StartAsync(params Type[] functions) => await StorageHost.StartAsync(
        functions, HostJson, new Dictionary<string, string> { ["QUEUE"] = _name }, WallClock.Instance, [_record], test.CancellationToken);

    private async Task SendAsync(string text)
    {
        var queue = new QueueClient(await SharedAzurite.ConnectionStringAsync(), _name);
        await queue.SendMessageAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), test.CancellationToken);
    }
}
