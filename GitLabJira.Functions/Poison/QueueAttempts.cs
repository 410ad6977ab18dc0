using System.Diagnostics;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Trail;

namespace GitLabJira.Functions.Poison;

/// <summary>What every attempt at a queue message does: it goes on with the trace of the one who sent it, and at its end the trail is written, and if it failed, why.</summary>
public sealed class QueueAttempts(IFailures failures, ISealedMessages messages, ITrail trail)
{
    public async Task RunAsync(ReadOnlyMemory<byte> message, Func<Task> work)
    {
        var header = AppTraces.IsOn ? messages.HeaderOf(message) : null;
        using var activity = header is null ? null : AppTraces.Process(header.Kind, header.Trace, header.LinkId);

        try
        {
            await work();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The type alone: what an exception says may quote somebody.
            activity?.SetStatus(ActivityStatusCode.Error, failure.GetType().Name);
            AppMetrics.Retried(at: "attempt");
            await failures.NoteAttemptAsync(message, failure);
            throw;
        }
        finally
        {
            await trail.WriteAsync();
        }
    }
}
