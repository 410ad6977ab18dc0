using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Trail;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Relay;

/// <summary>Takes events out of their queue and has them translated. What cannot be understood ends in the poison queue; everything that only has to wait is put back with a delay.</summary>
public sealed class TranslateGitLabEvent(IMessageQueue queue, EventTranslation events, ITrail trail)
{
    [Function(nameof(TranslateGitLabEvent))]
    public async Task RunAsync([QueueTrigger(QueueNames.GitLabEvents)] BinaryData message, CancellationToken cancellationToken)
    {
        if (await queue.OpenAsync(QueueNames.GitLabEvents, message.ToMemory(), cancellationToken) is not { } opened)
        {
            return;
        }

        try
        {
            await events.TranslateAsync(opened, cancellationToken);
        }
        finally
        {
            await trail.WriteAsync();
        }

        await queue.CompleteAsync(opened.Header, cancellationToken);
    }
}
