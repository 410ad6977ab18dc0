using Azure;

namespace GitLabJira.Functions.Poison;

/// <summary>Something that nobody could process: a queue message that failed five times, or an outbox row that cannot be opened. Kept until it is replayed or dropped, at most 30 days. Ids only.</summary>
public sealed record Failure
{
    /// <summary>What <see cref="Queue"/> says of an outbox row.</summary>
    public const string Outbox = "outbox";

    /// <summary>Hash of what failed: the same thing twice is one failure.</summary>
    public required string Id { get; init; }

    /// <summary>Where it goes when it is replayed.</summary>
    public required string Queue { get; init; }

    /// <summary>Kind of message or entity; null when not even that can be told.</summary>
    public string? Kind { get; init; }

    public Guid? LinkId { get; init; }

    public string? ClientKey { get; init; }

    /// <summary>GitLab's id of the hook.</summary>
    public string? DeliveryId { get; init; }

    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>Of an outbox row.</summary>
    public long? ProjectId { get; init; }

    public string? EntityId { get; init; }

    public long? Sequence { get; init; }

    /// <summary>What the last attempt ended with: types and places in code, never texts of a message.</summary>
    public required string Reason { get; init; }

    /// <summary>When the last attempt ended.</summary>
    public required DateTimeOffset FailedAt { get; init; }

    /// <summary>When it first came here.</summary>
    public required DateTimeOffset KeptAt { get; init; }

    /// <summary>How often it came here.</summary>
    public int Times { get; init; } = 1;

    public int Bytes { get; init; }

    public ETag ETag { get; init; }
}
