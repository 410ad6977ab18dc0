using GitLabJira.Functions.Trail;

namespace GitLabJira.Functions.Poison;

/// <summary>What every attempt at a queue message does at its end: the trail is written, and if it failed, why.</summary>
public sealed class QueueAttempts(IFailures failures, ITrail trail)
{
    public async Task RunAsync(ReadOnlyMemory<byte> message, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            await failures.NoteAttemptAsync(message, failure);
            throw;
        }
        finally
        {
            await trail.WriteAsync();
        }
    }
}
