using System.Globalization;
using Azure.Data.Tables;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Trail;

/// <summary>The tables <c>Trail</c>yyyyMMdd: a partition per link; rows <c>kind!project-entity!time</c>, and <c>key!ISSUE!kind!project-entity</c> to find entities by an issue key.</summary>
/// <remarks>
/// What a sync brings has one row per entity and day, whatever comes of it how often: a sync of 100,000 entities that is asked for each hour must not fill the table. Rows by issue key carry no time
/// for the same reason: they say where to look.
/// </remarks>
public static class TrailTable
{
    public const string Name = "Trail";

    /// <summary>What an initial sync says as its cause.</summary>
    public const string Sync = "initial sync";

    internal const string Key = "key";
    internal const string Link = "link";
    internal const string SyncTime = "sync";
    internal const string Issue = nameof(Issue);

    /// <summary>A deployment may name 500; nobody finds it by the hundredth.</summary>
    private const int MostKeys = 50;
    private const int KeysLimit = 2000;

    public static TimeSpan KeptFor { get; } = TimeSpan.FromDays(14);

    public static string PartitionKey(Guid linkId) => TableKey.Of(linkId.ToString("N"));

    /// <summary>First parts of the keys of an entity's rows.</summary>
    public static string Prefix(EntityKind? kind, long projectId, string entityId) =>
        kind is { } known ? TableKey.Of(known.ToString(), EntityPart(projectId, entityId)) : Link;

    internal static string EntityPart(long projectId, string entityId) => string.Create(CultureInfo.InvariantCulture, $"{projectId}-{entityId}");

    /// <param name="order">Ascending in time; different for each row.</param>
    internal static TableEntity Row(TrailNote note, DateTimeOffset at, string order)
    {
        var subject = note.Subject;
        var time = string.Equals(note.Cause, Sync, StringComparison.Ordinal) ? SyncTime : order;

        return new TableEntity(PartitionKey(subject.LinkId), $"{Prefix(subject.Kind, subject.ProjectId, subject.EntityId)}!{time}")
        {
            ["At"] = at,
            ["Order"] = order,
            [nameof(TrailSubject.Kind)] = subject.Kind?.ToString(),
            [nameof(TrailSubject.ProjectId)] = subject.ProjectId,
            [nameof(TrailSubject.EntityId)] = subject.EntityId,
            [nameof(TrailSubject.Name)] = subject.Name,
            [nameof(TrailNote.Event)] = note.Event.ToString(),
            [nameof(TrailNote.Cause)] = note.Cause,
            [nameof(TrailNote.DeliveryId)] = note.DeliveryId,
            [nameof(TrailNote.ReceivedAt)] = note.ReceivedAt,
            [nameof(TrailNote.Sight)] = note.Sight is TrailSight.None ? null : note.Sight.ToString(),
            [nameof(TrailNote.Keys)] = Joined(note.Keys),
            [nameof(TrailNote.KeysBefore)] = Joined(note.KeysBefore),
            [nameof(TrailNote.Sequence)] = note.Sequence,
            [nameof(TrailNote.Lane)] = note.Lane?.ToString(),
            [nameof(TrailNote.Deletes)] = note.Deletes ? true : null,
            [nameof(TrailNote.Detail)] = note.Detail,
            [nameof(TrailNote.Wait)] = note.Wait is { } wait ? (long)wait.TotalMilliseconds : null,
            [nameof(TrailNote.Count)] = note.Count,
        };
    }

    /// <summary>Where to look for an issue key. What led nowhere is found by its own name only.</summary>
    internal static IEnumerable<TableEntity> KeyRows(TrailNote note)
    {
        if (note.Subject is not { Kind: { } kind } subject || note.Event is TrailEvent.Unchanged or TrailEvent.Superseded)
        {
            yield break;
        }

        foreach (var key in note.Keys.Union(note.KeysBefore, StringComparer.Ordinal).Take(MostKeys))
        {
            yield return new TableEntity(PartitionKey(subject.LinkId), TableKey.Of(Key, key, kind.ToString(), EntityPart(subject.ProjectId, subject.EntityId)))
            {
                [Issue] = key,
                [nameof(TrailSubject.Kind)] = kind.ToString(),
                [nameof(TrailSubject.ProjectId)] = subject.ProjectId,
                [nameof(TrailSubject.EntityId)] = subject.EntityId,
            };
        }
    }

    internal static (TrailNote Note, DateTimeOffset At, string Order) Read(Guid linkId, TableEntity row) => (
        new TrailNote
        {
            Subject = new TrailSubject(
                linkId,
                row.GetInt64(nameof(TrailSubject.ProjectId)) ?? 0,
                Parse<EntityKind>(row.GetString(nameof(TrailSubject.Kind))),
                row.GetString(nameof(TrailSubject.EntityId)) ?? "",
                row.GetString(nameof(TrailSubject.Name))),
            Event = Enum.Parse<TrailEvent>(row.GetString(nameof(TrailNote.Event))),
            Cause = row.GetString(nameof(TrailNote.Cause)),
            DeliveryId = row.GetString(nameof(TrailNote.DeliveryId)),
            ReceivedAt = row.GetDateTimeOffset(nameof(TrailNote.ReceivedAt)),
            Sight = Parse<TrailSight>(row.GetString(nameof(TrailNote.Sight))) ?? TrailSight.None,
            Keys = Parted(row.GetString(nameof(TrailNote.Keys))),
            KeysBefore = Parted(row.GetString(nameof(TrailNote.KeysBefore))),
            Sequence = row.GetInt64(nameof(TrailNote.Sequence)),
            Lane = Parse<Lane>(row.GetString(nameof(TrailNote.Lane))),
            Deletes = row.GetBoolean(nameof(TrailNote.Deletes)) ?? false,
            Detail = row.GetString(nameof(TrailNote.Detail)),
            Wait = row.GetInt64(nameof(TrailNote.Wait)) is { } wait ? TimeSpan.FromMilliseconds(wait) : null,
            Count = row.GetInt64(nameof(TrailNote.Count)),
        },
        row.GetDateTimeOffset("At")!.Value,
        row.GetString("Order"));

    private static string? Joined(IReadOnlyList<string> keys)
    {
        if (keys.Count == 0)
        {
            return null;
        }

        var joined = string.Join(' ', keys);
        return joined.Length <= KeysLimit ? joined : joined[..Math.Max(0, joined.LastIndexOf(' ', KeysLimit))];
    }

    private static string[] Parted(string? keys) => keys?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static T? Parse<T>(string? name)
        where T : struct, Enum =>
        Enum.TryParse<T>(name, out var value) ? value : null;
}
