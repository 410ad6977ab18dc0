using System.Globalization;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Sent;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Jira.Outbox;

/// <summary>Keys of <c>Outbox</c> (design 5): a partition per site and lane. Live and repair rows stand in the order of appending, backfill rows under what they are about.</summary>
internal static class OutboxKeys
{
    public const string Table = "Outbox";

    /// <summary>First part of a row's key that is to be sent as soon as possible, whatever the clocks of appender and reader say.</summary>
    public const string Now = "n";

    /// <summary>First part of a row's key that waits for its time, which is the second part.</summary>
    public const string Later = "t";

    public static string Partition(string clientKey, Lane lane) => TableKey.Of(clientKey, lane switch
    {
        Lane.Live => "live",
        Lane.Repair => "repair",
        _ => "backfill",
    });

    public static string Append(long order) => TableKey.Of(Now, Digits(order), Guid.NewGuid().ToString("N"));

    public static string AppendFor(DateTimeOffset due) => TableKey.Of(Later, Digits(Sequences.At(due)), Guid.NewGuid().ToString("N"));

    /// <summary>Rows that wait stand before this key when their time has come.</summary>
    public static string DueBefore(DateTimeOffset now) => TableKey.Of(Later, Digits(Sequences.At(now) + 1));

    public static string Backfill(SentKey key) =>
        TableKey.Of(key.Kind.ToString(), key.LinkId.ToString("N"), key.ProjectId.ToString(CultureInfo.InvariantCulture), key.EntityId);

    private static string Digits(long order) => order.ToString("D17", CultureInfo.InvariantCulture);
}
