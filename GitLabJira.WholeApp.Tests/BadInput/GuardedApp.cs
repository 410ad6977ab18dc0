using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.GitLab.State;
using GitLabJira.Sandbox.Jira;
using GitLabJira.Sandbox.World;

namespace GitLabJira.WholeApp.Tests.BadInput;

/// <summary>
/// The app as it is in use: two sites, a sign-in, a linked group and one that was unlinked. What the tests of this folder send changes nothing of it,
/// so one serves them all, also at the same time.
/// </summary>
internal sealed class GuardedApp : IAsyncDisposable
{
    private static readonly Lazy<Task<GuardedApp>> Running = new(() => StartAsync(CancellationToken.None));

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly ConcurrentBag<string> _presented = [];
    private StorageSnapshot _held = null!;

    private GuardedApp(SandboxWorld world, JiraSite otherSite) => (World, OtherSite) = (world, otherSite);

    public SandboxWorld World { get; }

    public JiraSite Site => World.Jira;

    /// <summary>A second tenant of the same app.</summary>
    public JiraSite OtherSite { get; }

    /// <summary>The hook of the linked group.</summary>
    public GitLabHook Hook { get; private set; } = null!;

    /// <summary>A hook of the group that was unlinked, as GitLab had it.</summary>
    public GitLabHook FormerHook { get; private set; } = null!;

    public string LinkId => Hook.Url[(Hook.Url.LastIndexOf('/') + 1)..];

    /// <summary>The process itself: the Sandbox's front door is not what is tested.</summary>
    private Uri Address => World.Processes[0].Address;

    public static Task<GuardedApp> SharedAsync() => Running.Value;

    public Uri Url(string path) => new(Address, path);

    /// <summary>Sends what nobody should send. Neither the answer nor the log may hold a secret of the app or of the request.</summary>
    /// <param name="secrets">What of the request must not come back.</param>
    public async Task<Answer> SendAsync(HttpRequestMessage request, IEnumerable<string> secrets, CancellationToken cancellationToken)
    {
        string[] own = [.. secrets.Where(secret => secret.Length >= 8)];

        foreach (var secret in own)
        {
            _presented.Add(secret);
        }

        using var response = await _http.SendAsync(request, cancellationToken);
        var answer = new Answer((int)response.StatusCode, response.Content.Headers.ContentType, await response.Content.ReadAsStringAsync(cancellationToken));
        AssertSilent(answer.Text, Secrets().Concat(own), "the answer");
        return answer;
    }

    /// <summary>A GET that only a test makes; it may name its token.</summary>
    public Task<string> GetAsync(Uri address, CancellationToken cancellationToken) => _http.GetStringAsync(address, cancellationToken);

    public async Task AssertNothingWrittenAsync(CancellationToken cancellationToken)
    {
        var now = await StorageSnapshot.TakeAsync(World.Storage.ConnectionString, cancellationToken);
        Assert.IsEmpty(_held.Changes(now));
        Assert.IsFalse(World.Processes[0].HasExited, World.Processes[0].Output);
        AssertLogSilent();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await World.DisposeAsync();
    }

    private static async Task<GuardedApp> StartAsync(CancellationToken cancellationToken)
    {
        var world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 1, Seed = Seed.Small() }, cancellationToken);

        try
        {
            var app = new GuardedApp(world, await world.StartJiraSiteAsync(new JiraSiteOptions { Name = "Southwind" }, cancellationToken));
            await app.FurnishAsync(cancellationToken);
            AtTheEnd.Do(async () =>
            {
                await using (app)
                {
                    // The log comes out a moment late; here all of it is there.
                    app.AssertLogSilent();
                }
            });
            return app;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    private async Task FurnishAsync(CancellationToken cancellationToken)
    {
        await Site.InstallAsync(World.Descriptor, cancellationToken: cancellationToken);
        await OtherSite.InstallAsync(World.Descriptor, cancellationToken: cancellationToken);

        var (acme, freelancers) = (World.GitLab.State.Group("acme"), World.GitLab.State.Group("freelancers"));
        World.GitLab.SetGroupMember("frieda", freelancers.Id, "olivia", AccessLevel.Maintainer);
        using var admin = new JiraAdmin(World, Site, Site.Users.SiteAdmin);
        Assert.AreEqual(200, (int)(await admin.SignInAsync(World.GitLab, "olivia", cancellationToken)).Status);
        Assert.AreEqual(201, (int)(await admin.LinkAsync(acme.Id, cancellationToken)).Status);
        Hook = World.GitLab.State.Hooks.Values.Single();

        var linked = await admin.LinkAsync(freelancers.Id, cancellationToken);
        Assert.AreEqual(201, (int)linked.Status);
        await World.AdvanceAsync(TimeSpan.FromSeconds(20), cancellationToken);
        FormerHook = World.GitLab.State.Hooks.Values.First(hook => hook.ProjectId is not null);
        await admin.UnlinkAsync((string)linked.Body!["link"]!["id"]!, cancellationToken);

        // To a moment at which no timer is due: from here on the app has nothing to do, and time stands still.
        await World.AdvanceAsync(TimeSpan.FromSeconds(47.3), cancellationToken);
        _held = await StorageSnapshot.TakeAsync(World.Storage.ConnectionString, cancellationToken);
        Assert.IsGreaterThan(10, _held.Count);
    }

    private IEnumerable<string> Secrets()
    {
        var hooks = World.GitLab.State.Hooks.Values.Append(FormerHook);
        var tokens = World.GitLab.OAuth.LiveTokens;

        return new[] { Site.App!.SharedSecret, OtherSite.App!.SharedSecret }
            .Concat(hooks.SelectMany(hook => new[] { hook.Token, hook.SigningToken }))
            .Concat(tokens.SelectMany(token => new[] { token.AccessToken, token.RefreshToken }))
            .OfType<string>();
    }

    private void AssertLogSilent() => AssertSilent(World.Processes[0].Output, Secrets().Concat(_presented), "the log");

    private static void AssertSilent(string text, IEnumerable<string> secrets, string where)
    {
        foreach (var secret in secrets)
        {
            Assert.IsFalse(text.Contains(secret, StringComparison.OrdinalIgnoreCase), $"A secret stands in {where}: {text}");
        }
    }
}

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, MediaTypeHeaderValue? Type, string Text)
{
    /// <summary>A refusal that a person and a program can understand (RFC 9457).</summary>
    public void AssertProblem(int status, string reason, string? field = null)
    {
        Assert.AreEqual(status, Status, Text);
        Assert.AreEqual("application/problem+json", Type?.MediaType, Text);
        var problem = JsonNode.Parse(Text)!;
        Assert.AreEqual(reason, (string?)problem["reason"], Text);
        Assert.AreEqual(field, (string?)problem["field"], Text);
        Assert.AreEqual(status, (int?)problem["status"], Text);
        Assert.MatchesRegex(@"\A[A-Za-z][^{}<>]{10,300}\.\z", (string?)problem["detail"]);
        Assert.DoesNotContain("Exception", Text);
    }
}
