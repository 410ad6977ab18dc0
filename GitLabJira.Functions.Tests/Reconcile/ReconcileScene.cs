using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;
using GitLabJira.Functions.Reconcile;
using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Tests.Budgets;
using GitLabJira.Functions.Tests.GitLab;
using GitLabJira.Functions.Trail;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Moq;

namespace GitLabJira.Functions.Tests.Reconcile;

/// <summary>Reconcile over tables in memory and a scripted GitLab; what it asks for is kept. The group has no projects unless a test says so.</summary>
internal sealed class ReconcileScene
{
    private const string Group = $"{GitLabScene.Api}groups/5";

    public ReconcileScene()
    {
        Budget.Setup(b => b.AskAsync(KnownInstances.Host, WorkPriority.Repair, It.IsAny<CancellationToken>())).ReturnsAsync(() => IsScarceAfter <= GitLab.Http.Requests.Count ? new BudgetAnswer(MayGoOn: false, 0.9, Scarce) : new BudgetAnswer(MayGoOn: true, 0, Until: null));
        var queue = new Mock<IMessageQueue>(MockBehavior.Strict);
        queue.Setup(q => q.SendAsync(QueueNames.Reconciles, It.IsAny<MessageHeader>(), It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<TimeSpan?>(), It.IsAny<CancellationToken>()))
            .Callback((string _, MessageHeader header, ReadOnlyMemory<byte> _, TimeSpan? _, CancellationToken _) => Messages.Add(header.LinkId!.Value))
            .Returns(Task.CompletedTask);
        Installations.Setup(i => i.FindAsync(GitLabScene.ClientKey, It.IsAny<bool>(), It.IsAny<CancellationToken>())).ReturnsAsync(() => new Installation
        {
            ClientKey = GitLabScene.ClientKey,
            BaseUrl = new Uri("https://acme.atlassian.net"),
            State = InstallationState.Installed,
            Epoch = 1,
            GitLabHost = KnownInstances.Host,
            SharedSecret = "secret",
        });
        var looks = new Mock<IRepairLooks>(MockBehavior.Strict);
        looks.Setup(l => l.RequestAsync(It.IsAny<RepairLook>(), It.IsAny<CancellationToken>())).Callback((RepairLook look, CancellationToken _) => Looks.Add(look)).Returns(Task.CompletedTask);
        var delivery = new Mock<IDelivery>(MockBehavior.Strict);
        delivery.Setup(d => d.SubmitAsync(It.IsAny<Link>(), Lane.Repair, It.IsAny<IReadOnlyList<EntityChange>>(), It.IsAny<CancellationToken>()))
            .Callback((Link _, Lane _, IReadOnlyList<EntityChange> changes, CancellationToken _) => Deleted.AddRange(changes.Where(change => change.Body is null).Select(change => change.Entity)))
            .Returns(Task.CompletedTask);
        Trail.Setup(t => t.Add(It.IsAny<TrailNote>())).Callback((TrailNote note) => Notes.Add(note));
        Trail.Setup(t => t.WriteAsync()).Returns(Task.CompletedTask);

        var client = new GitLabClient(GitLab.Http.Client(), KnownInstances.One, NoBudgets.Requests, GitLab.Clock);
        var (reader, ci, lists) = (new GitLabReader(client), new GitLabCiReader(client), new GitLabLists(client));
        var (projects, log) = (new ProjectStore(GitLab.Tables.Tables), new LookLog(GitLab.Tables.Tables, new GroupCommit(), GitLab.Clock));
        var sent = new SentStore(GitLab.Tables.Tables, new Sequences(GitLab.Clock), GitLab.Clock);
        var checks = new HookChecks(GitLab.Access, GitLab.Hooks, new GitLabHookWriter(GitLab.Http.Client(), KnownInstances.One, GitLab.Clock), GitLab.Secrets);
        var runs = new SyncRequests(GitLab.Links, new SyncRunStore(GitLab.Tables.Tables, GitLab.Clock), GitLab.Clock);
        var group = new GroupRound(
            GitLab.Access, GitLab.Access, GitLab.Links, Mock.Of<ILinkedTree>(), checks, GitLab.Secrets, reader, lists, projects, runs, GitLab.Repairs, looks.Object, log, sent, GitLab.Log<GroupRound>());
        var round = new ProjectRound(
            GitLab.Hooks,
            checks,
            projects,
            new SyncProjectStore(GitLab.Tables.Tables),
            group,
            new BranchComparison(GitLab.Access, reader, lists, group, delivery.Object, sent, log),
            new CiComparison(GitLab.Access, ci, group, delivery.Object, sent, log),
            GitLab.Repairs);

        (Projects, Sent) = (projects, sent);
        Round = new LinkRound(
            GitLab.Links, Installations.Object, GitLab.Repairs, group, round, Budget.Object, Options.Create(new ReconcileOptions()), Trail.Object, GitLab.Clock, GitLab.Log<LinkRound>());
        Sweep = new SweepDueLinks(GitLab.Repairs, queue.Object, GitLab.Clock);
        Net = new FindForgottenLinks(GitLab.Links, GitLab.Repairs, GitLab.Clock, GitLab.Log<FindForgottenLinks>());
    }

    public GitLabScene GitLab { get; } = new();
    public Mock<IGitLabBudget> Budget { get; } = new(MockBehavior.Strict);

    /// <summary>GitLab has no room for reconcile any more after so many requests.</summary>
    public int IsScarceAfter { get; set; } = int.MaxValue;

    /// <summary>Until when.</summary>
    public DateTimeOffset Scarce { get; set; }

    public Mock<IInstallations> Installations { get; } = new(MockBehavior.Strict);
    public Mock<ITrail> Trail { get; } = new(MockBehavior.Strict);
    public ProjectStore Projects { get; }
    public SentStore Sent { get; }
    public LinkRound Round { get; }
    public SweepDueLinks Sweep { get; }
    public FindForgottenLinks Net { get; }

    /// <summary>The links that a message was sent for.</summary>
    public List<Guid> Messages { get; } = [];

    /// <summary>What is to be looked at.</summary>
    public List<RepairLook> Looks { get; } = [];

    /// <summary>What Jira is to hold no more.</summary>
    public List<EntityRef> Deleted { get; } = [];

    public List<TrailNote> Notes { get; } = [];

    /// <summary>A link that is due now.</summary>
    public async Task<Link> DueAsync(CancellationToken cancellationToken)
    {
        await GitLab.SignInAsync(GitLabScene.Ann, 1, "token", cancellationToken);
        var link = await GitLab.LinkAsync(cancellationToken);
        await GitLab.Activity.BeginAsync(link, cancellationToken);
        GitLab.Clock.Advance(TimeSpan.FromMinutes(15));
        return link;
    }

    /// <summary>Jira holds a branch, for an hour already.</summary>
    public Task HoldsBranchAsync(Link link, long projectId, string name, CancellationToken cancellationToken) => HoldsAsync(EntityRefs.Branch(link, projectId, name), cancellationToken);

    /// <summary>Jira holds an entity, for an hour already.</summary>
    public Task HoldsAsync(EntityRef entity, CancellationToken cancellationToken)
    {
        var (key, sentAt) = (SentKey.Of(entity), GitLab.Clock.GetUtcNow().AddHours(-1));
        return Sent.UpdateAsync([(new SentRow(key), row => row.Record(Sequences.At(sentAt), "hash", ["ABC-1"], sentAt, settleAt: null))], cancellationToken);
    }

    public Task SweepAsync(CancellationToken cancellationToken) => Sweep.RunAsync(new TimerInfo(), cancellationToken);

    public Task CastNetAsync(CancellationToken cancellationToken) => Net.RunAsync(new TimerInfo(), cancellationToken);

    /// <summary>The group as its link sees it: an Owner, a hook, projects, and no merge request that changed.</summary>
    public void ShowsGroup(Link link, string projects = "[]", string? hooks = null)
    {
        GitLab.Http.On($"GET {Group}/members/all/1", """{"id":1,"access_level":50}""");
        GitLab.Http.On($"GET {Group}/hooks?per_page=100", hooks ?? $$"""[{"id":8,"url":"https://app.test/gitlab/webhooks/{{link.Id:D}}","alert_status":"executable"}]""");
        ShowsProjects(projects);
        GitLab.Http.On(ChangedSince(link.HookedAt!.Value), "[]");
    }

    public void ShowsProjects(string projects) => GitLab.Http.On(ProjectsOfGroup, projects);

    public const string ProjectsOfGroup = $"GET {Group}/projects?include_subgroups=true&with_shared=false&order_by=id&sort=asc&per_page=100";

    public static string ChangedSince(DateTimeOffset since) =>
        $"GET {Group}/merge_requests?state=all&scope=all&order_by=created_at&sort=desc&updated_after={Uri.EscapeDataString(since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture))}&per_page=100";

    public async Task<RepairState> StateAsync(Link link, CancellationToken cancellationToken) => (await GitLab.Repairs.FindAsync(link.Id, cancellationToken))!;
}
