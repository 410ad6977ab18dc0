namespace GitLabJira.Sandbox.GitLab.OAuth;

/// <summary>A client that the instance's administrator registered.</summary>
/// <param name="Secret">Null for a public client, which then must not send one.</param>
public sealed record OAuthApplication(string ClientId, string? Secret, string Name, IReadOnlyList<string> RedirectUris, IReadOnlyList<string> Scopes)
{
    /// <summary>Skips the consent page.</summary>
    public bool IsTrusted { get; init; }

    public bool IsConfidential => Secret is not null;
}
