using System.Globalization;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using GitLabJira.LocalRuntime.Time;

namespace GitLabJira.LocalRuntime.Queues;

/// <summary>
/// The queue in virtual time. The storage counts visibility in real time, so its messages are moved into a table as they come: a row is seen from the time that its key begins with,
/// and is taken by moving it. Whoever dies leaves a row that is seen again after <see cref="QueueRules.TakenFor"/> of virtual time.
/// </summary>
internal sealed class LeasedQueueSource(QueueClient queue, TableClient leases, RuntimeClock clock, string encoding) : IQueueSource
{
    public const string TableName = "LocalRuntimeQueues";

    // How long real time may take between receiving and deleting; whoever dies in between holds the virtual time up for so long.
    private static readonly TimeSpan Moving = TimeSpan.FromSeconds(5);

    // The queue still counts messages that another process is moving at this moment.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);

    private long _drained = -1;
    private long _lastMoved;

    public string Name => queue.Name;

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await leases.CreateIfNotExistsAsync(cancellationToken);
    }

    public async Task<QueueLook> TakeAsync(int max, long written, CancellationToken cancellationToken)
    {
        if (_drained != written)
        {
            await DrainAsync(cancellationToken);
            _drained = written;
        }

        var now = clock.SharedUtcNow;
        var rows = await FirstAsync(max + 1, cancellationToken);
        var due = rows.Where(r => VisibleOn(r) <= now).Take(max).ToList();
        var later = rows.Count > due.Count ? VisibleOn(rows[due.Count]) : (DateTimeOffset?)null;

        if (due.Count == 0)
        {
            return new([], later);
        }

        // Whoever takes them, us or another, may die: then they are seen again.
        var free = now + QueueRules.TakenFor;
        return new(await TakeAsync(due, now, cancellationToken), later < free ? later : free, IsAll: rows.Count <= max || later > now);
    }

    public async Task<TakenMessage?> RenewAsync(TakenMessage message, CancellationToken cancellationToken)
    {
        var row = ToRow(message);
        return await MoveAsync([row], r => clock.SharedUtcNow + QueueRules.TakenFor, dequeues: 0, cancellationToken) is [var moved] ? ToMessage(moved) : null;
    }

    public async Task DeleteAsync(TakenMessage message, CancellationToken cancellationToken) =>
        await leases.DeleteEntityAsync(queue.Name, message.Receipt, ETag.All, cancellationToken);

    public async Task ReleaseAsync(TakenMessage message, TimeSpan delay, CancellationToken cancellationToken) =>
        await MoveAsync([ToRow(message)], _ => clock.SharedUtcNow + delay, dequeues: 0, cancellationToken);

    private static DateTimeOffset VisibleOn(TableEntity row) => new(long.Parse(row.RowKey.AsSpan(0, 19), CultureInfo.InvariantCulture), TimeSpan.Zero);

    private static string Key(DateTimeOffset visibleOn, string rest) => string.Create(CultureInfo.InvariantCulture, $"{visibleOn.UtcTicks:D19}!{rest}");

    private static TakenMessage ToMessage(TableEntity row) => new(
        row.GetString("MessageId"),
        Encoding.UTF8.GetString(row.GetBinary("Text")),
        row.RowKey,
        row.GetInt64("DequeueCount") ?? 0,
        row.GetDateTimeOffset("InsertedOn") ?? default,
        row.GetDateTimeOffset("ExpiresOn") ?? default,
        VisibleOn(row));

    private TableEntity ToRow(TakenMessage message) => new(queue.Name, message.Receipt)
    {
        ["MessageId"] = message.Id,
        ["Text"] = Encoding.UTF8.GetBytes(message.Text),
        ["DequeueCount"] = message.DequeueCount,
        ["InsertedOn"] = message.InsertedOn,
        ["ExpiresOn"] = message.ExpiresOn,
    };

    private async Task<List<TableEntity>> FirstAsync(int count, CancellationToken cancellationToken)
    {
        var query = leases.QueryAsync<TableEntity>(r => r.PartitionKey == queue.Name, maxPerPage: count, cancellationToken: cancellationToken);
        await foreach (var page in query.AsPages())
        {
            return [.. page.Values];
        }

        return [];
    }

    private async Task<IReadOnlyList<TakenMessage>> TakeAsync(List<TableEntity> due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var expired in due.Where(r => r.GetDateTimeOffset("ExpiresOn") <= now).ToList())
        {
            due.Remove(expired);
            await leases.DeleteEntityAsync(expired, ETag.All, cancellationToken);
        }

        DateTimeOffset Until(TableEntity row) => now + QueueRules.TakenFor;
        if (due.Count == 0)
        {
            return [];
        }

        if (await MoveAsync(due, Until, dequeues: 1, cancellationToken) is { } all)
        {
            return [.. all.Select(ToMessage)];
        }

        // Another process was faster with one of them: take what is left one by one.
        var taken = new List<TakenMessage>();
        foreach (var row in due)
        {
            if (await MoveAsync([row], Until, dequeues: 1, cancellationToken) is [var moved])
            {
                taken.Add(ToMessage(moved));
            }
        }

        return taken;
    }

    /// <summary>All of them in one transaction, or none (null).</summary>
    private async Task<IReadOnlyList<TableEntity>?> MoveAsync(
        IReadOnlyList<TableEntity> rows, Func<TableEntity, DateTimeOffset> visibleOn, int dequeues, CancellationToken cancellationToken)
    {
        var actions = new List<TableTransactionAction>();
        var moved = new List<TableEntity>();
        foreach (var row in rows)
        {
            var next = new TableEntity(row) { RowKey = Key(visibleOn(row), row.RowKey[20..]) };
            next["DequeueCount"] = (row.GetInt64("DequeueCount") ?? 0) + dequeues;
            next.Remove("odata.etag");
            next.Remove(nameof(TableEntity.Timestamp));
            moved.Add(next);

            if (string.Equals(next.RowKey, row.RowKey, StringComparison.Ordinal))
            {
                actions.Add(new(TableTransactionActionType.UpdateReplace, next, ETag.All));
                continue;
            }

            actions.Add(new(TableTransactionActionType.Delete, row, ETag.All));
            actions.Add(new(TableTransactionActionType.Add, next));
        }

        try
        {
            await leases.SubmitTransactionAsync(actions, cancellationToken);
            return moved;
        }
        catch (TableTransactionFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return null;
        }
    }

    /// <summary>Returns only when all has been moved that came before: what lies there could be due now.</summary>
    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            QueueProperties properties = await queue.GetPropertiesAsync(cancellationToken);
            if (properties.ApproximateMessagesCountLong == 0)
            {
                return;
            }

            QueueMessage[] messages = await queue.ReceiveMessagesAsync(queue.MaxPeekableMessages, Moving, cancellationToken);
            if (messages.Length == 0)
            {
                await Task.Delay(LookAgain, TimeProvider.System, cancellationToken);
                continue;
            }

            var now = clock.SharedUtcNow;
            await leases.SubmitTransactionAsync(
                messages.Select(m => new TableTransactionAction(TableTransactionActionType.UpsertReplace, Receive(m, now))), cancellationToken);
            await Task.WhenAll(messages.Select(m => queue.DeleteMessageAsync(m.MessageId, m.PopReceipt, cancellationToken)));

            if (messages.Length < queue.MaxPeekableMessages)
            {
                // What another process is moving it will see itself; should it die, all look again.
                return;
            }
        }
    }

    private TableEntity Receive(QueueMessage message, DateTimeOffset now)
    {
        var text = message.Body.ToString();
        var due = QueueMessageText.TryDecode(text, encoding, out var body) ? QueueMessageText.ReadDue(body) : null;
        var visibleOn = due > now ? due.Value : now;
        var expires = message.ExpiresOn is { Year: < 9999 } end && message.InsertedOn is { } start ? now + (end - start) : DateTimeOffset.MaxValue;

        return new(queue.Name, Key(visibleOn, string.Create(CultureInfo.InvariantCulture, $"{NextMoved():D19}!{message.MessageId}")))
        {
            ["MessageId"] = message.MessageId,
            ["Text"] = Encoding.UTF8.GetBytes(text),
            ["DequeueCount"] = 0L,
            ["InsertedOn"] = now,
            ["ExpiresOn"] = expires > DateTimeOffset.UnixEpoch.AddYears(500) ? DateTimeOffset.UnixEpoch.AddYears(500) : expires,
        };
    }

    /// <summary>Keeps the order in which messages came: real time, and never the same twice.</summary>
    private long NextMoved() => _lastMoved = Math.Max(_lastMoved + 1, TimeProvider.System.GetUtcNow().UtcTicks);
}
