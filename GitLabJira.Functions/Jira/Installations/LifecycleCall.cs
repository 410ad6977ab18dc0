namespace GitLabJira.Functions.Jira.Installations;

/// <summary>A verified <c>installed</c> or <c>uninstalled</c> call from Jira.</summary>
public sealed record LifecycleCall
{
    public required string ClientKey { get; init; }
    public required Uri BaseUrl { get; init; }
    public string? DisplayUrl { get; init; }
    public string? CloudId { get; init; }

    /// <summary>Comes with <c>installed</c> only.</summary>
    public string? SharedSecret { get; init; }

    /// <summary>The token's <c>iat</c>: orders calls that arrive late.</summary>
    public required DateTimeOffset IssuedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>SHA-256 of the token and of the body: the token's signature does not cover the body, so a second body under one token is foreign.</summary>
    public required string TokenHash { get; init; }
    public required string BodyHash { get; init; }

    /// <summary>Without the secret: records print their members.</summary>
    public override string ToString() => $"{nameof(LifecycleCall)} of {IssuedAt:O}";
}
