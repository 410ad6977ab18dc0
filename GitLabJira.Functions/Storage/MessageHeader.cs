namespace GitLabJira.Functions.Storage;

/// <summary>The clear part of a queue message: one line of JSON with ids only, before the sealed body.</summary>
public sealed record MessageHeader
{
    /// <summary>Unique id of the message; part of what the seal authenticates.</summary>
    public required string Id { get; init; }

    /// <summary>What the body is, for example <c>hook</c>, <c>look</c> or <c>wake</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Unix milliseconds before which the message must not be seen; the embedded host honours it under a virtual clock.</summary>
    public long? Due { get; init; }

    public Guid? LinkId { get; init; }

    public string? ClientKey { get; init; }

    /// <summary>Epoch of the link when the message was made; work of an older one is dropped.</summary>
    public int? Epoch { get; init; }

    /// <summary>GitLab's <c>Idempotency-Key</c>, stable across redeliveries of one event.</summary>
    public string? DeliveryId { get; init; }

    /// <summary>How often this message was put back on purpose; a named wait costs no attempt of the host's dequeue count.</summary>
    public int Attempt { get; init; }

    /// <summary>When the event entered the system, in Unix milliseconds.</summary>
    public long ReceivedAt { get; init; }

    /// <summary>The trace in which it was sent, as W3C's <c>traceparent</c>.</summary>
    public string? Trace { get; init; }

    /// <summary>Name of the blob that holds the body when it does not fit into a message.</summary>
    public string? Blob { get; init; }
}
