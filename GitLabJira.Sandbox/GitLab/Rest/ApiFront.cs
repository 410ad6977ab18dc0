using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.OAuth;
using GitLabJira.Sandbox.GitLab.State;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>What happens to an API request before its endpoint sees it: limits, token, scope, and which replica answers.</summary>
internal sealed class ApiFront
{
    public const string Root = "/api/v4/";

    private readonly GitLabSite _site;
    private readonly ApiRouter _router = new();
    private readonly RequestThrottle _throttle;

    public ApiFront(GitLabSite site, RateLimits limits)
    {
        _site = site;
        _throttle = new RequestThrottle(limits);
        ProjectEndpoints.Map(_router);
        GroupEndpoints.Map(_router);
        BranchEndpoints.Map(_router);
        CommitEndpoints.Map(_router);
        MergeRequestEndpoints.Map(_router);
        CiEndpoints.Map(_router);
        HookEndpoints.Map(_router);
    }

    /// <param name="path">Raw, with the leading slash and without the relative root.</param>
    public async Task AnswerAsync(HttpContext http, string path)
    {
        var found = _router.Find(http.Request.Method, path[Root.Length..]);
        GitLabUser? user = null;

        try
        {
            var row = Authenticate(http);
            user = _site.State.Users[row.UserId];
            http.Response.Headers["X-Gitlab-Meta"] = $"{{\"correlation_id\":\"{http.TraceIdentifier}\",\"version\":\"1\"}}";

            if (_throttle.Take(http, user.Id, _site.Now) is { } wait)
            {
                await RetryLaterAsync(http, wait);
                return;
            }

            RequireScope(row, http.Request.Method, path);

            if (found is not { } route)
            {
                throw new ApiException(404, new JsonObject { ["error"] = "404 Not Found" });
            }

            if (!_throttle.TakesEndpoint(route.Endpoint, user.Id, _site.Now))
            {
                throw new ApiException(429, new JsonObject { ["message"] = new JsonObject { ["error"] = "This endpoint has been requested too many times. Try again later." } });
            }

            var state = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) ? _site.ReadReplica() : _site.State;
            var request = new ApiRequest(http, _site, state, user, route.Values, await ApiParameters.ReadAsync(http.Request));
            var answer = await route.Handler(request);
            await SiteHttp.WriteJsonAsync(http, answer.Status, answer.Body);
        }
        catch (ApiException refusal)
        {
            if (refusal.Location is { } location)
            {
                http.Response.Headers.Location = location;
            }

            await SiteHttp.WriteJsonAsync(http, refusal.Status, refusal.Body);
        }
        finally
        {
            _site.RequestLog.Add(new LoggedRequest(_site.Now, found?.Endpoint ?? $"{http.Request.Method} ?", path, user?.Id, http.Response.StatusCode));
        }
    }

    /// <summary>The plain text of Rack::Attack, not JSON.</summary>
    internal static Task RetryLaterAsync(HttpContext http, int seconds)
    {
        http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return SiteHttp.WriteTextAsync(http, 429, "Retry later\n", "text/plain");
    }

    private TokenRow Authenticate(HttpContext http)
    {
        if (SiteHttp.BearerOf(http) is not { } token || _site.OAuth.Find(token) is not { } row)
        {
            throw ApiException.Unauthorized();
        }

        if (row.RevokedAt is not null)
        {
            throw InvalidToken("Token was revoked. You have to re-authorize from the user.");
        }

        if (row.ExpiresAt <= _site.Now)
        {
            throw InvalidToken("Token is expired. You can either do re-authorization or token refresh.");
        }

        return _site.State.Users.TryGetValue(row.UserId, out var user) && !user.IsBlocked ? row : throw ApiException.Unauthorized();
    }

    private static void RequireScope(TokenRow row, string method, string path)
    {
        var reads = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        var self = path is Root + "user";
        var allowed = row.HasScope("api") || (reads && row.HasScope("read_api")) || (reads && self && row.HasScope("read_user"));

        if (!allowed)
        {
            throw new ApiException(403, new JsonObject
            {
                ["error"] = "insufficient_scope",
                ["error_description"] = "The request requires higher privileges than provided by the access token.",
                ["scope"] = reads ? "api read_api" : "api",
            });
        }
    }

    private static ApiException InvalidToken(string description) => new(401, new JsonObject { ["error"] = "invalid_token", ["error_description"] = description });
}
