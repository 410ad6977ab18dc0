using System.Text;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;
using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Tests.Storage;
using GitLabJira.Functions.Tests.Trail;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.Relay;

/// <summary>Translation over tables in memory, with a GitLab that a test scripts; what goes to Jira and back into the queue is kept.</summary>
internal sealed class RelayScene : IGrantAccess
{
    public static readonly GitLabProject Project = new() { Id = 7, Name = "Anvil", PathWithNamespace = "acme/anvil", WebUrl = "https://gitlab.example/acme/anvil", DefaultBranch = "main" };

    public RelayScene()
    {
        var links = new Mock<ILinks>(MockBehavior.Strict);
        links.Setup(l => l.FindAsync(Samples.Link.Id, It.IsAny<bool>(), It.IsAny<CancellationToken>())).ReturnsAsync(() => (Link is null ? LinkLookup.Unlinked : LinkLookup.Known, Link));
        links.Setup(l => l.ListAsync("client", It.IsAny<CancellationToken>())).Returns(() => OtherLinks.Prepend(Samples.Link).ToAsyncEnumerable());
        var installations = new Mock<IInstallations>(MockBehavior.Strict);
        installations.Setup(i => i.FindAsync("client", It.IsAny<bool>(), It.IsAny<CancellationToken>())).ReturnsAsync(() => Installation);
        installations.Setup(i => i.RecallAsync("client", It.IsAny<CancellationToken>())).ReturnsAsync(() => Recalled ?? Installation);
        var queue = new Mock<IMessageQueue>(MockBehavior.Strict);
        queue.Setup(q => q.SendAsync(QueueNames.GitLabEvents, It.IsAny<MessageHeader>(), It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<TimeSpan?>(), It.IsAny<CancellationToken>()))
            .Callback((string _, MessageHeader header, ReadOnlyMemory<byte> body, TimeSpan? delay, CancellationToken _) => Queue.Add((header, body.ToArray(), delay ?? TimeSpan.Zero)))
            .Returns(Task.CompletedTask);
        var delivery = new Mock<IDelivery>(MockBehavior.Strict);
        delivery.Setup(d => d.SubmitAsync(It.IsAny<Link>(), Lane.Live, It.IsAny<IReadOnlyList<EntityChange>>(), It.IsAny<CancellationToken>()))
            .Callback((Link _, Lane _, IReadOnlyList<EntityChange> changes, CancellationToken _) => Delivered.AddRange(changes))
            .Returns(Task.CompletedTask);
        var sent = new Mock<ISent>(MockBehavior.Strict);
        sent.Setup(s => s.FindAsync(It.IsAny<EntityRef>(), It.IsAny<CancellationToken>())).ReturnsAsync((EntityRef entity, CancellationToken _) => Sent.GetValueOrDefault((entity.Kind, entity.EntityId)));
        sent.Setup(s => s.IsHeldAsync(It.IsAny<EntityRef>(), It.IsAny<CancellationToken>())).CallBase();
        sent.Setup(s => s.NextSequence(It.IsAny<SentEntity?>(), It.IsAny<Lane>())).Returns(() => Clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000);
        sent.Setup(s => s.ListAsync(Samples.Link.Id, It.IsAny<long>(), It.IsAny<EntityKind>(), It.IsAny<CancellationToken>()))
            .Returns((Guid _, long _, EntityKind kind, CancellationToken _) => Sent.Where(held => held.Key.Item1 == kind && !held.Value.Tombstone).Select(held => held.Value).ToAsyncEnumerable());
        Projects.Setup(p => p.FindAsync(Samples.Link.Id, It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((Guid link, long project, CancellationToken _) => IsKnown ? new LinkedProject(link, project, "acme/anvil", HookId: null, LastResult: null) : null);
        Projects.Setup(p => p.RemoveAsync(Samples.Link.Id, It.IsAny<long>(), It.IsAny<CancellationToken>())).Callback(() => IsKnown = false).Returns(Task.CompletedTask);
        Arrivals.Setup(a => a.IsKnownAsync(It.IsAny<Link>(), It.IsAny<long>(), It.IsAny<CancellationToken>())).ReturnsAsync(() => IsKnown);
        Arrivals.Setup(a => a.ReadAsync(It.IsAny<Link>(), It.IsAny<GitLabProject>(), It.IsAny<CancellationToken>())).ReturnsAsync(() => IsRead);
        Reader.Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), 7, It.IsAny<CancellationToken>())).ReturnsAsync(Project);

        Log = new LookLog(Tables.Tables, new GroupCommit(), Clock);
        var looks = new LookQueue(queue.Object, Clock);
        var projects = new ProjectCache(this, Reader.Object, Tree, Clock);
        var reader = new EntityReader(this, Reader.Object, projects, sent.Object, Log);
        var ci = new CiReader(this, CiReader.Object, projects, sent.Object, Log);
        var branches = new BranchTranslation(reader);
        var builds = new BuildTranslation(ci, sent.Object, Log);
        var commits = new CommitTranslation(reader, this, Reader.Object, sent.Object, Log);
        Bodies = new BodyTranslation(sent.Object, Log);
        Entities = new EntityTranslations(
            new PushTranslation(branches, commits, sent.Object, Log),
            new MergeRequestTranslation(reader, branches, builds, sent.Object, Log),
            branches,
            commits,
            builds,
            new DeploymentTranslation(ci),
            new FeatureFlagTranslation(ci, sent.Object),
            new ProjectTranslation(new ProjectPlaces(projects, Projects.Object, links.Object, Arrivals.Object, Hooks.Object, sent.Object, Log), Projects.Object, Arrivals.Object, Tree, links.Object, sent.Object),
            new MemberTranslation(Roles.Object),
            Bodies);
        Events = new EventTranslation(
            links.Object, installations.Object, queue.Object, delivery.Object, looks, Log, Entities, Arrivals.Object, new LinkActivity(new RepairStore(Tables.Tables), Options.Create(new ReconcileOptions()), Clock), Meters.Counts, Trail, Clock, NullLogger<EventTranslation>.Instance);
        NewTurn = () =>
        {
            var publication = new Publication(Link!, Lane.Live, "test");
            return new Turn(publication, delivery.Object, looks, Log, new TurnTrail(Trail, publication, header: null));
        };
    }

    public StubTables Tables { get; } = new();

    public FakeTimeProvider Clock { get; } = new(Samples.Now);

    public Mock<IGitLabReader> Reader { get; } = new(MockBehavior.Strict);

    public Mock<IGitLabCiReader> CiReader { get; } = new(MockBehavior.Strict);

    public Mock<IRoles> Roles { get; } = new(MockBehavior.Strict);

    public KeptTrail Trail { get; } = new();

    public CountedHooks Meters { get; } = new();

    public Mock<IProjects> Projects { get; } = new(MockBehavior.Strict);

    public Mock<IProjectArrivals> Arrivals { get; } = new(MockBehavior.Strict);

    public Mock<IHooks> Hooks { get; } = new();

    public TreeByPath Tree { get; } = new();

    /// <summary>What else the site links.</summary>
    public List<Link> OtherLinks { get; } = [];

    /// <summary>Whether the link's rows name the project.</summary>
    public bool IsKnown { get; set; } = true;

    /// <summary>Whether a sync has read the project where it is now.</summary>
    public bool IsRead { get; set; } = true;

    /// <summary>What every call to GitLab ends in; null when GitLab answers.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>Null when it was unlinked.</summary>
    public Link? Link { get; set; } = Samples.Link;

    public Installation Installation { get; set; } = new()
    {
        ClientKey = "client",
        BaseUrl = new Uri("https://jira.example"),
        State = InstallationState.Installed,
        Epoch = 1,
        GitLabHost = Samples.Link.Host,
        SharedSecret = "secret",
    };

    /// <summary>What this process saw of the installation minutes ago; null when that was the same.</summary>
    public Installation? Recalled { get; set; }

    public Dictionary<(EntityKind, string), SentEntity> Sent { get; } = [];

    /// <summary>What went to Jira.</summary>
    public List<EntityChange> Delivered { get; } = [];

    /// <summary>What went back into the queue.</summary>
    public List<(MessageHeader Header, byte[] Body, TimeSpan Delay)> Queue { get; } = [];

    public LookLog Log { get; }

    public BodyTranslation Bodies { get; }

    public EntityTranslations Entities { get; }

    public EventTranslation Events { get; }

    public Func<Turn> NewTurn { get; }

    public Task<T> CallAsync<T>(Link link, Func<GitLabAccess, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        Refusal is { } refusal ? Task.FromException<T>(refusal) : call(new GitLabAccess(link.Host, "token", "grant"), cancellationToken);

    /// <summary>A hook that comes in now.</summary>
    public OpenedMessage Hook(string body, string? deliveryId = "delivery-1") => new(
        new MessageHeader { Id = "hook", Kind = "hook", LinkId = Samples.Link.Id, ClientKey = "client", Epoch = Samples.Link.Epoch, DeliveryId = deliveryId, ReceivedAt = Clock.GetUtcNow().ToUnixTimeMilliseconds() },
        Encoding.UTF8.GetBytes(body));

    /// <summary>Takes the only message that went back into the queue, or the only one for that time, when it has come.</summary>
    public OpenedMessage TakeLater(TimeSpan? after = null)
    {
        var (header, body, delay) = Queue.Single(message => after is null || message.Delay == after);
        Queue.RemoveAll(message => message.Delay == delay);
        Clock.Advance(delay);
        return new OpenedMessage(header, body);
    }

    /// <summary>Jira holds it, or held it until it was deleted now, or only may get it.</summary>
    public void Holds(EntityKind kind, string id, string keys = "ABC-1", bool tombstone = false, bool confirmed = true) => Sent[(kind, id)] = new SentEntity
    {
        Kind = kind,
        EntityId = id,
        Sequence = 1,
        ContentHash = confirmed ? "hash" : "",
        Keys = keys.Split(' '),
        Tombstone = tombstone,
        SentAt = Clock.GetUtcNow(),
    };
}
