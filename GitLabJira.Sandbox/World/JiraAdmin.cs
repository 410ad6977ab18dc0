using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab;
using GitLabJira.Sandbox.Jira;
using GitLabJira.Sandbox.Jira.Issues;
using Microsoft.AspNetCore.WebUtilities;

namespace GitLabJira.Sandbox.World;

/// <summary>What the app answered to a call of its page.</summary>
public sealed record PageAnswer(HttpStatusCode Status, JsonNode? Body)
{
    public string? Reason => (string?)Body?["reason"];
}

/// <summary>A person in front of the app's page in Jira, without a browser: makes the page's own calls with the tokens that Jira would give it.</summary>
public sealed class JiraAdmin(SandboxWorld world, JiraSite site, JiraUser user) : IDisposable
{
    private const int PatientTries = 7;

    private readonly HttpClient _http = new() { BaseAddress = world.App };

    public void Dispose() => _http.Dispose();

    /// <summary>Installs the app on the world's site and signs its site admin in to GitLab: where every run begins that is about what comes after linking.</summary>
    public static async Task<JiraAdmin> ReadyAsync(SandboxWorld world, string gitLabUser, CancellationToken cancellationToken)
    {
        await world.Jira.InstallAsync(world.Descriptor, cancellationToken: cancellationToken);
        var admin = new JiraAdmin(world, world.Jira, world.Jira.Users.SiteAdmin);
        var answer = await admin.SignInAsync(world.GitLab, gitLabUser, cancellationToken);
        return answer.Status is HttpStatusCode.OK ? admin : throw new InvalidOperationException($"Signing in failed: {(int)answer.Status} {answer.Reason}.");
    }

    /// <summary>Links a group that can be linked.</summary>
    /// <param name="settings">What the README's table of a link's settings names; null: as they are at first.</param>
    /// <returns>The link's id.</returns>
    public async Task<string> LinkedAsync(long groupId, CancellationToken cancellationToken, object? settings = null)
    {
        var answer = await LinkAsync(groupId, cancellationToken, settings);

        // GitLab has just told somebody of the same name to wait: a person tries again.
        for (var tries = 0; tries < PatientTries && answer.Reason is "gitlab_rate_limited"; tries++)
        {
            await world.AdvanceAsync(TimeSpan.FromSeconds(10), cancellationToken);
            answer = await LinkAsync(groupId, cancellationToken, settings);
        }

        return answer.Status is HttpStatusCode.Created
            ? (string)answer.Body!["link"]!["id"]!
            : throw new InvalidOperationException($"Linking failed: {(int)answer.Status} {answer.Reason}.");
    }

    /// <summary>Starts a sign-in: the address that the popup opens, and its state.</summary>
    public async Task<(Uri Authorize, string State)> StartSignInAsync(CancellationToken cancellationToken)
    {
        var started = await CallAsync(HttpMethod.Post, "configuration/sign-in", body: null, cancellationToken);
        return started.Status is HttpStatusCode.OK
            ? (new Uri((string)started.Body!["authorizeUrl"]!), (string)started.Body!["state"]!)
            : throw new InvalidOperationException($"Signing in did not start: {(int)started.Status} {started.Reason}.");
    }

    /// <summary>Signs in to GitLab in a popup and hands code and state to the app, as the page does.</summary>
    public async Task<PageAnswer> SignInAsync(GitLabSite gitLab, string gitLabUser, CancellationToken cancellationToken)
    {
        var (authorize, _) = await StartSignInAsync(cancellationToken);
        return await RedeemAsync(await gitLab.AuthorizeAsync(gitLabUser, authorize), cancellationToken);
    }

    /// <summary>Hands in what GitLab's redirect carries.</summary>
    public Task<PageAnswer> RedeemAsync(Uri redirect, CancellationToken cancellationToken)
    {
        var query = QueryHelpers.ParseQuery(redirect.Query);
        return CallAsync(HttpMethod.Post, "configuration/sign-in/redeem", new { code = query["code"].ToString(), state = query["state"].ToString() }, cancellationToken);
    }

    public Task<PageAnswer> GroupsAsync(string search, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Get, $"configuration/groups?search={Uri.EscapeDataString(search)}", body: null, cancellationToken);

    public Task<PageAnswer> LinkAsync(long groupId, CancellationToken cancellationToken, object? settings = null) =>
        CallAsync(HttpMethod.Post, "configuration/links", new { groupId, settings }, cancellationToken);

    public Task<PageAnswer> LinksAsync(CancellationToken cancellationToken) => CallAsync(HttpMethod.Get, "configuration/links", body: null, cancellationToken);

    /// <summary>What the page shows of a link's newest sync; null while there is none.</summary>
    public async Task<JsonNode?> SyncOfAsync(string linkId, CancellationToken cancellationToken) =>
        (await LinksAsync(cancellationToken)).Body?["links"]?.AsArray().FirstOrDefault(row => (string?)row!["id"] == linkId)?["sync"];

    public Task<PageAnswer> UnlinkAsync(string linkId, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Delete, $"configuration/links/{linkId}", body: null, cancellationToken);

    /// <summary>Asks for a sync; an empty request goes by the link's settings.</summary>
    public Task<PageAnswer> StartSyncAsync(string linkId, object request, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Post, $"configuration/links/{linkId}/sync", request, cancellationToken);

    /// <summary>The link's syncs, the newest first.</summary>
    public async Task<JsonArray> RunsAsync(string linkId, CancellationToken cancellationToken) =>
        (await CallAsync(HttpMethod.Get, $"configuration/links/{linkId}/runs", body: null, cancellationToken)).Body!["runs"]!.AsArray();

    /// <summary>Reads the settings and replaces them.</summary>
    public async Task<PageAnswer> ChangeSettingsAsync(string linkId, object settings, CancellationToken cancellationToken)
    {
        var path = $"configuration/links/{linkId}/settings";
        var seen = await CallAsync(HttpMethod.Get, path, body: null, cancellationToken);
        return await CallAsync(HttpMethod.Put, path, settings, cancellationToken, ifMatch: $"\"{(int)seen.Body!["version"]!}\"");
    }

    /// <summary>A call with a fresh context token, or with <paramref name="token"/> in its place.</summary>
    /// <param name="ifMatch">What the caller has seen of what he changes.</param>
    public async Task<PageAnswer> CallAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken, string? token = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };

        if (ifMatch is not null)
        {
            request.Headers.IfMatch.Add(new EntityTagHeaderValue(ifMatch));
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("JWT", token ?? site.ContextToken(user.AccountId));
        using var response = await _http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return new PageAnswer(response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) : null);
    }
}
