using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>Keys and table names of a task hub.</summary>
internal static class DurableNames
{
    /// <summary>All rows of work lie in one partition, so that what belongs together changes in one transaction.</summary>
    public const string WorkPartition = "w";

    public const string Activity = "a";

    public const string Message = "o";

    public const int MaxInstanceId = 100;

    private static long _lastSequence;

    public static string Lock(string instance) => $"k!{Escape(instance)}";

    /// <summary>Rows of a kind are seen in order of their time, then in the order in which they were put.</summary>
    public static string WorkKey(string kind, DateTimeOffset visibleOn, long sequence, string id) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}!{visibleOn.UtcTicks:D19}!{sequence:D19}!{id}");

    public static DateTimeOffset VisibleOn(string workKey) => new(long.Parse(workKey.AsSpan(2, 19), CultureInfo.InvariantCulture), TimeSpan.Zero);

    public static string Moved(string workKey, DateTimeOffset visibleOn) =>
        string.Create(CultureInfo.InvariantCulture, $"{workKey[0]}!{visibleOn.UtcTicks:D19}{workKey[21..]}");

    public static string Id(string workKey) => workKey[42..];

    /// <summary>A timer's row can be found again without having been read, so that a cancelled one does not stay behind.</summary>
    public static string TimerKey(DateTimeOffset fireAt, string execution, int taskId) =>
        WorkKey(Message, fireAt, sequence: 0, string.Create(CultureInfo.InvariantCulture, $"{execution}-t{taskId}"));

    public static string History(string execution, int sequence) => string.Create(CultureInfo.InvariantCulture, $"h!{execution}!{sequence:D8}");

    /// <summary>Real time, but never the same twice: messages of one process keep their order.</summary>
    public static long NextSequence()
    {
        var now = TimeProvider.System.GetUtcNow().UtcTicks;
        long last, next;
        do
        {
            last = Interlocked.Read(ref _lastSequence);
            next = Math.Max(last + 1, now);
        }
        while (Interlocked.CompareExchange(ref _lastSequence, next, last) != last);

        return next;
    }

    public static string NewId() => Guid.NewGuid().ToString("N");

    /// <summary>The execution of a child is named by who called it, so that the same call twice starts it once.</summary>
    public static string ChildExecution(string execution, int taskId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{execution}/{taskId}")))[..16]);

    /// <summary>Keys must not hold / \ # ? or control characters: https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model.</summary>
    public static string Escape(string text)
    {
        var builder = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~' or (byte)'@' or (byte)':')
            {
                builder.Append((char)b);
            }
            else
            {
                builder.Append(CultureInfo.InvariantCulture, $"={b:X2}");
            }
        }

        return builder.ToString();
    }
}
