using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Wire;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.GitLab.Grants;

/// <summary>GitLab's OAuth endpoints. Nothing is repeated in place: a code and a refresh token work once, and a lost answer may have used them.</summary>
public sealed class GitLabOAuth(HttpClient http, IInstances instances, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>Route of the page to which GitLab sends the user back.</summary>
    public const string CallbackRoute = "gitlab/callback";

    /// <summary>GitLab has nothing smaller that may place hooks.</summary>
    public const string Scope = "api";

    /// <summary>GitLab's fixed life of an access token, for answers that do not tell.</summary>
    private static readonly TimeSpan UsualLife = TimeSpan.FromHours(2);

    private string Redirect => RedirectOf(app.Value);

    /// <summary>What the application in GitLab must name as its redirect URI.</summary>
    public static string RedirectOf(AppOptions app) => app.Address($"/{CallbackRoute}").AbsoluteUri;

    public Uri AuthorizeAddress(GitLabInstance instance, string state, string challenge) => new(QueryHelpers.AddQueryString(
        GitLabHosts.Address(instance.Host, "oauth/authorize").AbsoluteUri,
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["client_id"] = instance.ApplicationId,
            ["redirect_uri"] = Redirect,
            ["response_type"] = "code",
            ["state"] = state,
            ["scope"] = Scope,
            ["code_challenge"] = challenge,
            ["code_challenge_method"] = "S256",
        }));

    /// <exception cref="GitLabRequestException"><see cref="GitLabFailure.Unauthorized"/>: the code is used, expired or not ours (<c>invalid_grant</c>).</exception>
    public Task<TokenPair> ExchangeAsync(GitLabInstance instance, string code, string verifier, CancellationToken cancellationToken) =>
        TokenAsync(instance, new(StringComparer.Ordinal) { ["grant_type"] = "authorization_code", ["code"] = code, ["code_verifier"] = verifier, ["redirect_uri"] = Redirect }, cancellationToken);

    /// <exception cref="GitLabRequestException"><see cref="GitLabFailure.Unauthorized"/>: the token is used or revoked, or a lagging replica does not know it yet (<c>invalid_grant</c>).</exception>
    public Task<TokenPair> RefreshAsync(GitLabInstance instance, string refreshToken, CancellationToken cancellationToken) =>
        TokenAsync(instance, new(StringComparer.Ordinal) { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken, ["redirect_uri"] = Redirect }, cancellationToken);

    /// <summary>Ends an access token and the refresh token that came with it.</summary>
    public async Task RevokeAsync(GitLabInstance instance, string accessToken, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(instance, "oauth/revoke", new(StringComparer.Ordinal) { ["token"] = accessToken }, cancellationToken);

        if (!response.IsSuccessStatusCode)
        {
            throw GitLabAnswers.Failure(response, clock);
        }
    }

    private async Task<TokenPair> TokenAsync(GitLabInstance instance, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(instance, "oauth/token", form, cancellationToken);

        if (!response.IsSuccessStatusCode)
        {
            throw await FailureAsync(response, cancellationToken);
        }

        var wire = await ReadAsync(response, GitLabJson.Default.TokenWire, cancellationToken);

        return wire is { AccessToken: { Length: > 0 } access, RefreshToken: { Length: > 0 } refresh }
            ? new TokenPair(access, refresh, wire.ExpiresIn is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : UsualLife)
            : throw new GitLabRequestException(GitLabFailure.Unavailable, response.StatusCode, retryAfter: null);
    }

    private async Task<HttpResponseMessage> SendAsync(GitLabInstance instance, string path, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        form["client_id"] = instance.ApplicationId;

        if (instance.ApplicationSecret is { } secret)
        {
            form["client_secret"] = secret;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, GitLabHosts.Address(instance.Host, path)) { Content = new FormUrlEncodedContent(form) };

        return await GitLabAnswers.SendAsync(http, instances, instance.Host, request, cancellationToken);
    }

    /// <summary>Only <c>invalid_grant</c> speaks of the user's grant; <c>invalid_client</c> and the like are our settings.</summary>
    private async Task<GitLabRequestException> FailureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode is not (HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized))
        {
            return GitLabAnswers.Failure(response, clock);
        }

        var error = (await ReadAsync(response, GitLabJson.Default.OAuthErrorWire, cancellationToken))?.Error;
        var failure = string.Equals(error, "invalid_grant", StringComparison.Ordinal) ? GitLabFailure.Unauthorized : GitLabFailure.Refused;

        return new GitLabRequestException(failure, response.StatusCode, retryAfter: null);
    }

    private static async Task<T?> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
