using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.Jira.Signing;

namespace GitLabJira.WholeApp.Tests.BadInput;

/// <summary>An <c>installed</c> or <c>uninstalled</c> call as Atlassian would send it, until something about it is changed.</summary>
internal sealed class LifecycleForge
{
    public LifecycleForge(GuardedApp app, string eventType)
    {
        App = app;
        var installed = app.Site.App!;
        var (now, address) = (Now, installed.Descriptor.BaseUrl);
        Path = $"connect/{eventType}";
        Header = new JsonObject { ["typ"] = "JWT", ["alg"] = "RS256", ["kid"] = app.Site.KeyHost.ActiveKeyId };
        Claims = new JsonObject
        {
            ["iss"] = installed.ClientKey,
            ["aud"] = new JsonArray(address),
            ["iat"] = now,
            ["exp"] = now + 180,
            ["qsh"] = QueryHash.Compute("POST", $"/{Path}", ""),
            // So that no two tokens are the same text.
            ["jti"] = Guid.NewGuid().ToString(),
        };
        Body = new JsonObject
        {
            ["key"] = installed.Key,
            ["clientKey"] = installed.ClientKey,
            ["baseUrl"] = app.Site.BaseUrl.AbsoluteUri.TrimEnd('/'),
            ["displayUrl"] = app.Site.BaseUrl.AbsoluteUri.TrimEnd('/'),
            ["cloudId"] = app.Site.CloudId.ToString(),
            ["productType"] = "jira",
            ["description"] = $"canary-{Guid.NewGuid():N}",
            ["eventType"] = eventType,
            ["sharedSecret"] = NewSecret,
        };
    }

    public GuardedApp App { get; }

    public string Path { get; }

    public JsonObject Header { get; }

    public JsonObject Claims { get; }

    public JsonObject Body { get; }

    public string NewSecret { get; } = $"ATCO-forged-{RandomNumberGenerator.GetHexString(64)}";

    /// <summary>Sent in place of <see cref="Body"/>.</summary>
    public HttpContent? Content { get; set; }

    /// <summary>How header and claims become a token; Atlassian's key when null.</summary>
    public Func<LifecycleForge, string?>? Sign { get; set; }

    public string Scheme { get; set; } = "JWT";

    public bool AlsoInQuery { get; set; }

    public long Now => App.World.Clock.GetUtcNow().ToUnixTimeSeconds();

    public async Task<Answer> SendAsync(CancellationToken cancellationToken)
    {
        var token = Sign is null ? App.Site.KeyHost.Sign(Claims, Header) : Sign(this);
        using var request = new HttpRequestMessage(HttpMethod.Post, App.Url(AlsoInQuery ? $"{Path}?jwt={token}" : Path));
        request.Content = Content ?? Bodies.Json(Body.ToJsonString());

        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(Scheme, token);
        }

        return await App.SendAsync(request, [NewSecret, (string?)Body["description"] ?? "", token ?? ""], cancellationToken);
    }
}
