using System.Collections.Immutable;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Seeding;

/// <summary>The companies, people and projects of the Sandbox.</summary>
internal sealed class DemonstrationSeed
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    /// <summary>Group path, issue project of its team, and the projects.</summary>
    private static readonly (string Group, string Key, string[] Projects)[] Acme =
    [
        ("acme", "SHOP", ["Handbook", "Design System"]),
        ("acme/shop", "SHOP", ["Catalog", "Checkout", "Search", "Recommendations", "Pricing", "Promotions"]),
        ("acme/shop/web", "SHOP", ["Storefront", "Legacy Storefront", "Content Pages", "Image Service", "Web Components", "Accessibility Audit"]),
        ("acme/shop/mobile", "SHOP", ["iOS App", "Android App", "Push Notifications", "Mobile Gateway"]),
        ("acme/platform", "PAY", ["API Gateway", "Event Bus", "Service Template", "Config Server"]),
        ("acme/platform/payments", "PAY", ["Ledger", "Card Processing", "Invoices", "Refunds", "Settlement", "Fraud Rules"]),
        ("acme/platform/identity", "PAY", ["Login", "Accounts", "Consent", "Directory Sync"]),
        ("acme/platform/data", "PAY", ["Warehouse", "Event Collector", "Reporting"]),
        ("acme/operations", "OPS", ["Runbooks", "On-call Bot", "Cost Reports"]),
        ("acme/operations/infrastructure", "OPS", ["Clusters", "Network", "Secrets", "Base Images"]),
        ("acme/operations/observability", "OPS", ["Metrics", "Logs", "Alerts"]),
    ];

    private readonly Change _change;
    private readonly Random _dice;
    private readonly Dictionary<string, GitLabUser> _users = new(StringComparer.Ordinal);

    public DemonstrationSeed(Change change, int number)
    {
        _change = change;
        _dice = new Random(number);
        AddPeople();
    }

    private IReadOnlyList<GitLabUser> Team => [_users["dana"], _users["derek"], _users["marcus"], _users["olivia"], _users["priya"]];

    public void Fill()
    {
        foreach (var (path, key, projects) in Acme)
        {
            var group = AddGroup(path, GitLabPlan.Premium);

            foreach (var name in projects)
            {
                AddProject(group, name, key, SizeOf(name), archived: name is "Legacy Storefront");
            }
        }

        AddAcmeMembers();
        AddNeighbours();
        AddDeliveries(_change.State.Project("acme/shop/checkout"));
        AddDeliveries(_change.State.Project("acme/platform/payments/ledger"));
    }

    public void FillSmall()
    {
        AddProject(AddGroup("acme", GitLabPlan.Premium), "Handbook", "SHOP", new SeedSize(2, 3, Year));
        AddProject(AddGroup("acme/shop", GitLabPlan.Premium), "Checkout", "SHOP", new SeedSize(8, 6, Year));
        AddAcmeMembers();
        var free = AddGroup("freelancers", GitLabPlan.Free);
        AddProject(free, "Portfolio", "SHOP", new SeedSize(3, 3, Year));
        SetMember(free, "frieda", AccessLevel.Owner);
    }

    public void FillMany(int count)
    {
        var root = AddGroup("scale", GitLabPlan.Premium);
        SetMember(root, "olivia", AccessLevel.Owner);
        SetMember(root, "dana", AccessLevel.Developer);
        var parts = Enumerable.Range(1, 10).Select(number => AddGroup($"scale/team-{number}", GitLabPlan.Premium)).ToArray();

        for (var number = 0; number < count; number++)
        {
            AddProject(parts[number % parts.Length], $"Service {number + 1}", "SHOP", new SeedSize(2, 3, Year));
        }
    }

    private void AddPeople()
    {
        AddUser("root", "Administrator", isAdmin: true);
        AddUser("olivia", "Olivia Brandt", publicEmail: "olivia@acme.example");
        AddUser("marcus", "Marcus Lindqvist");
        AddUser("dana", "Dana Okafor");
        AddUser("derek", "Derek Sung");
        AddUser("priya", "Priya Raman");
        AddUser("rosa", "Rosa Meunier");
        AddUser("gita", "Gita Halvorsen");
        AddUser("otto", "Otto Fremd");
        AddUser("frieda", "Frieda Kahl");
    }

    private void AddUser(string username, string name, string? publicEmail = null, bool isAdmin = false)
    {
        var user = new GitLabUser(_change.Ids.NextUser(), username, name, $"{username}@acme.example", _change.Ids.NextNamespace(), _change.Now - (Year * 2), publicEmail, isAdmin);
        _users[username] = user;
        _change.Set(user);
    }

    private void AddAcmeMembers()
    {
        var acme = _change.State.Group("acme");
        SetMember(acme, "olivia", AccessLevel.Owner);
        SetMember(acme, "marcus", AccessLevel.Maintainer);
        SetMember(acme, "dana", AccessLevel.Developer);
        SetMember(acme, "derek", AccessLevel.Developer);
        SetMember(acme, "rosa", AccessLevel.Reporter);
        SetMember(acme, "gita", AccessLevel.Guest);

        // Owns a part of the company only.
        SetMember(_change.State.Group("acme/shop"), "priya", AccessLevel.Owner);
    }

    private void AddNeighbours()
    {
        var northwind = AddGroup("northwind", GitLabPlan.Ultimate);
        SetMember(northwind, "otto", AccessLevel.Owner);
        AddProject(northwind, "Trading Platform", "SHOP", new SeedSize(10, 8, Year));
        var shared = AddProject(northwind, "Shared Components", "SHOP", new SeedSize(12, 8, Year));
        _change.Load(shared with { SharedWith = [new ProjectShare(_change.State.Group("acme/shop").Id, AccessLevel.Developer)] });
        var free = AddGroup("freelancers", GitLabPlan.Free);
        SetMember(free, "frieda", AccessLevel.Owner);
        SetMember(free, "olivia", AccessLevel.Maintainer);
        AddProject(free, "Portfolio", "SHOP", new SeedSize(6, 5, Year));
        AddProject(AddGroup("freelancers/clients", GitLabPlan.Free), "Bakery Website", "SHOP", new SeedSize(5, 4, Year));
        var open = AddGroup("open-tools", GitLabPlan.Free, Visibility.Public);
        SetMember(open, "otto", AccessLevel.Owner);
        AddProject(open, "Log Viewer", "OPS", new SeedSize(4, 4, Year));
    }

    private GitLabGroup AddGroup(string fullPath, GitLabPlan plan, Visibility visibility = Visibility.Private)
    {
        var cut = fullPath.LastIndexOf('/');
        var path = fullPath[(cut + 1)..];
        var name = string.Join(' ', path.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        var parent = cut < 0 ? null : _change.State.Group(fullPath[..cut]);
        var group = new GitLabGroup(
            _change.Ids.NextNamespace(), parent?.Id, name, path, fullPath, parent is null ? name : $"{parent.FullName} / {name}", _change.Now - Year,
            parent is null ? plan : GitLabPlan.Free, visibility);
        _change.Set(group);
        return group;
    }

    private void SetMember(GitLabGroup group, string username, AccessLevel level)
    {
        var fresh = _change.Group(group.Id);
        var user = _users[username];
        _change.Set(fresh with { Members = fresh.Members.SetItem(user.Id, new Member(user.Id, level, fresh.CreatedAt)) });
    }

    private GitLabProject AddProject(GitLabGroup group, string name, string issueProject, SeedSize size, bool archived = false)
    {
        var path = Slug.Of(name);
        var empty = new GitLabProject(
            _change.Ids.NextProject(), group.Id, name, path, $"{group.FullPath}/{path}", $"{group.FullName} / {name}", _users["olivia"].Id, _change.Now - Year,
            $"{name} of {group.FullName}", group.Visibility)
        {
            IsArchived = archived,
        };
        var project = ProjectSeeder.Fill(_change, empty, _dice, new SeedWords(_dice, issueProject), Team, size);
        _change.Load(project);
        return project;
    }

    private SeedSize SizeOf(string name) => name is "Ledger" ? new SeedSize(900, 900, Year) : new SeedSize(_dice.Next(6, 20), _dice.Next(5, 14), Year);

    /// <summary>Pipelines, deployments and a flag, so that there is something of each kind to look at.</summary>
    private void AddDeliveries(GitLabProject project)
    {
        var heads = CommitGraph.Log(project.Commits, project.Branches[project.DefaultBranch].Sha, firstParentOnly: true).Take(6).Reverse().ToArray();
        var olivia = _users["olivia"].Id;
        var staging = new DeployEnvironment(_change.Ids.NextEnvironment(), "staging", "staging", "staging", project.CreatedAt, $"https://staging.{project.Path}.example");
        var production = new DeployEnvironment(_change.Ids.NextEnvironment(), "production", "production", "production", project.CreatedAt, $"https://{project.Path}.example");
        var pipelines = ImmutableSortedDictionary.CreateBuilder<long, Pipeline>();
        var deployments = ImmutableSortedDictionary.CreateBuilder<long, Deployment>();

        foreach (var (place, head) in heads.Index())
        {
            var at = head.CommittedAt.ToUniversalTime();
            var deploy = new Job(_change.Ids.NextJob(), "deploy", "deploy to staging", CiStatus.Success, at, at.AddMinutes(4), at.AddMinutes(5), "staging");
            var pipeline = new Pipeline(
                _change.Ids.NextPipeline(), place + 1, project.DefaultBranch, head.Sha, head.ParentIds is [var parent, ..] ? parent : Pushing.ZeroSha, "push", olivia,
                place == 2 ? CiStatus.Failed : CiStatus.Success, at, at.AddMinutes(5))
            {
                StartedAt = at.AddSeconds(3),
                FinishedAt = at.AddMinutes(5),
                Jobs = [new Job(_change.Ids.NextJob(), "test", "unit tests", place == 2 ? CiStatus.Failed : CiStatus.Success, at, at.AddSeconds(3), at.AddMinutes(4)), deploy],
            };
            pipelines.Add(pipeline.Id, pipeline);
            var where = place == heads.Length - 1 ? production : staging;
            var deployment = new Deployment(_change.Ids.NextDeployment(), place + 1, where.Id, project.DefaultBranch, head.Sha, olivia, DeploymentStatus.Success, at.AddMinutes(4), at.AddMinutes(5), pipeline.Id, deploy.Id, at.AddMinutes(5));
            deployments.Add(deployment.Id, deployment);
        }

        var flag = new FeatureFlag(_change.Ids.NextFlag(), 1, "new_checkout", "SHOP-7: the new checkout", true, project.CreatedAt, project.CreatedAt)
        {
            Strategies =
            [
                new FlagStrategy(
                    _change.Ids.NextStrategy(),
                    "flexibleRollout",
                    ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("rollout", "25"), KeyValuePair.Create("groupId", "default"), KeyValuePair.Create("stickiness", "default")]),
                    [new FlagScope(_change.Ids.NextStrategy(), "production")]),
            ],
        };
        _change.Load(project with
        {
            Environments = project.Environments.Add(staging.Id, staging).Add(production.Id, production),
            Pipelines = pipelines.ToImmutable(),
            Deployments = deployments.ToImmutable(),
            FeatureFlags = project.FeatureFlags.Add(flag.Name, flag),
        });
    }
}
