namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>A direct membership in a group or project.</summary>
public sealed record Member(long UserId, AccessLevel Level, DateTimeOffset CreatedAt, DateOnly? ExpiresAt = null)
{
    public bool IsLiveAt(DateTimeOffset now) => ExpiresAt is not { } day || DateOnly.FromDateTime(now.UtcDateTime) < day;
}
