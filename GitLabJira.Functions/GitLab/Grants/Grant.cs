using Azure;

namespace GitLabJira.Functions.GitLab.Grants;

/// <summary>A GitLab user's consent that the app acts for them, given by one Jira user of one site.</summary>
public sealed record Grant
{
    public required string ClientKey { get; init; }

    /// <summary>Epoch of the installation at sign-in; a clean-up of an uninstall takes its own and older ones.</summary>
    public required int Epoch { get; init; }
    public required Uri Host { get; init; }

    /// <summary>The Jira account that signed in.</summary>
    public required string AccountId { get; init; }

    /// <summary>The GitLab user.</summary>
    public required long UserId { get; init; }
    public required string Username { get; init; }
    public required string AccessToken { get; init; }
    public required string RefreshToken { get; init; }

    /// <summary>From here on a refresh is due: at three quarters of the token's life.</summary>
    public required DateTimeOffset RefreshAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Grows with each new token pair, whether by refresh or by sign-in: tells a writer whether its pair is still the newest.</summary>
    public int Generation { get; init; }

    /// <summary>Somebody refreshes until then; nobody else may, for a refresh token works once.</summary>
    public DateTimeOffset? RefreshingUntil { get; init; }

    /// <summary>How often in a row GitLab refused the grant. It does so now and then for a moment (gl#599181).</summary>
    public int Refusals { get; init; }

    /// <summary>No refresh before this, after a refusal.</summary>
    public DateTimeOffset? RetryRefreshAt { get; init; }

    /// <summary>GitLab refused the grant for good; only a new sign-in revives it.</summary>
    public bool Dead { get; init; }

    /// <summary>The user left the page; links live on by this grant, the page does not.</summary>
    public bool SignedOut { get; init; }
    public ETag ETag { get; init; }

    public override string ToString() => $"{nameof(Grant)} generation {Generation}";
}
