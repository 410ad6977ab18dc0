namespace GitLabJira.Functions.Hosting;

/// <summary>Times that travel as unix milliseconds.</summary>
public static class Milliseconds
{
    /// <summary>The first whole millisecond that is not before the time. Cut off instead, whoever is told to wait would come a moment too early, find that it has to wait, and come again at once.</summary>
    public static long NotBefore(DateTimeOffset time) => time.AddTicks(TimeSpan.TicksPerMillisecond - 1).ToUnixTimeMilliseconds();
}
