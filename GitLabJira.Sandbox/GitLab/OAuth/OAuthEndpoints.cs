using System.Text;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.Faults;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.GitLab.OAuth;

/// <summary>The machine side of OAuth: token, token info and revoke.</summary>
internal sealed class OAuthEndpoints(GitLabSite site)
{
    public async Task<bool> TryAnswerAsync(HttpContext http, string path, IReadOnlyList<Fault> faults)
    {
        switch (http.Request.Method, path)
        {
            case ("POST", "/oauth/token"):
                await TokenAsync(http, faults.Any(fault => fault.Kind is FaultKind.InvalidGrant));
                return true;
            case ("GET", "/oauth/token/info"):
                await InfoAsync(http);
                return true;
            case ("POST", "/oauth/revoke"):
                await RevokeAsync(http);
                return true;
            default:
                return false;
        }
    }

    private async Task TokenAsync(HttpContext http, bool lagging)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Pragma = "no-cache";

        try
        {
            var form = await FormAsync(http);

            // The replica that looks the token up has not heard of it yet; nothing is used up.
            if (lagging)
            {
                throw OAuthException.InvalidGrant();
            }

            var row = site.OAuth.Exchange(form, Basic(http), MayUse);
            await SiteHttp.WriteJsonAsync(http, 200, new JsonObject
            {
                ["access_token"] = row.AccessToken,
                ["token_type"] = "Bearer",
                ["expires_in"] = (long)(row.ExpiresAt!.Value - row.CreatedAt).TotalSeconds,
                ["refresh_token"] = row.RefreshToken,
                ["scope"] = string.Join(' ', row.Scopes),
                ["created_at"] = row.CreatedAt.ToUnixTimeSeconds(),
            });
        }
        catch (OAuthException refusal)
        {
            await RefuseAsync(http, refusal);
        }
    }

    private async Task InfoAsync(HttpContext http)
    {
        var row = SiteHttp.BearerOf(http) is { } token ? site.OAuth.Find(token) : null;

        if (row is null || row.RevokedAt is not null || row.ExpiresAt <= site.Now)
        {
            var why = row is null ? "The access token is invalid" : row.RevokedAt is not null ? "The access token was revoked" : "The access token expired";
            await SiteHttp.WriteJsonAsync(http, 401, new JsonObject { ["error"] = "invalid_token", ["error_description"] = why, ["state"] = "unauthorized" });
            return;
        }

        var seconds = row.ExpiresAt is { } end ? (long)(end - site.Now).TotalSeconds : (long?)null;
        await SiteHttp.WriteJsonAsync(http, 200, new JsonObject
        {
            ["resource_owner_id"] = row.UserId,
            ["scope"] = Json.Array(row.Scopes.Select(scope => (JsonNode?)JsonValue.Create(scope))),
            ["expires_in"] = seconds,
            ["application"] = row.ClientId is null ? null : new JsonObject { ["uid"] = row.ClientId },
            ["created_at"] = row.CreatedAt.ToUnixTimeSeconds(),
            ["scopes"] = Json.Array(row.Scopes.Select(scope => (JsonNode?)JsonValue.Create(scope))),
            ["expires_in_seconds"] = seconds,
        });
    }

    private async Task RevokeAsync(HttpContext http)
    {
        try
        {
            site.OAuth.Revoke(await FormAsync(http), Basic(http));
            await SiteHttp.WriteJsonAsync(http, 200, new JsonObject());
        }
        catch (OAuthException refusal)
        {
            await RefuseAsync(http, refusal);
        }
    }

    private static Task RefuseAsync(HttpContext http, OAuthException refusal)
    {
        if (refusal.Status == 401)
        {
            http.Response.Headers.WWWAuthenticate = $"Bearer realm=\"Doorkeeper\", error=\"{refusal.Error}\"";
        }

        return SiteHttp.WriteJsonAsync(http, refusal.Status, new JsonObject { ["error"] = refusal.Error, ["error_description"] = refusal.Message });
    }

    private bool MayUse(long userId) => site.State.Users.TryGetValue(userId, out var user) && !user.IsBlocked;

    /// <summary>Rails takes JSON as well as a form, and so do GitLab's clients.</summary>
    private static async Task<Dictionary<string, string>> FormAsync(HttpContext http)
    {
        var parameters = await Rest.ApiParameters.ReadAsync(http.Request);
        return parameters.Texts();
    }

    private static (string Id, string Secret)? Basic(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();

        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var buffer = new byte[header.Length];

        if (!Convert.TryFromBase64String(header["Basic ".Length..].Trim(), buffer, out var length))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2);
        return parts.Length == 2 ? (Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1])) : null;
    }
}
