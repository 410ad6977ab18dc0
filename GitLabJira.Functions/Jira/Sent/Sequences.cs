namespace GitLabJira.Functions.Jira.Sent;

/// <summary>Gives out numbers that grow with time: milliseconds × 1000 plus a counter, never the same twice in one process, below 2^53 so that a JavaScript number holds them.</summary>
public sealed class Sequences(TimeProvider clock)
{
    private const long PerMillisecond = 1000;

    private long _last;

    public long Next()
    {
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(last + 1, At(clock.GetUtcNow()));

            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return next;
            }
        }
    }

    public static long At(DateTimeOffset time) => time.ToUnixTimeMilliseconds() * PerMillisecond;

    public static long Of(TimeSpan span) => (long)span.TotalMilliseconds * PerMillisecond;
}
