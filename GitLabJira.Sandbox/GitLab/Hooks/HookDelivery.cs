namespace GitLabJira.Sandbox.GitLab.Hooks;

/// <summary>What became of a delivery.</summary>
public enum HookOutcome
{
    /// <summary>On its way.</summary>
    Waiting,

    /// <summary>2xx or 3xx.</summary>
    Delivered,

    /// <summary>Another status, no answer in ten seconds, or no connection.</summary>
    Failed,

    /// <summary>Never sent: the hook is switched off.</summary>
    HookDisabled,

    /// <summary>Never sent: the namespace has used up its minute. GitLab does not even log these for the user.</summary>
    RateLimited,

    /// <summary>Never sent because a test wanted it so.</summary>
    Dropped,
}

/// <summary>One delivery of one event to one hook, as the delivery log shows it.</summary>
public sealed record HookDelivery(
    long Id,
    long HookId,
    string Url,
    HookTrigger Trigger,
    Guid IdempotencyKey,
    Guid EventUuid,
    ReadOnlyMemory<byte> Body,
    DateTimeOffset HappenedAt,
    bool IsTest = false)
{
    public HookOutcome Outcome { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>Null when nobody answered.</summary>
    public int? ResponseStatus { get; init; }

    public string ResponseBody { get; init; } = "";

    public string? Error { get; init; }

    /// <summary>Secrets are redacted.</summary>
    public IReadOnlyDictionary<string, string> RequestHeaders { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyDictionary<string, string> ResponseHeaders { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}
