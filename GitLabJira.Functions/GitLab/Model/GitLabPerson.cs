namespace GitLabJira.Functions.GitLab.Model;

/// <summary>An author or reviewer. Jira matches people by e-mail; a redacted or empty one is null here.</summary>
public sealed record GitLabPerson
{
    public long? Id { get; init; }
    public string? Name { get; init; }
    public string? Username { get; init; }
    public string? Email { get; init; }
    public string? WebUrl { get; init; }
    public string? AvatarUrl { get; init; }
}
