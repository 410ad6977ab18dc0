using GitLabJira.Functions.Poison;
using GitLabJira.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Relay;

/// <summary>Takes events out of their queue and has them translated. What cannot be understood ends in the poison queue; everything that only has to wait is put back with a delay.</summary>
public sealed class TranslateGitLabEvent(IMessageQueue queue, EventTranslation events, QueueAttempts attempts)
{
    [Function(nameof(TranslateGitLabEvent))]
    public Task RunAsync([QueueTrigger(QueueNames.GitLabEvents)] BinaryData message, CancellationToken cancellationToken) =>
        attempts.RunAsync(message.ToMemory(), () => TranslateAsync(message.ToMemory(), cancellationToken));

    private async Task TranslateAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (await queue.OpenAsync(QueueNames.GitLabEvents, message, cancellationToken) is { } opened)
        {
            await events.TranslateAsync(opened, cancellationToken);
            await queue.CompleteAsync(opened.Header, cancellationToken);
        }
    }
}
