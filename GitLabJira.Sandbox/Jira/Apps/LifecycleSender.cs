using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.Jira.Signing;
using GitLabJira.Sandbox.Jira.Traffic;

namespace GitLabJira.Sandbox.Jira.Apps;

/// <summary>Signs and sends <c>installed</c>, <c>uninstalled</c>, <c>enabled</c> and <c>disabled</c>.</summary>
internal sealed class LifecycleSender(AtlassianKeyHost keyHost, SiteClock clock, HttpClient http)
{
    private readonly ConcurrentQueue<LifecycleCall> _calls = new();

    public IReadOnlyCollection<LifecycleCall> Calls => _calls;

    public LifecycleDraft Draft(string eventType, AppDescriptor app, string clientKey, JsonObject body)
    {
        var url = app.Absolute(app.LifecyclePath(eventType) ?? throw new InvalidOperationException($"The descriptor declares no {eventType} callback."));
        var now = clock.Now.ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = clientKey,
            ["aud"] = new JsonArray(app.BaseUrl),
            ["iat"] = now,
            ["exp"] = now + 180,
            ["qsh"] = QueryHash.Compute("POST", url, new Uri(app.BaseUrl)),
        };
        var asymmetric = eventType is "installed" or "uninstalled";
        var header = asymmetric
            ? new JsonObject { ["typ"] = "JWT", ["alg"] = "RS256", ["kid"] = keyHost.ActiveKeyId }
            : new JsonObject { ["typ"] = "JWT", ["alg"] = "HS256" };
        return new(url, header, claims, body) { Signature = asymmetric ? LifecycleSignature.KeyHost : LifecycleSignature.SharedSecret };
    }

    public Task<LifecycleCall> SendAsync(string eventType, LifecycleDraft draft, string sharedSecret, CancellationToken cancellationToken) =>
        SendAsync(eventType, draft.Url, draft.Token ?? Sign(draft, sharedSecret), draft.Body.ToJsonString(), cancellationToken);

    public async Task<LifecycleCall> SendAsync(string eventType, Uri url, string token, string body, CancellationToken cancellationToken)
    {
        using var work = await clock.BeginWorkAsync($"lifecycle {eventType}", cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (token.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("JWT", token);
        }

        var call = new LifecycleCall(eventType, url, token, body, clock.Now, await StatusOfAsync(request, cancellationToken));
        _calls.Enqueue(call);
        return call;
    }

    private async Task<int> StatusOfAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    private string Sign(LifecycleDraft draft, string sharedSecret)
    {
        switch (draft.Signature)
        {
            case LifecycleSignature.ForeignKey:
                using (var foreign = RSA.Create(2048))
                {
                    return ConnectToken.SignRs256(draft.Claims, foreign, keyHost.ActiveKeyId, draft.Header);
                }

            case LifecycleSignature.SharedSecret:
                draft.Header["alg"] = "HS256";
                return ConnectToken.SignHs256(draft.Claims, sharedSecret, draft.Header);
            case LifecycleSignature.None:
                draft.Header["alg"] = "none";
                return ConnectToken.Unsigned(draft.Claims, draft.Header);
            default:
                return keyHost.Sign(draft.Claims, draft.Header);
        }
    }
}
