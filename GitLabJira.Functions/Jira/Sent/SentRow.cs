using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Sent;

/// <summary>A row of <c>Sent</c>: what Jira holds of an entity, and what may have reached it besides.</summary>
/// <remarks>
/// A row is noted (<see cref="Note"/>) before its entity can reach Jira and recorded (<see cref="Record"/>) after Jira took it. Between the two, and after a crash or a timeout there, what Jira
/// holds is in doubt: <see cref="Pending"/> is the highest sequence that may be there and <see cref="PendingHash"/> its content, empty when several differ. In doubt, a content hash proves nothing.
/// </remarks>
public sealed record SentRow(SentKey Key)
{
    public const string Table = "Sent";

    // A table column holds 32 K characters.
    private const int KeysLimit = 30_000;

    public static readonly TimeSpan TombstoneLife = TimeSpan.FromDays(30);

    /// <summary>Highest sequence that Jira took; 0 when none yet.</summary>
    public long Sequence { get; init; }

    /// <summary>Content that Jira took; empty when it must be sent again in any case.</summary>
    public string Hash { get; init; } = "";
    public IReadOnlyList<string> Keys { get; init; } = [];
    public bool Tombstone { get; init; }

    /// <summary>Null while nothing was taken.</summary>
    public DateTimeOffset? SentAt { get; init; }
    public long Pending { get; init; }
    public string PendingHash { get; init; } = "";

    /// <summary>Sequence under which the initial sync brings it; 0 when it does not. Its outbox row may end without being sent, and leave this behind.</summary>
    public long Backfill { get; init; }

    /// <summary>When Jira was last asked to delete it: it applies what it accepts late and in any order, so news soon after may be lost.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>When the last requested settle look takes place.</summary>
    public DateTimeOffset? SettleAt { get; init; }

    /// <summary>Null when there is no such row yet.</summary>
    public ETag? ETag { get; init; }

    /// <summary>Jira holds exactly this, whatever became of requests without an answer.</summary>
    public bool Holds(string hash) =>
        Sequence > 0 && Is(Hash, hash) && (Pending == 0 || Is(PendingHash, hash));

    /// <summary>Something at least as new was sent, or is known to be on its way.</summary>
    public bool IsNewerThan(long sequence) => Sequence >= sequence || Pending > sequence;

    public bool IsExpired(DateTimeOffset now) => Tombstone && Pending == 0 && now - SentAt > TombstoneLife;

    /// <returns>Null when the row says so already.</returns>
    public SentRow? Note(long sequence, string hash)
    {
        var noted = Pending == 0
            ? this with { Pending = sequence, PendingHash = hash }
            : this with { Pending = Math.Max(Pending, sequence), PendingHash = Is(PendingHash, hash) ? hash : "" };

        return Sequence >= sequence || noted == this ? null : noted;
    }

    /// <summary>Jira is about to be asked to delete it.</summary>
    public SentRow NoteDeletion(long sequence, DateTimeOffset now) => (Note(sequence, ContentHash.Deleted) ?? this) with { DeletedAt = now };

    /// <summary>Jira took this content.</summary>
    /// <returns>Null when it took something newer meanwhile.</returns>
    public SentRow? Record(long sequence, string hash, IReadOnlyList<string> keys, DateTimeOffset now, DateTimeOffset? settleAt)
    {
        if (Sequence > sequence)
        {
            return null;
        }

        var deleted = Is(hash, ContentHash.Deleted);

        return Answered(sequence) with
        {
            Sequence = sequence,
            Hash = hash,
            Keys = keys,
            Tombstone = deleted,
            SentAt = now,
            DeletedAt = deleted ? now : DeletedAt,
            SettleAt = settleAt ?? SettleAt,
        };
    }

    /// <summary>Jira holds this content already: only the sequence grows, so that older news cannot slip in behind it.</summary>
    /// <returns>Null when that is not so, or not any more.</returns>
    public SentRow? Confirm(long sequence, string hash) => Sequence < sequence && Holds(hash) ? Answered(sequence) with { Sequence = sequence } : null;

    /// <summary>Its repository was deleted at Jira, which asks for no sequence: what is older is gone, what is newer must be sent again.</summary>
    public SentRow? Bury(long sequence, DateTimeOffset now) =>
        Sequence < sequence ? Record(sequence, ContentHash.Deleted, [], now, settleAt: null)
        : Hash.Length > 0 ? this with { Hash = "", DeletedAt = now }
        : null;

    /// <summary>For the row of a repository: something new stands in it, so its deletion is not the last word. The sequence stays and holds what is older.</summary>
    public SentRow? Revive() => Tombstone ? this with { Tombstone = false, Hash = "" } : null;

    /// <summary>Nothing of it was sent or is about to be, except by the initial sync.</summary>
    public bool IsNew => Sequence == 0 && Pending == 0;

    /// <summary>Jira holds nothing of it now, and the initial sync will bring it.</summary>
    public bool Awaits => Backfill > Sequence && Pending == 0 && (Sequence == 0 || Tombstone);

    /// <summary>What the initial sync was to bring under this sequence is left out.</summary>
    /// <returns>Null when it was not to, or has come by something newer.</returns>
    public SentRow? Forgo(long sequence) => Backfill > 0 && Backfill <= sequence ? this with { Backfill = 0 } : null;

    private SentRow Answered(long sequence)
    {
        var answered = Pending <= sequence ? this with { Pending = 0, PendingHash = "" } : this;
        return Backfill <= sequence ? answered with { Backfill = 0 } : answered;
    }

    public TableEntity ToEntity() => new(Key.PartitionKey, Key.RowKey)
    {
        [nameof(Sequence)] = Sequence,
        [nameof(Hash)] = Hash,
        [nameof(Keys)] = Joined(),
        [nameof(Tombstone)] = Tombstone,
        [nameof(SentAt)] = SentAt,
        [nameof(Pending)] = Pending,
        [nameof(PendingHash)] = PendingHash,
        [nameof(Backfill)] = Backfill,
        [nameof(DeletedAt)] = DeletedAt,
        [nameof(SettleAt)] = SettleAt,
        [nameof(SentKey.EntityId)] = Key.EntityId,
    };

    public static SentRow From(SentKey key, TableEntity entity) => new(key)
    {
        Sequence = entity.GetInt64(nameof(Sequence)) ?? 0,
        Hash = entity.GetString(nameof(Hash)) ?? "",
        Keys = entity.GetString(nameof(Keys)) is { Length: > 0 } keys ? keys.Split(' ') : [],
        Tombstone = entity.GetBoolean(nameof(Tombstone)) ?? false,
        SentAt = entity.GetDateTimeOffset(nameof(SentAt)),
        Pending = entity.GetInt64(nameof(Pending)) ?? 0,
        PendingHash = entity.GetString(nameof(PendingHash)) ?? "",
        Backfill = entity.GetInt64(nameof(Backfill)) ?? 0,
        DeletedAt = entity.GetDateTimeOffset(nameof(DeletedAt)),
        SettleAt = entity.GetDateTimeOffset(nameof(SettleAt)),
        ETag = entity.ETag,
    };

    // Keys longer than any real project's would not fit; the first ones tell what matters: that there are some.
    private string Joined()
    {
        var joined = string.Join(' ', Keys);
        return joined.Length <= KeysLimit ? joined : joined[..joined.LastIndexOf(' ', KeysLimit)];
    }

    private static bool Is(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);
}
