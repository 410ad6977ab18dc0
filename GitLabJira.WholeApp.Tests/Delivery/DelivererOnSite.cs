using System.Collections.Concurrent;
using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Sent;
using GitLabJira.Functions.Poison;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Trail;
using GitLabJira.WholeApp.Tests.Jira;
using GitLabJira.WholeApp.Tests.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.WholeApp.Tests.Delivery;

/// <summary>Processes of the app that deliver to one stand-in site over one storage, each with the app's own registrations. Links, looks and the queue are held here.</summary>
internal sealed class DelivererOnSite : ILooks, IMessageQueue, IInstallations, ILinks, IProjects, IAsyncDisposable
{
    private readonly SiteUnderTest _site;
    private readonly string _connectionString;
    private readonly string _prefix;
    private readonly string _folder = Directory.CreateTempSubdirectory("gitlab-jira-delivery-").FullName;
    private readonly List<ServiceProvider> _processes = [];

    private DelivererOnSite(SiteUnderTest site, string connectionString, string prefix)
    {
        (_site, _connectionString, _prefix) = (site, connectionString, prefix);
        Link = new Link
        {
            Id = Guid.NewGuid(),
            ClientKey = site.App.ClientKey,
            InstallationEpoch = 1,
            Host = new Uri("https://gitlab.example.com"),
            GroupId = 7,
            GroupPath = "kettle",
            Epoch = 1,
            State = LinkState.Active,
            LinkedByAccountId = "account",
            CreatedAt = site.Clock.GetUtcNow(),
        };
    }

    public Link Link { get; }

    public List<LinkedProject> Projects { get; } = [];

    public ConcurrentQueue<EntityRef> Looks { get; } = new();

    public ConcurrentQueue<(string ClientKey, DeliveryTurn Turn)> Wakes { get; } = new();

    public static async Task<DelivererOnSite> StartAsync(SiteUnderTest site) => new(site, await StorageUnderTest.ConnectionStringAsync(), StorageUnderTest.NewName());

    public IServiceProvider NewProcess()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AzureWebJobsStorage"] = _connectionString,
            ["Storage:TablePrefix"] = _prefix,
            ["Connect:Key"] = "tiny-app",
            ["Sealing:LocalKeyFile"] = Path.Combine(_folder, "sealing.key.json"),
        }).Build();

        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddSingleton<TimeProvider>(_site.Clock);
        services.AddStorage(configuration).AddSealing(configuration).AddBudgets().AddTrail().AddPoison().AddJiraAccess().AddJira(configuration);

        // What other features give: the last registration wins.
        services.AddSingleton<IInstallations>(this).AddSingleton<ILinks>(this).AddSingleton<IProjects>(this).AddSingleton<ILooks>(this).AddSingleton<IMessageQueue>(this);
        var process = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        _processes.Add(process);
        return process;
    }

    /// <summary>Lets processes take wake-ups and sweep, minute by minute, until nothing is left.</summary>
    public async Task RunDryAsync(IReadOnlyList<IServiceProvider> processes, TimeSpan atLeast, CancellationToken cancellationToken)
    {
        var outbox = processes[0].GetRequiredService<AppTables>().Get("Outbox");
        var end = _site.Clock.GetUtcNow() + atLeast;

        for (var minutes = 0; minutes < 600; minutes++)
        {
            foreach (var process in processes)
            {
                await ActivatorUtilities.CreateInstance<SiteDelivery>(process).SweepAsync(cancellationToken);
            }

            await Task.WhenAll(processes.Select(p => TakeWakesAsync(p, cancellationToken)));

            if (_site.Clock.GetUtcNow() >= end && Wakes.IsEmpty && !await outbox.QueryAsync("", ["RowKey"], cancellationToken).AnyAsync(cancellationToken))
            {
                await SettleAsync();
                return;
            }

            _site.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Fail("The outbox never ran dry.");
    }

    public async Task TakeWakesAsync(IServiceProvider process, CancellationToken cancellationToken)
    {
        while (Wakes.TryDequeue(out var wake))
        {
            await process.GetRequiredService<SiteDelivery>().DeliverAsync(wake.ClientKey, wake.Turn, cancellationToken);
        }
    }

    private async Task SettleAsync()
    {
        while (_site.Site.State.PendingCount > 0)
        {
            _site.Clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }
    }

    Task ILooks.RequestAsync(EntityRef entity, TimeSpan delay, CancellationToken cancellationToken)
    {
        Looks.Enqueue(entity);
        return Task.CompletedTask;
    }

    // A wake-up that is to come later is left to the sweep: what is lost on the way must not matter.
    Task IMessageQueue.SendAsync(string queue, MessageHeader header, ReadOnlyMemory<byte> body, TimeSpan? delay, CancellationToken cancellationToken)
    {
        if (delay is null)
        {
            Wakes.Enqueue((header.ClientKey!, Enum.GetValues<DeliveryTurn>().Single(turn => string.Equals(DeliveryQueue.NameOf(turn), queue, StringComparison.Ordinal))));
        }

        return Task.CompletedTask;
    }

    Task<OpenedMessage?> IMessageQueue.OpenAsync(string queue, ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => throw new InvalidOperationException("Not asked for here.");

    Task IMessageQueue.CompleteAsync(MessageHeader header, CancellationToken cancellationToken) => Task.CompletedTask;

    Task<Installation?> IInstallations.RecallAsync(string clientKey, CancellationToken cancellationToken) => ((IInstallations)this).FindAsync(clientKey, fresh: false, cancellationToken);

    Task<Installation?> IInstallations.FindAsync(string clientKey, bool fresh, CancellationToken cancellationToken) => Task.FromResult<Installation?>(new Installation
    {
        ClientKey = clientKey,
        BaseUrl = _site.Site.BaseUrl,
        CloudId = _site.Site.CloudId.ToString(),
        State = InstallationState.Installed,
        Epoch = 1,
        GitLabHost = Link.Host,
        SharedSecret = _site.App.Secret,
    });

    Task<(LinkLookup Lookup, Link? Link)> ILinks.FindAsync(Guid linkId, bool fresh, CancellationToken cancellationToken) =>
        Task.FromResult(linkId == Link.Id ? (LinkLookup.Known, (Link?)Link) : (LinkLookup.Unknown, null));

    Task<Link?> ILinks.GetAsync(string clientKey, Guid linkId, CancellationToken cancellationToken) => Task.FromResult<Link?>(Link);

    IAsyncEnumerable<Link> ILinks.ListAsync(string clientKey, CancellationToken cancellationToken) => new[] { Link }.ToAsyncEnumerable();

    Task<Link?> ILinks.UpdateAsync(string clientKey, Guid linkId, Func<Link, Link?> change, CancellationToken cancellationToken) => throw new InvalidOperationException("Delivery writes no links.");

    Task<IReadOnlyList<HookSecret>> ILinks.HookSecretsAsync(Link link, CancellationToken cancellationToken) => throw new InvalidOperationException("Delivery needs no hook secrets.");

    IAsyncEnumerable<LinkedProject> IProjects.ListAsync(Guid linkId, CancellationToken cancellationToken) => Projects.ToAsyncEnumerable();

    Task<LinkedProject?> IProjects.FindAsync(Guid linkId, long projectId, CancellationToken cancellationToken) => throw new InvalidOperationException("Not asked for here.");

    Task IProjects.SaveAsync(LinkedProject project, CancellationToken cancellationToken) => throw new InvalidOperationException("Delivery writes no projects.");

    Task IProjects.RemoveAsync(Guid linkId, long projectId, CancellationToken cancellationToken) => throw new InvalidOperationException("Delivery writes no projects.");

    Task IProjects.DropAsync(Guid linkId, CancellationToken cancellationToken) => throw new InvalidOperationException("Delivery writes no projects.");

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
