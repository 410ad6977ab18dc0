namespace GitLabJira.LocalRuntime.Time;

/// <summary>Keeps what a process has taken for its work, by renewing it at intervals until it is told to stop.</summary>
internal static class Renewal
{
    /// <param name="clock">Whose time passes.</param>
    /// <param name="interval">Between two renewals.</param>
    /// <param name="what">For a person who wonders why virtual time stands still.</param>
    /// <param name="renewAsync">Answers whether it is still ours.</param>
    /// <param name="stop">The work has ended.</param>
    public static Task StartAsync(RuntimeClock clock, TimeSpan interval, string what, Func<Task<bool>> renewAsync, CancellationToken stop) => Detached.Run(async () =>
    {
        // Outside of the work's flow: these delays are not ones that the work waits for.
        var next = Task.Delay(interval, clock, stop);

        try
        {
            while (true)
            {
                await next;
                using var work = await clock.BeginWorkAsync(what, CancellationToken.None);

                if (!await renewAsync())
                {
                    return;
                }

                // As long as the renewal is work: afterwards time may pass, and the next one would be late by it.
                next = Detached.Run(() => Task.Delay(interval, clock, stop));
            }
        }
        catch (OperationCanceledException)
        {
            // The work has ended.
        }
        catch (Azure.RequestFailedException)
        {
            // Not renewed: it may be done twice, which a function must bear anyhow.
        }
    });
}
