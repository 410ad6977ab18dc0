using System.Text;
using System.Text.Json.Nodes;
using GitLabJira.Functions.Configuration;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Tokens;
using GitLabJira.Functions.Jira.Users;
using GitLabJira.Functions.Tests.GitLab;
using GitLabJira.Functions.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Moq;

namespace GitLabJira.Functions.Tests.Configuration;

/// <summary>What a call of the page was answered.</summary>
internal sealed record PageAnswer(int Status, JsonObject Json, IHeaderDictionary Headers, string Text)
{
    public string? Reason => Json["reason"]?.GetValue<string>();

    public string? Detail => Json["detail"]?.GetValue<string>();
}

/// <summary>The page's functions over the GitLab scene, with a Jira that says who calls and whether that is a site admin.</summary>
internal sealed class PageScene
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddLogging().BuildServiceProvider();

    public PageScene()
    {
        Authenticator.Setup(a => a.AuthenticateContextAsync(It.IsAny<HttpRequest>(), It.IsAny<CancellationToken>())).ReturnsAsync(() => User);
        Authenticator.Setup(a => a.AuthenticateUrlAsync(It.IsAny<HttpRequest>(), It.IsAny<CancellationToken>())).ReturnsAsync(() => User);
        Admins.Setup(a => a.CheckForChangeAsync(It.IsAny<Installation>(), It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync(() => Verdict);
        Admins.Setup(a => a.CheckForReadAsync(It.IsAny<Installation>(), It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync(() => Verdict);
        Installations.Setup(i => i.FindAsync(It.IsAny<string>(), It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((string key, bool _, CancellationToken _) => User?.Installation is { } own && own.ClientKey == key ? own : Site);
        Tenants.Setup(t => t.SameSiteAsync("cloud-1", It.IsAny<CancellationToken>())).ReturnsAsync(() => [.. EarlierKeys, GitLabScene.ClientKey]);
        Runs.Setup(r => r.FindAsync(It.IsAny<Guid>(), It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync((SyncRunProgress?)null);
        Runs.Setup(r => r.ListAsync(It.IsAny<Guid>(), It.IsAny<int>(), It.IsAny<CancellationToken>())).ReturnsAsync([]);
        Durable.Setup(d => d.GetInstanceAsync(It.IsAny<string>(), It.IsAny<bool>(), It.IsAny<CancellationToken>())).ReturnsAsync((string id, bool _, CancellationToken _) => Instances.GetValueOrDefault(id));
        Durable.Setup(d => d.ScheduleNewOrchestrationInstanceAsync(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((TaskName name, object? input, StartOrchestrationOptions? options, CancellationToken _) =>
            {
                Started.Add((name.Name, options!.InstanceId!, input!));
                Instances[options.InstanceId!] = new OrchestrationMetadata(name.Name, options.InstanceId!) { RuntimeStatus = OrchestrationRuntimeStatus.Running };
                return options.InstanceId!;
            });

        Looks.Setup(l => l.RequestAsync(It.IsAny<EntityRef>(), It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .Callback((EntityRef entity, TimeSpan delay, CancellationToken _) => LooksAsked.Add((entity.Kind, entity.EntityId, delay)))
            .Returns(Task.CompletedTask);

        Gate = new PageGate(Authenticator.Object, Installations.Object, Admins.Object, Options.Create(new ConnectOptions { Key = "app" }));
        Views = new LinkViews(
            Runs.Object,
            ProjectRows,
            GitLab.Repairs,
            new LinkPulse(GitLab.Tables.Tables, GitLab.Clock),
            new LinkerNames(new JiraUserClient(new HttpClient(Names), Mock.Of<IConnectTokens>()), GitLab.Store, new LinkerNameCache(GitLab.Clock)));
        Earlier = new EarlierLinks(Tenants.Object, Installations.Object, GitLab.Links);
        Linking = new Linking(GitLab.Grants, GitLab.Groups, KnownInstances.One, GitLab.Making, GitLab.Hooks, GitLab.Activity, GitLab.Clock, GitLab.Log<Linking>());
        Version = new GitLabVersion(
            GitLab.Instances,
            new InstanceAddresses(GitLab.Settings, GitLab.App),
            new InstanceProbe(GitLab.Http.Client(), GitLab.App),
            Tenants.Object,
            GitLab.App);
        Redemption = new SignInRedemption(
            GitLab.SignIns, GitLab.Grants, KnownInstances.One, GitLab.OAuth, GitLab.Groups, GitLab.Links, GitLab.Clock, GitLab.Log<SignInRedemption>());
    }

    public static Installation Site { get; } = new()
    {
        ClientKey = GitLabScene.ClientKey,
        BaseUrl = new Uri("https://acme.atlassian.net"),
        State = InstallationState.Installed,
        Epoch = 1,
        GitLabHost = KnownInstances.Host,
        SharedSecret = "shared-secret",
    };

    public GitLabScene GitLab { get; } = new();
    public Mock<IConnectAuthenticator> Authenticator { get; } = new(MockBehavior.Strict);
    public Mock<ISiteAdmins> Admins { get; } = new(MockBehavior.Strict);
    public Mock<IInstallations> Installations { get; } = new(MockBehavior.Strict);
    public Mock<IInstallationStore> Tenants { get; } = new(MockBehavior.Strict);

    /// <summary>Other tenant identities on the cloud id <c>cloud-1</c>.</summary>
    public List<string> EarlierKeys { get; } = [];
    public Mock<ISyncRuns> Runs { get; } = new(MockBehavior.Strict);
    public Mock<DurableTaskClient> Durable { get; } = new("test");

    /// <summary>Who calls; null for a missing or wrong token.</summary>
    public ConnectUser? User { get; set; } = new(Site, GitLabScene.Ann);
    public SiteAdminVerdict Verdict { get; set; } = SiteAdminVerdict.Admin;
    public Dictionary<string, OrchestrationMetadata> Instances { get; } = new(StringComparer.Ordinal);
    public List<(string Name, string InstanceId, object Input)> Started { get; } = [];

    public JiraNames Names { get; } = new();
    public SyncProjectStore ProjectRows => new(GitLab.Tables.Tables);
    public SyncRunStore RunRows => new(GitLab.Tables.Tables, GitLab.Clock);
    public Mock<ILooks> Looks { get; } = new(MockBehavior.Strict);
    public List<(EntityKind Kind, string EntityId, TimeSpan Delay)> LooksAsked { get; } = [];

    public PageGate Gate { get; }
    public LinkViews Views { get; }
    public EarlierLinks Earlier { get; }
    public Linking Linking { get; }
    public SignInRedemption Redemption { get; }
    public GitLabVersion Version { get; }
    public FirstLook FirstLook => new(Gate, GitLab.Grants, Version, GitLab.Clock, GitLab.Log<FirstLook>());

    public Task<PageAnswer> VersionAsync() => AnswerAsync(request => new ShowGitLabVersion(Gate, Version).RunAsync(request, CancellationToken.None), "GET");

    public Task<PageAnswer> ChangeVersionAsync(string body) => AnswerAsync(
        request => new ChangeGitLabVersion(Gate, Version, GitLab.Log<ChangeGitLabVersion>()).RunAsync(request, CancellationToken.None), "PUT", body);

    public Task<PageAnswer> LinkAsync(string body) => AnswerAsync(
        request => new LinkGroup(Gate, GitLab.Grants, Linking, Views).RunAsync(request, Durable.Object, CancellationToken.None), "POST", body);

    public Task<PageAnswer> UnlinkAsync(Guid linkId) => AnswerAsync(
        request => new UnlinkGroup(Gate, GitLab.Removal, Views).RunAsync(request, linkId, Durable.Object, CancellationToken.None), "DELETE");

    public Task<PageAnswer> LinksAsync() => AnswerAsync(request => new ListLinks(Gate, GitLab.Links, Earlier, Views).RunAsync(request, CancellationToken.None), "GET");

    public Task<PageAnswer> SettingsAsync(Guid linkId) => AnswerAsync(
        request => new ShowLinkSettings(Gate, new OwnLinks(GitLab.Links)).RunAsync(request, linkId, CancellationToken.None), "GET");

    public Task<PageAnswer> ChangeSettingsAsync(Guid linkId, string body, string? ifMatch = "\"0\"") => AnswerAsync(
        request =>
        {
            request.Headers.IfMatch = ifMatch;
            return new ChangeLinkSettings(
                    Gate,
                    new OwnLinks(GitLab.Links),
                    GitLab.Links,
                    new ProjectNames(new ProjectFinder(GitLab.Access, GitLab.Client)),
                    new ProjectStore(GitLab.Tables.Tables),
                    Looks.Object,
                    GitLab.Activity,
                    GitLab.Log<ChangeLinkSettings>())
                .RunAsync(request, linkId, CancellationToken.None);
        },
        "PUT",
        body);

    public Task<PageAnswer> SyncAsync(Guid linkId, string body) => AnswerAsync(
        request => new StartSync(Gate, new OwnLinks(GitLab.Links), new SyncRequests(GitLab.Links, RunRows, GitLab.Clock), new ProjectNames(new ProjectFinder(GitLab.Access, GitLab.Client)), GitLab.Log<StartSync>())
            .RunAsync(request, linkId, Durable.Object, CancellationToken.None),
        "POST",
        body);

    public Task<PageAnswer> RestoreHookAsync(Guid linkId) => AnswerAsync(
        request => new RestoreHook(
                Gate, new OwnLinks(GitLab.Links), GitLab.Links, GitLab.Hooks, new SyncRequests(GitLab.Links, RunRows, GitLab.Clock), GitLab.Activity, Views, GitLab.Log<RestoreHook>())
            .RunAsync(request, linkId, Durable.Object, CancellationToken.None),
        "POST");

    public Task<PageAnswer> RunsAsync(Guid linkId) => AnswerAsync(
        request => new ListSyncRuns(Gate, new OwnLinks(GitLab.Links), RunRows).RunAsync(request, linkId, CancellationToken.None), "GET");

    public Task<PageAnswer> RunAsync(Guid linkId, string runId) => AnswerAsync(
        request => new ShowSyncRun(Gate, new OwnLinks(GitLab.Links), RunRows).RunAsync(request, linkId, Guid.Parse(runId), CancellationToken.None), "GET");

    public Task<PageAnswer> RunProjectsAsync(Guid linkId, string runId, string query = "") => AnswerAsync(
        request => new ListRunProjects(Gate, new OwnLinks(GitLab.Links), ProjectRows).RunAsync(request, linkId, Guid.Parse(runId), CancellationToken.None), "GET", query: query);

    public Task<PageAnswer> LinkProjectsAsync(Guid linkId, string query = "") => AnswerAsync(
        request => new ListRunProjects(Gate, new OwnLinks(GitLab.Links), ProjectRows).OfLinkAsync(request, linkId, CancellationToken.None), "GET", query: query);

    public Task<PageAnswer> RetryAsync(Guid linkId, string runId, string body = "{}") => AnswerAsync(
        request => Retry.RunAsync(request, linkId, Guid.Parse(runId), Durable.Object, CancellationToken.None), "POST", body);

    public Task<PageAnswer> RetryLinkAsync(Guid linkId) => AnswerAsync(request => Retry.OfLinkAsync(request, linkId, Durable.Object, CancellationToken.None), "POST", "{}");

    private RetrySync Retry => new(Gate, new OwnLinks(GitLab.Links), RunRows, ProjectRows, new SyncRequests(GitLab.Links, RunRows, GitLab.Clock), GitLab.Log<RetrySync>());

    public Task<PageAnswer> MoveAsync() => AnswerAsync(
        request => new MoveLinks(Gate, GitLab.Grants, Earlier, Linking, GitLab.Links, GitLab.Removal, GitLab.Clock).RunAsync(request, Durable.Object, CancellationToken.None), "POST");

    public Task<PageAnswer> GroupsAsync(string query) => AnswerAsync(
        request => new ListGroups(Gate, GitLab.Grants, GitLab.Groups, GitLab.Links).RunAsync(request, CancellationToken.None), "GET", query: query);

    public Task<PageAnswer> StartSignInAsync() => AnswerAsync(
        request => new StartGitLabSignIn(Gate, GitLab.SignIns, KnownInstances.One, GitLab.OAuth).RunAsync(request, CancellationToken.None), "POST");

    public Task<PageAnswer> RedeemAsync(string body) => AnswerAsync(request => new RedeemGitLabSignIn(Gate, Redemption).RunAsync(request, CancellationToken.None), "POST", body);

    public Task<PageAnswer> SignInStatusAsync() => AnswerAsync(request => new ShowGitLabSignIn(Gate, GitLab.Grants).RunAsync(request, CancellationToken.None), "GET");

    public Task<PageAnswer> SignOutAsync() => AnswerAsync(request => new SignOutOfGitLab(Gate, GitLab.Grants).RunAsync(request, CancellationToken.None), "DELETE");

    public Task FinishAsync() => new FinishLinks(GitLab.Links, GitLab.Index, Linking, Installations.Object, GitLab.Clock, GitLab.Log<FinishLinks>())
        .RunAsync(new Microsoft.Azure.Functions.Worker.TimerInfo(), Durable.Object, CancellationToken.None);

    public static async Task<PageAnswer> AnswerAsync(Func<HttpRequest, Task<IResult>> function, string method, string? body = null, string query = "")
    {
        var context = new DefaultHttpContext { RequestServices = Services };
        context.Request.Method = method;
        context.Request.QueryString = new QueryString(query);
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body ?? ""));
        using var answer = new MemoryStream();
        context.Response.Body = answer;

        await (await function(context.Request)).ExecuteAsync(context);

        var text = Encoding.UTF8.GetString(answer.ToArray());
        var json = text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : [];
        return new PageAnswer(context.Response.StatusCode, json, context.Response.Headers, text);
    }
}
