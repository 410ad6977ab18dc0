using System.Net;
using System.Text.Json;
using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Wire;
using GitLabJira.Functions.Hosting;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.GitLab.Instances;

public enum ProbeResult
{
    /// <summary>A GitLab is there and knows the application.</summary>
    Works,

    /// <summary>It does not know the application, or the secret is another one.</summary>
    ApplicationRefused,

    /// <summary>Something answers that is no GitLab.</summary>
    NotGitLab,

    /// <summary>Nothing answers: name, certificate, firewall, or it is down.</summary>
    Unreachable,
}

/// <summary>Tries an instance before anybody depends on it. One call tells all: a code that nobody issued is refused as such (<c>invalid_grant</c>) only when the application is right (RFC 6749, 5.2).</summary>
public sealed class InstanceProbe(HttpClient http, IOptions<AppOptions> app)
{
    public async Task<ProbeResult> TryAsync(Uri host, string applicationId, string? applicationSecret, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = Pkce.NewVerifier(),
            ["code_verifier"] = Pkce.NewVerifier(),
            ["redirect_uri"] = GitLabOAuth.RedirectOf(app.Value),
            ["client_id"] = applicationId,
        };

        if (applicationSecret is not null)
        {
            form["client_secret"] = applicationSecret;
        }

        try
        {
            using var content = new FormUrlEncodedContent(form);
            using var response = await http.PostAsync(GitLabHosts.Address(host, "oauth/token"), content, cancellationToken);

            if (response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
            {
                return ProbeResult.Unreachable;
            }

            return (await ErrorAsync(response, cancellationToken)) switch
            {
                "invalid_grant" => ProbeResult.Works,
                "invalid_client" or "unauthorized_client" => ProbeResult.ApplicationRefused,
                _ => ProbeResult.NotGitLab,
            };
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return ProbeResult.Unreachable;
        }
    }

    private static async Task<string?> ErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(cancellationToken), GitLabJson.Default.OAuthErrorWire)?.Error;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
