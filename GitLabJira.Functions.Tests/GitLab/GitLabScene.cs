using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Groups;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Tests.Budgets;
using GitLabJira.Functions.Tests.Storage;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.GitLab;

/// <summary>The GitLab side of the app over tables in memory, a scripted GitLab and a clock that a test moves.</summary>
internal sealed class GitLabScene
{
    public const string ClientKey = "site-1";
    public const string Ann = "account-ann";
    public const string Ben = "account-ben";
    public const string Api = "https://gitlab.test/api/v4/";
    public const string Token = "POST https://gitlab.test/oauth/token";
    public const string Revoke = "POST https://gitlab.test/oauth/revoke";

    public static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public GitLabScene()
    {
        Instances = new GitLabInstances(Tables.Tables, Sealer, Settings, Clock);
        Client = new GitLabClient(Http.Client(), KnownInstances.One, NoBudgets.Requests, Clock);
        Groups = new GitLabGroups(Client);
        OAuth = new GitLabOAuth(Http.Client(), KnownInstances.One, App, Clock);
        Index = new LinkIndex(Tables.Tables, Clock);
        Links = new LinkStore(Tables.Tables, Index, Sealer, Clock);
        Making = new LinkMaking(Tables.Tables, Links, Index, Clock);
        Repairs = new RepairStore(Tables.Tables);
        Secrets = new HookSecretRotation(Links, Options.Create(new ReconcileOptions()), Clock, Log<HookSecretRotation>());
        Activity = new LinkActivity(Repairs, Options.Create(new ReconcileOptions()), Clock);
        Removal = new LinkRemoval(Tables.Tables, Links, Index, Repairs);
        (Store, Tokens, Grants, Access) = NewProcess();
        SignIns = new SignInStore(Tables.Tables, Sealer, Clock);
        Hooks = new LinkHooks(
            Access,
            Client,
            new GitLabHookWriter(Http.Client(), KnownInstances.One, Clock),
            Links,
            Projects.Object,
            App,
            Settings,
            Log<LinkHooks>());
    }

    public StubHttp Http { get; } = new();
    public StubTables Tables { get; } = new();
    public FakeTimeProvider Clock { get; } = new(Start);
    public MarkingSealer Sealer { get; } = new();
    public FakeLogCollector Logs { get; } = new();
    public Mock<IProjects> Projects { get; } = new(MockBehavior.Strict);
    public IOptions<AppOptions> App { get; } = Options.Create(new AppOptions { BaseUrl = new Uri("https://app.test") });

    public IOptions<GitLabOptions> Settings { get; } = Options.Create(new GitLabOptions { Host = KnownInstances.Host, ApplicationId = "application" });

    /// <summary>The real ones, over the tables.</summary>
    public GitLabInstances Instances { get; }
    public GitLabClient Client { get; }
    public GitLabGroups Groups { get; }
    public GitLabOAuth OAuth { get; }
    public LinkIndex Index { get; }
    public LinkStore Links { get; }
    public LinkMaking Making { get; }
    public LinkRemoval Removal { get; }
    public RepairStore Repairs { get; }
    public LinkActivity Activity { get; }
    public LinkHooks Hooks { get; }
    public HookSecretRotation Secrets { get; }
    public GrantStore Store { get; }
    public GrantTokens Tokens { get; }
    public AccountGrants Grants { get; }
    public GrantAccess Access { get; }
    public SignInStore SignIns { get; }

    /// <summary>Another process over the same storage: nothing cached.</summary>
    public (GrantStore Store, GrantTokens Tokens, AccountGrants Grants, GrantAccess Access) NewProcess()
    {
        var store = new GrantStore(Tables.Tables, Sealer, Clock);
        var tokens = new GrantTokens(store, OAuth, KnownInstances.One, Clock, Log<GrantTokens>());

        return (
            store,
            tokens,
            new AccountGrants(store, tokens, OAuth, KnownInstances.One, Links, Clock, Log<AccountGrants>()),
            new GrantAccess(store, tokens, Groups, Links, Clock, Log<GrantAccess>()));
    }

    public FakeLogger<T> Log<T>() => new(Logs);

    /// <summary>A grant that was made just now.</summary>
    public async Task<Grant> SignInAsync(string accountId, long userId, string token, CancellationToken cancellationToken) => await Grants.SignInAsync(
        Grants.New(ClientKey, epoch: 1, KnownInstances.Host, accountId, new GitLabUser(userId, $"user{userId}", null), new TokenPair(token, $"refresh-{token}", TimeSpan.FromHours(2))),
        cancellationToken);

    /// <summary>An active link of group 5.</summary>
    public async Task<Link> LinkAsync(CancellationToken cancellationToken, string path = "acme", long groupId = 5, HookKind kind = HookKind.Group)
    {
        var added = (await Making.AddAsync(NewLink(path, groupId), cancellationToken)).Link!;
        return (await Making.ActivateAsync(added, link => link with { HookKind = kind, HookedAt = Clock.GetUtcNow() }, cancellationToken)).Link!;
    }

    public Link NewLink(string path = "acme", long groupId = 5) => new()
    {
        Id = Guid.NewGuid(),
        ClientKey = ClientKey,
        InstallationEpoch = 1,
        Host = KnownInstances.Host,
        GroupId = groupId,
        GroupPath = path,
        Epoch = 1,
        State = LinkState.Linking,
        LinkedByAccountId = Ann,
        CreatedAt = Clock.GetUtcNow(),
        StateChangedAt = Clock.GetUtcNow(),
    };

    public static string Pair(string access) => $$"""{"access_token":"{{access}}","token_type":"Bearer","expires_in":7200,"refresh_token":"refresh-{{access}}","created_at":1}""";

    public const string InvalidGrant = """{"error":"invalid_grant","error_description":"The provided authorization grant is invalid."}""";
}
