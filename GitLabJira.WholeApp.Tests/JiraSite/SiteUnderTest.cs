using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitLabJira.LocalRuntime.Time;
using GitLabJira.Sandbox.Jira;
using GitLabJira.Sandbox.Jira.Signing;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.WholeApp.Tests.Jira;

/// <summary>A site with the tiny app installed, and a client that signs as the app would.</summary>
internal sealed class SiteUnderTest : IAsyncDisposable
{
    // Making keys is slow, and one Atlassian signs for all sites.
    private static readonly Lazy<Task<AtlassianKeyHost>> KeyHost = new(() => AtlassianKeyHost.StartAsync());

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private readonly TimeProvider _time;

    private SiteUnderTest(JiraSite site, TinyApp app, TimeProvider time) => (Site, App, _time) = (site, app, time);

    public JiraSite Site { get; }

    public TinyApp App { get; }

    public FakeTimeProvider Clock => (FakeTimeProvider)_time;

    public static SiteUnderTest Of(JiraSite site, TinyApp app, TimeProvider time) => new(site, app, time);

    /// <summary>Changes are applied at once unless the options say otherwise.</summary>
    public static async Task<SiteUnderTest> StartAsync(Func<JiraSiteOptions, JiraSiteOptions>? configure = null, bool install = true)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
        var options = new JiraSiteOptions { Clock = new WallClock(clock), KeyHost = await KeyHost.Value, MinApplyDelay = TimeSpan.Zero, MaxApplyDelay = TimeSpan.Zero };
        var under = new SiteUnderTest(await JiraSite.StartAsync(configure?.Invoke(options) ?? options), await TinyApp.StartAsync(), clock);
        if (install)
        {
            await under.Site.InstallAsync(under.App.DescriptorUrl);
        }

        return under;
    }

    public Task<Answer> PostAsync(string path, JsonNode body) => SendAsync(HttpMethod.Post, path, body.ToJsonString());

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, Action<JsonObject>? claims = null, string? secret = null, string? authorization = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Site.BaseUrl, path));
        var value = authorization ?? $"JWT {Token(method, path, claims, secret)}";
        if (value.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new((int)response.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonElement.Parse(text) : default, response.Headers);
    }

    public string Token(HttpMethod method, string path, Action<JsonObject>? change = null, string? secret = null)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var query = path.IndexOf('?', StringComparison.Ordinal);
        var claims = new JsonObject
        {
            ["iss"] = "tiny-app",
            ["iat"] = now,
            ["exp"] = now + 180,
            ["qsh"] = QueryHash.Compute(method.Method, query < 0 ? path : path[..query], query < 0 ? "" : path[query..]),
        };
        change?.Invoke(claims);
        return ConnectToken.SignHs256(claims, secret ?? App.Secret);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Site.DisposeAsync();
        await App.DisposeAsync();
    }
}

internal sealed record Answer(int Status, JsonElement Body, HttpResponseHeaders Headers)
{
    public string Text(params string[] path) => path.Aggregate(Body, (at, name) => at.GetProperty(name)).ToString();
}
