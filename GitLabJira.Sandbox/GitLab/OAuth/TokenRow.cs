namespace GitLabJira.Sandbox.GitLab.OAuth;

/// <summary>An access token with its refresh token: one row, which lives and is revoked as a whole.</summary>
/// <param name="ClientId">Null for a personal access token.</param>
/// <param name="RefreshToken">Null for a personal access token.</param>
/// <param name="ExpiresAt">When the access token ends; the refresh token outlives it.</param>
public sealed record TokenRow(
    string AccessToken,
    string? RefreshToken,
    string? ClientId,
    long UserId,
    IReadOnlyList<string> Scopes,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt = null)
{
    public bool HasScope(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);
}
