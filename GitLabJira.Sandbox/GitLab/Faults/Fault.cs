namespace GitLabJira.Sandbox.GitLab.Faults;

/// <summary>What can go wrong with a request.</summary>
public enum FaultKind
{
    /// <summary>The answer comes later.</summary>
    Delay,

    /// <summary>The connection closes before the request is looked at.</summary>
    Drop,

    /// <summary>The request is carried out, but the connection breaks before the answer is there.</summary>
    LoseAnswer,

    /// <summary>429 with <c>Retry-After</c>, as from GitLab's request throttle.</summary>
    RateLimit,

    /// <summary>Any other status, with the body that a proxy would send.</summary>
    Status,

    /// <summary><c>invalid_grant</c> for a refresh token that is good, as from a lagging replica (gl#599181). The token stays good.</summary>
    InvalidGrant,
}

/// <summary>A fault for requests whose path matches.</summary>
/// <param name="Path">A path in which <c>*</c> stands for anything, such as <c>/api/v4/projects/*/merge_requests*</c>.</param>
public sealed record Fault(string Path, FaultKind Kind)
{
    public Guid Id { get; } = Guid.NewGuid();

    public string? Method { get; init; }

    /// <summary>How many requests it hits; absent: until removed.</summary>
    public int? Times { get; init; }

    public double Probability { get; init; } = 1;

    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    public int Status { get; init; } = 502;

    public TimeSpan? RetryAfter { get; init; }
}
