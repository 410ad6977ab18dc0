namespace GitLabJira.Sandbox.GitLab.OAuth;

/// <summary>An error answer of the token endpoint (RFC 6749 5.2).</summary>
internal sealed class OAuthException(int status, string error, string description) : Exception(description)
{
    public int Status { get; } = status;

    public string Error { get; } = error;

    public static OAuthException InvalidGrant() => new(
        400,
        "invalid_grant",
        "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.");

    public static OAuthException InvalidClient() => new(
        401,
        "invalid_client",
        "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.");

    public static OAuthException Missing(string parameter) => new(400, "invalid_request", $"Missing required parameter: {parameter}.");
}
