namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>A person or bot with an account on the instance.</summary>
/// <param name="Email">What commits carry; never shown in hooks.</param>
/// <param name="PublicEmail">Shown instead of <c>[REDACTED]</c> when the user published one.</param>
/// <param name="NamespaceId">The personal namespace.</param>
public sealed record GitLabUser(
    long Id,
    string Username,
    string Name,
    string Email,
    long NamespaceId,
    DateTimeOffset CreatedAt,
    string? PublicEmail = null,
    bool IsAdmin = false,
    bool IsBlocked = false);
