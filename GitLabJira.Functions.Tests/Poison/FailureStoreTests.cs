using System.Text;
using Azure;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Poison;
using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Tests.Sealing;
using GitLabJira.Functions.Tests.Storage;
using GitLabJira.Functions.Tests.Trail;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.Poison;

[TestClass]
public sealed class FailureStoreTests
{
    private static readonly Guid LinkId = Guid.Parse("11111111-2222-3333-4444-555555555555");
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 23, 59, 50, TimeSpan.Zero);

    private readonly CancellationToken _cancel;
    private readonly StubTables _tables = new();
    private readonly StubMessages _messages = new();
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly MessageQueue _queue;
    private readonly FailureStore _failures;

    public FailureStoreTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        var blobs = new MessageBlobs(_messages.Blobs, Options.Create(new StorageOptions()), _clock);
        _queue = new MessageQueue(_messages.Queues, blobs, SealedWith.NewKeys(_clock), new ConfigurationBuilder().Build(), _clock);
        _failures = new FailureStore(_tables.Tables, _queue, blobs, new SiteStore(_tables.Tables, _clock), new DeliveryQueue(_queue, _clock), _clock, NullLogger<FailureStore>.Instance);
    }

    [TestMethod]
    public async Task Tells_why_the_last_attempt_failed_also_over_midnight()
    {
        var message = await MessageAsync();
        await AttemptAsync(message, new InvalidOperationException("quotes a secret"));
        await AttemptAsync(message, new MessageUnreadableException("The stored body is not that of a hook."));
        _clock.Advance(TimeSpan.FromMinutes(1));

        var kept = await _failures.KeepAsync(QueueNames.GitLabEvents, message, _cancel);
        var found = await _failures.FindAsync(kept.Id, _cancel);

        Assert.AreEqual(kept, found! with { ETag = default });
        Assert.AreEqual(("The stored body is not that of a hook.", Start), (found.Reason, found.FailedAt));
        Assert.AreEqual(("hook", LinkId, "delivery-1", DateTimeOffset.FromUnixTimeMilliseconds(5)), (found.Kind, found.LinkId, found.DeliveryId, found.ReceivedAt));
        Assert.DoesNotContain("a secret", string.Join(' ', _tables.Rows("Failures").Concat(_tables.Rows("Attempts20261122"))));
    }

    [TestMethod]
    public async Task Puts_a_message_back_as_it_was()
    {
        var message = await MessageAsync();
        var kept = await _failures.KeepAsync(QueueNames.GitLabEvents, message, _cancel);

        Assert.IsTrue(await _failures.ReplayAsync(kept.Id, _cancel));

        var sent = _messages.Messages.Last();
        Assert.AreEqual("gitlab-events", sent.Queue);
        CollectionAssert.AreEqual(message, sent.Text);
        Assert.AreEqual("the body", Encoding.UTF8.GetString((await _queue.OpenAsync(QueueNames.GitLabEvents, sent.Text, _cancel))!.Body.Span));
        Assert.IsFalse(await _failures.ReplayAsync(kept.Id, _cancel));
    }

    [TestMethod]
    public async Task Loses_nothing_when_a_replay_ends_half_way()
    {
        var kept = await _failures.KeepAsync(QueueNames.GitLabEvents, await MessageAsync(), _cancel);
        _tables.BeforeWrite = write => throw new RequestFailedException(503, write);

        await Assert.ThrowsExactlyAsync<RequestFailedException>(() => _failures.ReplayAsync(kept.Id, _cancel));
        _tables.BeforeWrite = null;

        Assert.HasCount(2, _messages.Messages);
        Assert.IsTrue(await _failures.ReplayAsync(kept.Id, _cancel));
    }

    [TestMethod]
    public async Task Keeps_what_failed_again_while_it_was_being_replayed()
    {
        var message = await MessageAsync();
        var kept = await _failures.KeepAsync(QueueNames.GitLabEvents, message, _cancel);
        _tables.BeforeWrite = write =>
        {
            _tables.BeforeWrite = null;
            _failures.KeepAsync(QueueNames.GitLabEvents, message, _cancel).GetAwaiter().GetResult();
        };

        await _failures.ReplayAsync(kept.Id, _cancel);

        Assert.AreEqual(2, (await _failures.FindAsync(kept.Id, _cancel))!.Times);
    }

    [TestMethod]
    public async Task Counts_how_often_the_same_message_came()
    {
        var message = await MessageAsync();
        await _failures.KeepAsync(QueueNames.GitLabEvents, message, _cancel);
        _clock.Advance(TimeSpan.FromHours(1));

        var again = await _failures.KeepAsync(QueueNames.GitLabEvents, message, _cancel);

        Assert.AreEqual((2, Start), (again.Times, again.KeptAt));
        Assert.AreEqual(FailureReason.Unknown, again.Reason);
    }

    [TestMethod]
    public async Task Keeps_what_is_no_message_of_ours()
    {
        var kept = await _failures.KeepAsync(QueueNames.JiraDeliveries, "from somebody else"u8.ToArray(), _cancel);

        Assert.IsNull(kept.Kind);
        Assert.IsTrue(await _failures.DropAsync(kept.Id, _cancel));
        Assert.IsFalse(await _failures.DropAsync(kept.Id, _cancel));
    }

    [TestMethod]
    public async Task Drops_the_blob_of_a_large_message_with_it()
    {
        var kept = await _failures.KeepAsync(QueueNames.GitLabEvents, await MessageAsync(size: 100_000), _cancel);
        Assert.HasCount(1, _messages.Contents);

        await _failures.DropAsync(kept.Id, _cancel);

        Assert.IsEmpty(_messages.Contents);
    }

    [TestMethod]
    public async Task Lists_from_where_the_last_page_ended()
    {
        for (var n = 0; n < 5; n++)
        {
            await _failures.KeepAsync(QueueNames.GitLabEvents, await MessageAsync($"m{n}"), _cancel);
        }

        var all = await _failures.ListAsync(after: null, _cancel).Select(f => f.Id).ToListAsync(_cancel);
        var rest = await _failures.ListAsync(all[1], _cancel).Select(f => f.Id).ToListAsync(_cancel);

        Assert.HasCount(5, all);
        CollectionAssert.AreEqual(all[2..], rest);
    }

    [TestMethod]
    public async Task Drops_what_nobody_wanted_back_for_thirty_days()
    {
        await _failures.KeepAsync(QueueNames.GitLabEvents, await MessageAsync("old"), _cancel);
        _clock.Advance(TimeSpan.FromDays(20));
        var young = await _failures.KeepAsync(QueueNames.GitLabEvents, await MessageAsync("young"), _cancel);
        _clock.Advance(TimeSpan.FromDays(11));

        Assert.AreEqual(1, await _failures.DropOldAsync(_cancel));

        Assert.AreEqual(young.Id, (await _failures.ListAsync(after: null, _cancel).SingleAsync(_cancel)).Id);
    }

    [TestMethod]
    public async Task Goes_back_into_the_poison_queue_while_storage_takes_no_rows()
    {
        var message = await MessageAsync();
        _tables.BeforeWrite = write => throw new RequestFailedException(503, write);

        await new PoisonQueue(_failures, _queue, NullLogger<PoisonQueue>.Instance).KeepAsync(QueueNames.GitLabEvents, message, _cancel);

        var sent = _messages.Messages.Last();
        Assert.AreEqual(("gitlab-events-poison", (TimeSpan?)TimeSpan.FromMinutes(1)), (sent.Queue, sent.Visibility));
        CollectionAssert.AreEqual(message, sent.Text);
    }

    private async Task AttemptAsync(byte[] message, Exception failure)
    {
        var attempts = new QueueAttempts(_failures, _queue, new KeptTrail());
        Assert.AreSame(failure, await Assert.ThrowsAsync<Exception>(() => attempts.RunAsync(message, () => Task.FromException(failure))));
    }

    private async Task<byte[]> MessageAsync(string id = "m1", int size = 0)
    {
        var header = new MessageHeader { Id = id, Kind = "hook", LinkId = LinkId, DeliveryId = "delivery-1", ReceivedAt = 5 };
        await _queue.SendAsync(QueueNames.GitLabEvents, header, size == 0 ? "the body"u8.ToArray() : System.Security.Cryptography.RandomNumberGenerator.GetBytes(size), delay: null, _cancel);
        return _messages.Messages.Last().Text;
    }
}
