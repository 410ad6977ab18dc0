using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.Jira.Issues;
using GitLabJira.Sandbox.World;
using Microsoft.AspNetCore.WebUtilities;

namespace GitLabJira.WholeApp.Tests.CreateBranch;

/// <summary>A Jira user who clicks "Create branch" in an issue, without a browser: goes where Jira leads and makes the page's own calls.</summary>
internal sealed class BranchVisitor(SandboxWorld world) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = world.App };

    public string? Session { get; set; }

    /// <summary>What the session's start answered.</summary>
    public PageAnswer Start { get; private set; } = null!;

    public void Dispose() => _http.Dispose();

    public static async Task<BranchVisitor> FromAsync(SandboxWorld world, JiraIssue issue, JiraUser user, CancellationToken cancellationToken)
    {
        var visitor = new BranchVisitor(world);
        visitor.Start = await visitor.RedeemTicketAsync(await visitor.TicketAsync(issue, user, cancellationToken), cancellationToken);
        visitor.Session = (string?)visitor.Start.Body?["session"];
        return visitor;
    }

    /// <summary>Follows the issue's link.</summary>
    public async Task<string> TicketAsync(JiraIssue issue, JiraUser user, CancellationToken cancellationToken)
    {
        using var answer = await OpenAsync(world.Jira.Tokens.CreateBranchUrl(issue, user.AccountId)!, cancellationToken);
        Assert.AreEqual(HttpStatusCode.SeeOther, answer.StatusCode);
        return answer.Headers.Location!.Fragment["#ticket=".Length..];
    }

    public Task<HttpResponseMessage> OpenAsync(Uri address, CancellationToken cancellationToken) => _http.GetAsync(address, cancellationToken);

    public Task<PageAnswer> RedeemTicketAsync(string ticket, CancellationToken cancellationToken) => CallAsync(HttpMethod.Post, "branches/session", new { ticket }, cancellationToken);

    public async Task<Uri> StartSignInAsync(CancellationToken cancellationToken)
    {
        var started = await CallAsync(HttpMethod.Post, "branches/sign-in", new { }, cancellationToken);
        Assert.AreEqual("sign_in_started", started.Reason);
        return new Uri((string)started.Body!["authorizeUrl"]!);
    }

    public Task<PageAnswer> RedeemAsync(Uri redirect, CancellationToken cancellationToken)
    {
        var query = QueryHelpers.ParseQuery(redirect.Query);
        return CallAsync(HttpMethod.Post, "branches/sign-in/redeem", new { code = query["code"].ToString(), state = query["state"].ToString() }, cancellationToken);
    }

    public async Task<PageAnswer> SignInAsync(string gitLabUser, CancellationToken cancellationToken) =>
        await RedeemAsync(await world.GitLab.AuthorizeAsync(gitLabUser, await StartSignInAsync(cancellationToken)), cancellationToken);

    public async Task<JsonArray> ProjectsAsync(string search, CancellationToken cancellationToken) =>
        (await CallAsync(HttpMethod.Get, $"branches/projects?search={search}", body: null, cancellationToken)).Body!["projects"]!.AsArray();

    public Task<PageAnswer> ProjectAsync(long id, CancellationToken cancellationToken) => CallAsync(HttpMethod.Get, $"branches/projects/{id}", body: null, cancellationToken);

    public Task<PageAnswer> CreateAsync(long project, string name, CancellationToken cancellationToken, string source = "main") =>
        CallAsync(HttpMethod.Post, "branches", new { project, source, name }, cancellationToken);

    public async Task<PageAnswer> CallAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };

        if (Session is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Session);
        }

        using var response = await _http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return new PageAnswer(response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) : null);
    }
}
