using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Outbox;
using GitLabJira.Functions.Jira.Sent;
using GitLabJira.Functions.Jira.Tokens;
using GitLabJira.Functions.Poison;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Tests.Storage;
using GitLabJira.Functions.Tests.Trail;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.Jira.Delivery;

/// <summary>Storage, clock, queue and Jira that several processes of the app share. Real code delivers; only what lies outside is stood in for.</summary>
internal sealed class DeliveryWorld : ILooks, IMessageQueue, IInstallations, ILinks, IProjects, IConnectTokens, ISealer
{
    private readonly List<(string ClientKey, DateTimeOffset Due, DeliveryTurn Turn)> _wakes = [];

    public StubTables Storage { get; } = new();

    public FakeTimeProvider Clock { get; } = new(DeliverySamples.Start);

    public BudgetOptions Budgets { get; } = new();

    public ScriptedJira Jira { get; } = new();

    /// <summary>Nothing that was sealed opens.</summary>
    public bool IsSealBroken { get; set; }

    public KeptTrail Trail { get; } = new();

    public FakeLogCollector Logs { get; } = new();

    public List<(EntityRef Entity, TimeSpan Delay)> Looks { get; } = [];

    /// <summary>When the requested looks take place.</summary>
    public List<DateTimeOffset> LookTimes { get; } = [];

    public Dictionary<Guid, Link> Links { get; } = new() { [DeliverySamples.Link().Id] = DeliverySamples.Link() };

    public Dictionary<string, Installation> Installations { get; } = new(StringComparer.Ordinal) { [DeliverySamples.Site] = DeliverySamples.Installation() };

    public List<LinkedProject> Projects { get; } = [];

    /// <summary>Wake-ups that nobody took yet, soonest first.</summary>
    public IReadOnlyList<(string ClientKey, DateTimeOffset Due, DeliveryTurn Turn)> Wakes => [.. _wakes.OrderBy(w => w.Due)];

    /// <summary>What a process reads of installations without asking for fresh ones; null: the same.</summary>
    public Installation? Cached { get; set; }

    /// <summary>What a process still takes for the link.</summary>
    public Link? CachedLink { get; set; }

    public AppProcess Process(HttpMessageHandler? jira = null) => new(this, jira ?? Jira);

    /// <summary>Lets a process take every wake-up in turn, and the minute's sweep, until nothing is due within <paramref name="span"/>.</summary>
    public async Task RunAsync(AppProcess process, TimeSpan span, CancellationToken cancellationToken)
    {
        var end = Clock.GetUtcNow() + span;

        while (true)
        {
            var sweep = Next(Clock.GetUtcNow());
            var due = _wakes.Count == 0 ? sweep : Min(sweep, _wakes.Min(w => w.Due));

            if (due > end)
            {
                Clock.SetUtcNow(Clock.GetUtcNow() > end ? Clock.GetUtcNow() : end);
                return;
            }

            if (due > Clock.GetUtcNow())
            {
                Clock.SetUtcNow(due);
            }

            if (_wakes.Count > 0 && _wakes.MinBy(w => w.Due) is var wake && wake.Due <= Clock.GetUtcNow())
            {
                _wakes.Remove(wake);
                await process.Deliver.DeliverAsync(wake.ClientKey, wake.Turn, cancellationToken);
            }
            else
            {
                await process.Deliver.SweepAsync(cancellationToken);
                Clock.Advance(TimeSpan.FromTicks(1));
            }
        }

        static DateTimeOffset Next(DateTimeOffset now) => new(now.Ticks + TimeSpan.TicksPerMinute - 1 - ((now.Ticks + TimeSpan.TicksPerMinute - 1) % TimeSpan.TicksPerMinute), TimeSpan.Zero);

        static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
    }

    /// <summary>Takes all wake-ups that wait.</summary>
    public IReadOnlyList<string> TakeWakes()
    {
        var keys = _wakes.Select(w => w.ClientKey).ToList();
        _wakes.Clear();
        return keys;
    }

    Task ILooks.RequestAsync(EntityRef entity, TimeSpan delay, CancellationToken cancellationToken)
    {
        Looks.Add((entity, delay));
        LookTimes.Add(Clock.GetUtcNow() + delay);
        return Task.CompletedTask;
    }

    Task IMessageQueue.SendAsync(string queue, MessageHeader header, ReadOnlyMemory<byte> body, TimeSpan? delay, CancellationToken cancellationToken)
    {
        Assert.AreEqual(DeliveryQueue.Wake, header.Kind);
        _wakes.Add((header.ClientKey!, Clock.GetUtcNow() + (delay ?? TimeSpan.Zero), Enum.GetValues<DeliveryTurn>().Single(turn => string.Equals(DeliveryQueue.NameOf(turn), queue, StringComparison.Ordinal))));
        return Task.CompletedTask;
    }

    Task<OpenedMessage?> IMessageQueue.OpenAsync(string queue, ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => throw new InvalidOperationException("Wake-ups are taken from the list.");

    Task IMessageQueue.CompleteAsync(MessageHeader header, CancellationToken cancellationToken) => Task.CompletedTask;

    Task<Installation?> IInstallations.FindAsync(string clientKey, bool fresh, CancellationToken cancellationToken) =>
        Task.FromResult(!fresh && Cached is not null ? Cached : Installations.GetValueOrDefault(clientKey));

    Task<Installation?> IInstallations.RecallAsync(string clientKey, CancellationToken cancellationToken) =>
        Task.FromResult(Cached ?? Installations.GetValueOrDefault(clientKey));

    Task<(LinkLookup Lookup, Link? Link)> ILinks.FindAsync(Guid linkId, bool fresh, CancellationToken cancellationToken) =>
        Task.FromResult(
            !fresh && CachedLink?.Id == linkId ? (LinkLookup.Known, CachedLink)
            : Links.TryGetValue(linkId, out var link) ? (LinkLookup.Known, (Link?)link)
            : (LinkLookup.Unlinked, null));

    Task<Link?> ILinks.GetAsync(string clientKey, Guid linkId, CancellationToken cancellationToken) => Task.FromResult(Links.GetValueOrDefault(linkId));

    IAsyncEnumerable<Link> ILinks.ListAsync(string clientKey, CancellationToken cancellationToken) => Links.Values.ToAsyncEnumerable();

    Task<Link?> ILinks.UpdateAsync(string clientKey, Guid linkId, Func<Link, Link?> change, CancellationToken cancellationToken) => throw new InvalidOperationException("Delivery writes no links.");

    Task<IReadOnlyList<HookSecret>> ILinks.HookSecretsAsync(Link link, CancellationToken cancellationToken) => throw new InvalidOperationException("Delivery needs no hook secrets.");

    IAsyncEnumerable<LinkedProject> IProjects.ListAsync(Guid linkId, CancellationToken cancellationToken) => Projects.Where(p => p.LinkId == linkId).ToAsyncEnumerable();

    Task<LinkedProject?> IProjects.FindAsync(Guid linkId, long projectId, CancellationToken cancellationToken) => throw new InvalidOperationException("Not asked for here.");

    Task IProjects.SaveAsync(LinkedProject project, CancellationToken cancellationToken) => throw new InvalidOperationException("Delivery writes no projects.");

    Task IProjects.RemoveAsync(Guid linkId, long projectId, CancellationToken cancellationToken) => throw new InvalidOperationException("Delivery writes no projects.");

    Task IProjects.DropAsync(Guid linkId, CancellationToken cancellationToken) => throw new InvalidOperationException("Delivery writes no projects.");

    string IConnectTokens.Create(Installation installation, HttpMethod method, Uri url) => $"{installation.SharedSecret}:{method}:{url.AbsolutePath}";

    // Bound to its place like the real one, so that a moved row does not open.
    Task<byte[]> ISealer.SealAsync(ReadOnlyMemory<byte> plaintext, SealContext context, CancellationToken cancellationToken) =>
        Task.FromResult<byte[]>([.. System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(context.ToString())), .. plaintext.Span]);

    Task<byte[]> ISealer.OpenAsync(ReadOnlyMemory<byte> sealedValue, SealContext context, CancellationToken cancellationToken) =>
        !IsSealBroken && sealedValue.Span.StartsWith(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(context.ToString())))
            ? Task.FromResult(sealedValue[32..].ToArray())
            : throw new System.Security.Cryptography.CryptographicException("Moved.");
}

/// <summary>One process of the app: its own objects over the shared world.</summary>
internal sealed class AppProcess
{
    public AppProcess(DeliveryWorld world, HttpMessageHandler jira)
    {
        var tables = world.Storage.Tables;
        var sequences = new Sequences(world.Clock);
        var rates = new JiraRates(new SharedBudgets(new BudgetStore(tables), world.Clock), Options.Create(world.Budgets), world.Clock);
        var client = new JiraClient(new HttpClient(jira, disposeHandler: false), world, rates, world.Clock);
        Sites = new SiteStore(tables, world.Clock);
        Outbox = new OutboxStore(tables, world, sequences, world.Clock);
        SentStore = new SentStore(tables, sequences, world.Clock);
        var wakes = new DeliveryQueue(world, world.Clock);
        var outcomes = new DeliveryOutcomes(world.Trail, Logger<DeliveryOutcomes>());
        Unknown = new UnknownKeys(tables, world, world.Clock, Logger<UnknownKeys>());
        Retries = new TryUnknownKeysAgain(Unknown, client, rates, world, world, world, world.Clock, Logger<TryUnknownKeysAgain>());
        var dispatch = new JiraDispatch(client, rates, SentStore, Outbox, Sites, world, Unknown, world, outcomes, world.Clock, Logger<JiraDispatch>());
        Delivery = new JiraDelivery(dispatch, new Gatherings<(string ClientKey, Lane Lane), Submission>(world.Clock), Sites, Outbox, wakes, world, world, outcomes, world.Clock);
        var blobs = new MessageBlobs(new StubMessages().Blobs, Microsoft.Extensions.Options.Options.Create(new StorageOptions()), world.Clock);
        Failures = new FailureStore(tables, Mock.Of<ISealedMessages>(MockBehavior.Strict), blobs, Sites, wakes, world.Clock, Logger<FailureStore>());
        Deliver = new SiteDelivery(dispatch, client, rates, Sites, Outbox, wakes, Turns, world, world, outcomes, Failures, world.Clock, Logger<SiteDelivery>());
        CleanUp = new JiraCleanUp(client, rates, Sites, Outbox, SentStore, Unknown, world, world, world.Clock, Logger<JiraCleanUp>());

        ILogger<T> Logger<T>() => new FakeLogger<T>(world.Logs);
    }

    public DeliveryTurns Turns { get; } = new();

    public SiteStore Sites { get; }

    public OutboxStore Outbox { get; }

    public FailureStore Failures { get; }

    public SentStore SentStore { get; }

    public ISent Sent => SentStore;

    public IDelivery Delivery { get; }

    public SiteDelivery Deliver { get; }

    public IJiraCleanUp CleanUp { get; }

    public UnknownKeys Unknown { get; }

    public TryUnknownKeysAgain Retries { get; }
}
