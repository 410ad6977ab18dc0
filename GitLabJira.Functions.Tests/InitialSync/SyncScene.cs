using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.InitialSync;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;
using GitLabJira.Functions.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.InitialSync;

/// <summary>One run of one link over tables in memory, and a GitLab that a test scripts.</summary>
internal sealed class SyncScene : IGrantAccess
{
    public const string RunId = "run-1";

    public static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public SyncScene()
    {
        Links.Setup(l => l.GetAsync("client", LinkId, It.IsAny<CancellationToken>())).ReturnsAsync(() => Link);
        Links.Setup(l => l.UpdateAsync("client", LinkId, It.IsAny<Func<Link, Link?>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((string _, Guid _, Func<Link, Link?> change, CancellationToken _) => Link is null ? null : Link = change(Link) ?? Link);
        Delivery.Setup(d => d.WakeAsync("client", It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);
        Projects = new(Tables.Tables);
        Runs = new(Tables.Tables, Clock);
        Slots = new(Tables.Tables, Clock);
        Guard = new(Links.Object, Runs, Slots, Clock);
    }

    public static Guid LinkId => Relay.Samples.Link.Id;

    public StubTables Tables { get; } = new();

    public FakeTimeProvider Clock { get; } = new(Start);

    /// <summary>Null when its row is gone.</summary>
    public Link? Link { get; set; } = Relay.Samples.Link with { ActiveRunId = RunId };

    /// <summary>Why no grant can be used; null when one can.</summary>
    public Exception? NoGrant { get; set; }

    public Mock<ILinks> Links { get; } = new(MockBehavior.Strict);

    public Mock<IGitLabReader> Reader { get; } = new(MockBehavior.Strict);

    public Mock<IGitLabCiReader> CiReader { get; } = new(MockBehavior.Strict);

    public Mock<IHooks> Hooks { get; } = new(MockBehavior.Strict);

    public Mock<IDelivery> Delivery { get; } = new(MockBehavior.Strict);

    public Mock<ILooks> Looks { get; } = new();

    public SyncProjectStore Projects { get; }

    public SyncRunStore Runs { get; }

    public HostSlots Slots { get; }

    public RunGuard Guard { get; }

    public SyncRunInput Input { get; } = new() { ClientKey = "client", LinkId = LinkId, RunId = RunId, GiveUpAt = Start.AddHours(24).ToUnixTimeMilliseconds() };

    private RunCounter Counter => new(Projects, Runs, Clock);

    public ListProjects ListProjects => new(Guard, this, Reader.Object, Projects, Runs, Clock, NullLogger<ListProjects>.Instance);

    public PlanWave PlanWave => new(Guard, Projects, Runs, Counter, Slots, Clock, NullLogger<PlanWave>.Instance);

    public CountWave CountWave => new(Guard, Counter, Delivery.Object, NullLogger<CountWave>.Instance);

    public SyncProject SyncProject => new(
        Guard, Projects, Runs, Hooks.Object, new ReadingTools(this, Reader.Object, CiReader.Object, Mock.Of<ISent>(), Delivery.Object, Looks.Object, Mock.Of<ILookLog>(), Clock), NullLogger<SyncProject>.Instance);

    public Task<T> CallAsync<T>(Link link, Func<GitLabAccess, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        NoGrant is { } refused ? Task.FromException<T>(refused) : call(new GitLabAccess(link.Host, "token", "grant"), cancellationToken);

    public static GitLabProject Project(long id) => new() { Id = id, Name = $"p{id}", PathWithNamespace = $"acme/p{id}", WebUrl = $"https://gitlab.example/acme/p{id}" };

    /// <summary>Enters projects 1 to <paramref name="count"/> into the run.</summary>
    public async Task EnterAsync(int count, CancellationToken cancellationToken)
    {
        await Runs.UpdateAsync(LinkId, RunId, Clock.GetUtcNow(), run => run with { State = SyncRunState.Running, ProjectsTotal = count }, cancellationToken);
        await Projects.AddAsync(LinkId, RunId, [.. Enumerable.Range(1, count).Select(id => Project(id))], cancellationToken);
    }

    public async Task ChangeAsync(long projectId, Action<SyncProjectRow> change, CancellationToken cancellationToken)
    {
        var row = await RowAsync(projectId, cancellationToken);
        change(row);
        Assert.IsTrue(await Projects.TryWriteAsync(row, cancellationToken));
    }

    public async Task<SyncProjectRow> RowAsync(long projectId, CancellationToken cancellationToken) =>
        await Projects.FindAsync(LinkId, projectId, cancellationToken) ?? throw new InvalidOperationException("No such project.");

    public async Task<SyncRunProgress> RunAsync(CancellationToken cancellationToken) =>
        await Runs.FindAsync(LinkId, RunId, cancellationToken) ?? throw new InvalidOperationException("No such run.");
}
