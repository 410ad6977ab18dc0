using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.GitLab.State;
using GitLabJira.Sandbox.Jira.Store;
using GitLabJira.Sandbox.Jira.Traffic;
using GitLabJira.Sandbox.World;

namespace GitLabJira.WholeApp.Tests.Backfill;

/// <summary>A group whose projects have a past of all kinds is linked and then synchronised once more, in all the ways there are. The story is told once; each test looks at a part of it.</summary>
[TestClass]
public sealed class ChosenSyncTests
{
    private static readonly string[] AllKinds = ["merge_requests", "branches", "commits", "pipelines", "deployments", "feature_flags"];
    private static readonly string[] EntityPaths = ["/rest/devinfo/*", "/rest/builds/*", "/rest/deployments/*", "/rest/featureflags/*"];

    private static readonly Dictionary<string, JsonNode?> Runs = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, IReadOnlyList<StoredEntity>> AtJira = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, int> BulkRequests = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, IReadOnlyList<string>> Differences = new(StringComparer.Ordinal);
    private static IReadOnlyList<string> _old = [];
    private static PageAnswer _second = null!;
    private static IReadOnlyList<string> _askedOfOthers = [];
    private static IReadOnlyList<string> _violations = [];
    private static IReadOnlyList<string> _automation = [];
    private static int _mostStarts;

    [ClassInitialize]
    public static async Task TellAsync(TestContext test)
    {
        var cancellationToken = test.CancellationToken;
        await using var world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 0, Seed = Seed.Small() }, cancellationToken);
        var acme = world.GitLab.State.Group("acme");
        var shop = world.GitLab.State.Group("acme/shop");
        var (checkout, returns) = (world.GitLab.CreateProject("olivia", shop.Id, "Counter").Id, world.GitLab.CreateProject("olivia", shop.Id, "Returns").Id);

        foreach (var project in (long[])[checkout, returns])
        {
            LiveLongAgo(world, project);
        }

        _old = [.. ((long[])[checkout, returns]).SelectMany(project => IdsOf(world, project))];
        await world.AdvanceAsync(TimeSpan.FromDays(3), cancellationToken);
        var since = world.Clock.GetUtcNow();

        foreach (var project in (long[])[checkout, returns])
        {
            LiveLately(world, project);
        }

        await world.AdvanceAsync(TimeSpan.FromMinutes(30), cancellationToken);
        await world.StartProcessAsync(cancellationToken);
        using var admin = await JiraAdmin.ReadyAsync(world, "olivia", cancellationToken);
        var link = await admin.LinkedAsync(acme.Id, cancellationToken);
        await EndedAsync("default", world, admin, link, cancellationToken);

        await admin.StartSyncAsync(link, new { kinds = AllKinds, window = 1, dryRun = true }, cancellationToken);
        _second = await admin.StartSyncAsync(link, new { }, cancellationToken);
        await EndedAsync("dry", world, admin, link, cancellationToken);

        // What the sync reads waits while GitLab goes on.
        var down = EntityPaths.Select(path => world.Jira.Faults.Add(new Fault(FaultKind.Status, path) { StatusCode = 503, RetryAfter = TimeSpan.FromMinutes(2) })).ToList();
        await admin.StartSyncAsync(link, new { kinds = AllKinds, window = 1 }, cancellationToken);
        await EndedAsync("all", world, admin, link, cancellationToken);
        ChangeMeanwhile(world, checkout);
        down.ForEach(fault => fault.Dispose());
        await world.AdvanceAsync(TimeSpan.FromMinutes(6), cancellationToken);
        Compare("all", world, since);
        Keep("all", world);
        _automation = [.. world.Jira.Automation.Select(fired => fired.Trigger.ToString())];

        var asked = world.GitLab.RequestLog.Entries.Count;
        await admin.StartSyncAsync(link, new { kinds = AllKinds, window = 1, project = "acme/shop/returns" }, cancellationToken);
        await EndedAsync("one", world, admin, link, cancellationToken);
        _askedOfOthers = [.. world.GitLab.RequestLog.Entries.Skip(asked).Select(request => request.Path).Where(path => path.Contains("/projects/", StringComparison.Ordinal) && !path.Contains($"/projects/{returns}", StringComparison.Ordinal) && !path.Contains("returns", StringComparison.Ordinal))];

        Assert.AreEqual(HttpStatusCode.OK, (await admin.ChangeSettingsAsync(link, new { excludedProjects = new[] { returns } }, cancellationToken)).Status);
        await world.AdvanceAsync(TimeSpan.FromMinutes(2), cancellationToken);
        AtJira["excluded"] = Of(world, returns);
        world.GitLab.Push("olivia", returns, "SHOP-5-late", "SHOP-5 A late event");
        world.GitLab.UpdateFeatureFlag("olivia", returns, "dark-mode", isActive: false);
        await admin.StartSyncAsync(link, new { kinds = AllKinds }, cancellationToken);
        await EndedAsync("without", world, admin, link, cancellationToken);
        AtJira["excluded, later"] = Of(world, returns);

        _violations = [.. world.Jira.Violations.Select(violation => violation.ToString())];
        _mostStarts = ProjectStarts.MostInAMinute(world.GitLab.RequestLog);
    }

    [TestMethod]
    public void The_first_sync_brings_merge_requests_and_branches_alone()
    {
        var kinds = AtJira["default"].Select(entity => entity.Key.Kind).Distinct().Order();

        Assert.AreEqual("completed", (string?)Runs["default"]!["state"]);
        Assert.AreEqual("""["merge_requests","branches"]""", Runs["default"]!["kinds"]!.ToJsonString());
        CollectionAssert.AreEqual(new[] { EntityKind.Branch, EntityKind.PullRequest }, kinds.Where(kind => kind is not (EntityKind.Repository or EntityKind.Commit)).ToArray());
    }

    [TestMethod]
    public void A_dry_run_sends_nothing_and_counts_what_the_run_after_it_sends()
    {
        Assert.AreEqual(BulkRequests["default"], BulkRequests["dry"]);
        Assert.AreEqual("completed", (string?)Runs["dry"]!["state"]);
        Assert.IsTrue((bool)Runs["dry"]!["dryRun"]!);
        Assert.AreEqual(Runs["all"]!["counts"]!.ToJsonString(), Runs["dry"]!["counts"]!.ToJsonString());
        Assert.AreEqual("""{"found":4,"keyed":4,"sent":4,"refused":0}""", Runs["dry"]!["counts"]!["deployments"]!.ToJsonString());
        Assert.AreEqual("""{"found":4,"keyed":2,"sent":2,"refused":0}""", Runs["dry"]!["counts"]!["feature_flags"]!.ToJsonString());
    }

    [TestMethod]
    public void A_sync_of_all_kinds_brings_what_GitLab_holds_in_the_window_and_nothing_that_changed_since_comes_back()
    {
        Assert.AreEqual("completed", (string?)Runs["all"]!["state"]);
        Assert.IsEmpty(Differences["all"], string.Join('\n', Differences["all"].Take(10)));
        var kinds = AtJira["all"].Select(entity => entity.Key.Kind).ToHashSet();
        Assert.IsTrue(kinds.IsSupersetOf([EntityKind.Commit, EntityKind.Build, EntityKind.Deployment, EntityKind.FeatureFlag]), string.Join(", ", kinds));
    }

    [TestMethod]
    public void What_is_older_than_the_window_stays_away()
    {
        Assert.HasCount(6, _old);
        Assert.IsEmpty(AtJira["all"].Select(entity => entity.Key.Id).Intersect(_old));
    }

    [TestMethod]
    public void Nothing_old_fires_automation()
    {
        // The one that was closed while the sync ran.
        Assert.AreEqual("PullRequestDeclined", string.Join(", ", _automation));
    }

    [TestMethod]
    public void A_second_sync_is_told_of_the_first()
    {
        Assert.AreEqual((HttpStatusCode.Conflict, "sync_running"), (_second.Status, _second.Reason));
        Assert.AreEqual((string?)Runs["dry"]!["id"], (string?)_second.Body!["runId"]);
    }

    [TestMethod]
    public void A_sync_of_one_project_asks_GitLab_for_no_other()
    {
        Assert.AreEqual(("completed", 1), ((string?)Runs["one"]!["state"], (int)Runs["one"]!["total"]!));
        Assert.IsEmpty(_askedOfOthers, string.Join('\n', _askedOfOthers.Take(5)));
    }

    [TestMethod]
    public void An_excluded_project_goes_from_Jira_and_stays_away()
    {
        Assert.IsEmpty(AtJira["excluded"].Select(entity => entity.Key.ToString()));
        Assert.IsEmpty(AtJira["excluded, later"].Select(entity => entity.Key.ToString()));
        Assert.AreEqual((int)Runs["all"]!["total"]! - 1, (int)Runs["without"]!["total"]!);
    }

    [TestMethod]
    public void Jira_has_nothing_to_object_to_and_no_minute_sees_more_than_twenty_starts()
    {
        Assert.IsEmpty(_violations, string.Join('\n', _violations.Take(5)));
        Assert.IsLessThanOrEqualTo(ProjectStarts.PerMinute, _mostStarts);
    }

    private static void LiveLongAgo(SandboxWorld world, long project)
    {
        var pipeline = Pass(world, project, world.GitLab.Push("olivia", project, "main", "SHOP-1 Long ago").Name);
        world.GitLab.CreateEnvironment(project, "production", "production");
        world.GitLab.CreateDeployment("olivia", project, "production", "main", pipelineId: pipeline, status: DeploymentStatus.Success);
    }

    private static void LiveLately(SandboxWorld world, long project)
    {
        world.GitLab.Push("olivia", project, "main", new NewCommit("SHOP-2 Basket"), new NewCommit("Tidy up"));
        world.GitLab.Push("olivia", project, "SHOP-3-search", new NewCommit("SHOP-3 Search"), new NewCommit("SHOP-4 And more"));
        world.GitLab.OpenMergeRequest("olivia", project, new NewMergeRequest("SHOP-3-search", "Search"));
        var pipeline = Pass(world, project, "main");
        Pass(world, project, "SHOP-3-search");
        world.GitLab.CreateDeployment("olivia", project, "production", "main", pipelineId: pipeline, status: DeploymentStatus.Success);
        world.GitLab.CreateDeployment("olivia", project, "production", "SHOP-3-search");
        world.GitLab.CreateFeatureFlag("olivia", project, "dark-mode", "For SHOP-6");
        world.GitLab.CreateFeatureFlag("olivia", project, "plain", "For nobody");
    }

    /// <summary>Of each kind something that must not come as it was read.</summary>
    private static void ChangeMeanwhile(SandboxWorld world, long project)
    {
        world.GitLab.UpdateFeatureFlag("olivia", project, "dark-mode", isActive: false, description: "For nobody any more");
        world.GitLab.CloseMergeRequest("olivia", project, 1);
        world.GitLab.DeleteBranch("olivia", project, "SHOP-3-search");
        var state = world.GitLab.State.Projects[project];
        world.GitLab.SetPipelineStatus(project, state.Pipelines.Values.Last().Id, CiStatus.Failed);
        world.GitLab.SetDeploymentStatus(project, state.Deployments.Values.Last().Id, DeploymentStatus.Failed);
    }

    private static long Pass(SandboxWorld world, long project, string branch)
    {
        var pipeline = world.GitLab.CreatePipeline("olivia", project, branch);
        return world.GitLab.SetPipelineStatus(project, pipeline.Id, CiStatus.Success).Id;
    }

    /// <summary>Jira's ids of the commit, the build and the deployment of long ago.</summary>
    private static IEnumerable<string> IdsOf(SandboxWorld world, long project)
    {
        var state = world.GitLab.State.Projects[project];
        var (pipeline, deployment) = (state.Pipelines.Values.Single(), state.Deployments.Values.Single());
        var reference = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("main"u8));

        return
        [
            state.Head("main")!.Sha,
            EntityKey.Build(string.Create(CultureInfo.InvariantCulture, $"{project}-{reference}"), pipeline.Iid).Id,
            EntityKey.Deployment(pipeline.Id.ToString(CultureInfo.InvariantCulture), deployment.EnvironmentId.ToString(CultureInfo.InvariantCulture), deployment.Iid).Id,
        ];
    }

    private static async Task EndedAsync(string name, SandboxWorld world, JiraAdmin admin, string link, CancellationToken cancellationToken)
    {
        JsonNode? run = null;

        for (var passed = 0; passed < 20 && run?["endedAt"] is null; passed++)
        {
            await world.AdvanceAsync(TimeSpan.FromSeconds(30), cancellationToken);
            run = (await admin.RunsAsync(link, cancellationToken))[0];
        }

        await world.AdvanceAsync(TimeSpan.FromSeconds(30), cancellationToken);
        Runs[name] = run;
        Keep(name, world);
    }

    private static void Keep(string name, SandboxWorld world)
    {
        AtJira[name] = world.Jira.State.All();
        BulkRequests[name] = world.Jira.RequestLog.Count(request => request.Post is not null || request.Method == "DELETE");
    }

    private static void Compare(string name, SandboxWorld world, DateTimeOffset since)
    {
        var truth = new Truth(world.Jira);
        var projects = world.GitLab.State.ProjectsOf(world.GitLab.State.Group("acme"), includeSubgroups: true).ToList();
        Differences[name] = [.. projects.SelectMany(project => truth.Differences(project, since).Concat(truth.CiDifferences(project, since)))];
    }

    private static List<StoredEntity> Of(SandboxWorld world, long project)
    {
        var id = project.ToString(CultureInfo.InvariantCulture);
        return [.. world.Jira.State.All().Where(entity => entity.Key.RepositoryId == id || entity.Key == EntityKey.Repository(id) || (entity.Properties.TryGetValue("projectId", out var of) && of == id))];
    }
}
