namespace GitLabJira.Functions.GitLab;

/// <summary>A way to call one GitLab instance as one user.</summary>
/// <param name="Host">Base address of the instance, possibly with a relative root, without a trailing slash.</param>
/// <param name="Token">OAuth access token. Never logged.</param>
/// <param name="GrantKey">Which grant it comes from, so that a 401 can be answered by refreshing that one.</param>
public sealed record GitLabAccess(Uri Host, string Token, string GrantKey)
{
    /// <summary>Without the token: records print their members.</summary>
    public override string ToString() => $"{Host} with grant {GrantKey}";
}
