using System.Globalization;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.LocalRuntime.Timers;

/// <summary>The delays of a retry attribute. The exponential one doubles without the real host's random fifth, so that a test can name it.</summary>
internal sealed class TimerRetry
{
    private readonly TimeSpan _first;
    private readonly TimeSpan _longest;

    private TimerRetry(int maxCount, string first, string longest)
    {
        MaxCount = maxCount;
        _first = TimeSpan.Parse(first, CultureInfo.InvariantCulture);
        _longest = TimeSpan.Parse(longest, CultureInfo.InvariantCulture);
    }

    /// <summary>-1: without end.</summary>
    public int MaxCount { get; }

    /// <exception cref="FormatException">An interval is no time span.</exception>
    public static TimerRetry From(RetryAttribute? attribute) => attribute switch
    {
        FixedDelayRetryAttribute retry => new(retry.MaxRetryCount, retry.DelayInterval, retry.DelayInterval),
        ExponentialBackoffRetryAttribute retry => new(retry.MaxRetryCount, retry.MinimumInterval, retry.MaximumInterval),
        _ => new(0, "0", "0"),
    };

    /// <param name="count">Retries so far.</param>
    /// <returns>Null when there are no more.</returns>
    public TimeSpan? After(int count)
    {
        if (MaxCount >= 0 && count >= MaxCount)
        {
            return null;
        }

        var delay = _first * Math.Pow(2, Math.Min(count, 30));
        return delay < _longest ? delay : _longest;
    }
}
