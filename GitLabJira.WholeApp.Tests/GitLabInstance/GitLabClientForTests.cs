using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab;

namespace GitLabJira.WholeApp.Tests.GitLabInstance;

/// <summary>Asks the stand-in as a client of GitLab would.</summary>
internal sealed class GitLabClientForTests(GitLabSite site, string token) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
        BaseAddress = new Uri(site.BaseUrl + "/"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };

    public HttpClient Http => _http;

    public static GitLabClientForTests As(GitLabSite site, string user, params string[] scopes) =>
        new(site, site.OAuth.CreatePersonalToken(site.State.User(user).Id, scopes.Length == 0 ? ["api"] : scopes));

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri($"api/v4/{path}", UriKind.Relative));

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null)
    {
        var request = new HttpRequestMessage(method, new Uri($"api/v4/{path}", UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        return _http.SendAsync(request);
    }

    public async Task<JsonNode> ReadAsync(string path)
    {
        using var response = await GetAsync(path);
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, path);
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    public async Task<JsonArray> ListAsync(string path) => (await ReadAsync(path)).AsArray();

    public async Task<HttpStatusCode> StatusOfAsync(string path)
    {
        using var response = await GetAsync(path);
        return response.StatusCode;
    }

    public void Dispose() => _http.Dispose();
}
