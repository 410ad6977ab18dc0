namespace GitLabJira.Functions.GitLab.Grants;

/// <summary>What GitLab's token endpoint gave. A refresh ends both at once (reference/gitlab-api.md 1.4).</summary>
public sealed record TokenPair(string AccessToken, string RefreshToken, TimeSpan Life)
{
    public override string ToString() => nameof(TokenPair);
}
