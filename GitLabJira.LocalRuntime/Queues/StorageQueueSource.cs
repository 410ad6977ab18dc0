using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace GitLabJira.LocalRuntime.Queues;

/// <summary>The queue as it is, in real time: visibility and dequeue count are the storage's own.</summary>
internal sealed class StorageQueueSource(QueueClient queue) : IQueueSource
{
    public string Name => queue.Name;

    public Task CreateAsync(CancellationToken cancellationToken) => queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);

    public async Task<QueueLook> TakeAsync(int max, long written, CancellationToken cancellationToken)
    {
        QueueMessage[] messages = await queue.ReceiveMessagesAsync(Math.Min(max, queue.MaxPeekableMessages), QueueRules.TakenFor, cancellationToken);
        return new([.. messages.Select(m => new TakenMessage(
            m.MessageId, m.Body.ToString(), m.PopReceipt, m.DequeueCount, m.InsertedOn ?? default, m.ExpiresOn ?? default, m.NextVisibleOn ?? default))]);
    }

    public async Task<TakenMessage?> RenewAsync(TakenMessage message, CancellationToken cancellationToken)
    {
        try
        {
            UpdateReceipt receipt = await queue.UpdateMessageAsync(message.Id, message.Receipt, message.Text, QueueRules.TakenFor, cancellationToken);
            return message with { Receipt = receipt.PopReceipt, VisibleOn = receipt.NextVisibleOn };
        }
        catch (RequestFailedException e) when (IsLost(e))
        {
            return null;
        }
    }

    public async Task DeleteAsync(TakenMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await queue.DeleteMessageAsync(message.Id, message.Receipt, cancellationToken);
        }
        catch (RequestFailedException e) when (IsLost(e))
        {
            // It has been taken over; the other one decides.
        }
    }

    public async Task ReleaseAsync(TakenMessage message, TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await queue.UpdateMessageAsync(message.Id, message.Receipt, message.Text, delay, cancellationToken);
        }
        catch (RequestFailedException e) when (IsLost(e))
        {
            // It has been taken over; the other one decides.
        }
    }

    /// <summary>Gone, or taken by somebody else: https://learn.microsoft.com/rest/api/storageservices/queue-service-error-codes.</summary>
    private static bool IsLost(RequestFailedException e) =>
        e.ErrorCode == QueueErrorCode.MessageNotFound || e.ErrorCode == QueueErrorCode.PopReceiptMismatch || e.ErrorCode == QueueErrorCode.QueueNotFound;
}
