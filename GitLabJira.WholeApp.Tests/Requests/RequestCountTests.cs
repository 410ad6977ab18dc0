using System.Globalization;
using GitLabJira.Sandbox.GitLab;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;
using GitLabJira.Sandbox.KeyVault;
using GitLabJira.Sandbox.Storage;
using GitLabJira.Sandbox.World;

namespace GitLabJira.WholeApp.Tests.Requests;

/// <summary>What each kind of event costs at GitLab, in the storage, at Jira and in the vault, counted in one world and compared with <c>docs/requests.md</c>: document and truth cannot part.</summary>
[TestClass]
[DoNotParallelize]
public sealed class RequestCountTests
{
    /// <summary>Until the last look that an event may ask for is so long ago that it does not count as crowding the next event's.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(190);

    /// <summary>As on most days nothing of the last days stands in last week's table.</summary>
    private static readonly DateTimeOffset Friday = new(2026, 3, 6, 9, 0, 0, TimeSpan.Zero);

    /// <summary>What only prepares the next event.</summary>
    private const string NotCounted = "";

    /// <summary>Two events at the same moment, as a merge sends, may both read their project before one of them has it in the cache.</summary>
    private static readonly Dictionary<string, string> OneAtATime = new(StringComparer.Ordinal)
    {
        ["AzureFunctionsJobHost__extensions__queues__batchSize"] = "1",
        ["AzureFunctionsJobHost__extensions__queues__newBatchThreshold"] = "0",
        // Reconcile has a price of its own.
        ["Reconcile__Shortest"] = "1.00:00:00",
        ["Reconcile__Longest"] = "1.00:00:00",
        // What looks every minute has a price of its own, whether anything happens or not.
        ["AzureWebJobs.SweepDueLinks.Disabled"] = "true",
        ["AzureWebJobs.SweepDirtySites.Disabled"] = "true",
        ["AzureWebJobs.FinishLinks.Disabled"] = "true",
        ["AzureWebJobs.FinishUninstalls.Disabled"] = "true",
        ["AzureWebJobs.DropOldBudgets.Disabled"] = "true",
        ["AzureWebJobs.FindForgottenLinks.Disabled"] = "true",
    };

    private static readonly Dictionary<string, string> Told = RequestTable.Read(columns: 3).ToDictionary(cells => cells[0], cells => $"{cells[1]} | {cells[2]}", StringComparer.Ordinal);
    private static readonly Dictionary<string, string> ToldElsewhere = RequestTable.Read(columns: 6).ToDictionary(cells => cells[0], cells => string.Join(" | ", cells[1..]), StringComparer.Ordinal);
    private static readonly Dictionary<string, string> Counted = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, string> CountedElsewhere = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, string> Transactions = new(StringComparer.Ordinal);
    private static readonly StorageLog Storage = new();
    private static int _vaultCalls;
    private static readonly List<string> States = [];
    private static IReadOnlyList<string> _differences = [];
    private static IReadOnlyList<string> _afterMove = [];
    private static (int Before, int After) _hooksAtMove;
    private static (bool Before, bool After) _lateIssue;

    public static IEnumerable<object[]> Events => Told.Keys.Select(name => new object[] { name });

    [ClassInitialize]
    public static async Task CountAll(TestContext test)
    {
        await using var vault = await KeyVaultSite.StartAsync(
            () =>
            {
                Interlocked.Increment(ref _vaultCalls);
                return false;
            },
            test.CancellationToken);
        var settings = new Dictionary<string, string>(OneAtATime, StringComparer.Ordinal) { ["Faulty__Vault"] = vault.Address.AbsoluteUri, ["Sealing__KeyVaultKeyId"] = KeyVaultSite.KeyId.AbsoluteUri };
        await using var world = await SandboxWorld.StartAsync(new WorldOptions { Start = Friday, Processes = 1, App = "GitLabJira.FaultyApp", Settings = settings, Storage = Storage.Note }, test.CancellationToken);
        var group = world.GitLab.State.Group("acme");
        using var admin = await JiraAdmin.ReadyAsync(world, "olivia", test.CancellationToken);
        await admin.LinkedAsync(group.Id, test.CancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(3), test.CancellationToken);
        var since = world.Clock.GetUtcNow();
        var project = world.GitLab.State.Project("acme/shop/checkout").Id;

        foreach (var (name, act) in Acts(world.GitLab, project))
        {
            await MeasureAsync(world, name, act, test.CancellationToken);
        }

        var truth = new Truth(world.Jira);
        _differences = [.. truth.Differences(world.GitLab.State.Projects[project], since), .. truth.CiDifferences(world.GitLab.State.Projects[project], since)];
        await MeasureAsync(world, "project destroyed", () => world.GitLab.DeleteProject("olivia", project), test.CancellationToken);

        foreach (var level in new[] { AccessLevel.Developer, AccessLevel.Owner })
        {
            await MeasureAsync(world, $"linking user becomes {level}", () => world.GitLab.SetGroupMember("root", group.Id, "olivia", level), test.CancellationToken);
            States.Add((string)(await admin.LinksAsync(test.CancellationToken)).Body!["links"]![0]!["state"]!);
        }

        await MoveAsync(world, admin, group.Id, test.CancellationToken);
        await NameLateIssueAsync(world, test.CancellationToken);
    }

    [TestMethod]
    [DynamicData(nameof(Events))]
    public void An_event_costs_the_requests_that_the_document_tells(string name) => Assert.AreEqual(Told[name], Counted.GetValueOrDefault(name, "not counted"));

    [TestMethod]
    [DynamicData(nameof(Events))]
    public void An_event_costs_the_transactions_and_calls_that_the_document_tells(string name)
    {
        var (told, counted) = (ToldElsewhere.GetValueOrDefault(name), CountedElsewhere[name]);
        Assert.IsNotNull(told, $"| {name} | {counted} |");
        var (tables, others) = (Numbers(counted)[1] - Numbers(told)[1], Numbers(counted)[2..]);

        // Rows that are kept for 30 seconds, and budgets that are leased by the piece, fall to one event or the next.
        Assert.IsLessThanOrEqualTo(3, Math.Abs(tables), $"| {name} | {counted} |\n{Transactions[name]}");
        CollectionAssert.AreEqual(Numbers(told)[2..], others, $"| {name} | {counted} |\n{Transactions[name]}");
    }

    [TestMethod]
    public void The_document_has_a_row_for_each_event_that_is_counted() =>
        Assert.AreEqual("", string.Join('\n', Counted.Where(counted => !Told.ContainsKey(counted.Key)).Select(counted => $"| {counted.Key} | {counted.Value} |")));

    [TestMethod]
    public void Few_requests_are_enough_for_Jira_to_hold_what_GitLab_holds() => Assert.IsEmpty(_differences, string.Join('\n', _differences));

    [TestMethod]
    public void A_link_needs_a_sign_in_while_its_user_is_no_Maintainer() => Assert.AreEqual("needs_sign_in, active", string.Join(", ", States));

    [TestMethod]
    public void A_project_that_moves_to_another_linked_group_is_read_there_and_loses_the_hook_of_its_old_one()
    {
        Assert.IsEmpty(_afterMove, string.Join('\n', _afterMove));
        Assert.AreEqual((1, 0), _hooksAtMove);
    }

    [TestMethod]
    public void A_branch_whose_issue_is_made_later_shows_there_without_another_event() => Assert.AreEqual((false, true), _lateIssue);

    private static int[] Numbers(string cells) => [.. cells.Split(" | ").Select(cell => int.Parse(cell, CultureInfo.InvariantCulture))];

    private static async Task NameLateIssueAsync(SandboxWorld world, CancellationToken cancellationToken)
    {
        var key = $"SHOP-{world.Jira.Issues.All.Count(issue => issue.Project.Key == "SHOP") + 1}";
        world.GitLab.Push("olivia", world.GitLab.State.Project("acme/portfolio").Id, $"{key}-later", "Think ahead");
        await world.AdvanceAsync(TimeSpan.FromMinutes(2), cancellationToken);
        world.Jira.Issues.Add("SHOP", "What was thought of before");
        _lateIssue.Before = IsShown();
        await world.AdvanceAsync(TimeSpan.FromMinutes(10), cancellationToken);
        _lateIssue.After = IsShown();

        bool IsShown() => world.Jira.State.OfIssue(key).Any();
    }

    /// <summary>Out of a Free group, whose projects have hooks of their own; no hook tells, so it shows when the project speaks.</summary>
    private static async Task MoveAsync(SandboxWorld world, JiraAdmin admin, long to, CancellationToken cancellationToken)
    {
        var from = world.GitLab.State.Group("freelancers").Id;
        var project = world.GitLab.State.Project("freelancers/portfolio").Id;
        world.GitLab.SetGroupMember("frieda", from, "olivia", AccessLevel.Owner);
        await admin.LinkedAsync(from, cancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(3), cancellationToken);

        _hooksAtMove.Before = Hooks();

        world.GitLab.MoveProject("olivia", project, to);
        world.GitLab.Push("olivia", project, "SHOP-6-moved", "SHOP-6 Move");
        await world.AdvanceAsync(TimeSpan.FromMinutes(6), cancellationToken);

        _afterMove = new Truth(world.Jira).Differences(world.GitLab.State.Projects[project], since: null);
        _hooksAtMove.After = Hooks();

        int Hooks() => world.GitLab.State.Hooks.Values.Count(hook => hook.ProjectId == project);
    }

    private static IEnumerable<(string Name, Action Act)> Acts(GitLabSite gitLab, long project)
    {
        var (pipeline, deployment) = (0L, 0L);
        MergeRequest? first = null, second = null;
        gitLab.CreateEnvironment(project, "production", "production");
        gitLab.CreateFeatureFlag("dana", project, "cards", "SHOP-3 Cards", isActive: false);

        // The first event of a week makes the week's table.
        gitLab.Push("dana", project, "main", "Begin");
        yield return (NotCounted, () => { });
        yield return ("push without a key", () => gitLab.Push("dana", project, "main", "Tidy up"));
        yield return ("push of a new branch", () => gitLab.Push("dana", project, "SHOP-1-cards", "SHOP-1 Sell cards"));
        yield return ("push of a commit to a branch", () => gitLab.Push("dana", project, "SHOP-1-cards", "SHOP-1 Sell more"));
        yield return ("push of 20 commits to a branch", () => gitLab.Push("dana", project, "SHOP-1-cards", [.. Enumerable.Range(1, 20).Select(number => new NewCommit($"SHOP-1 Card {number}"))]));
        yield return ("push that deletes a branch", () => gitLab.DeleteBranch("dana", project, "SHOP-1-cards"));

        gitLab.Push("dana", project, "SHOP-2-gifts", "SHOP-2 Wrap gifts");
        gitLab.Push("dana", project, "SHOP-4-bags", "SHOP-4 Sell bags");
        yield return (NotCounted, () => { });
        yield return ("merge request opened", () => first = gitLab.OpenMergeRequest("dana", project, new NewMergeRequest("SHOP-2-gifts", "SHOP-2 Gifts")));
        yield return ("merge request approved", () => gitLab.Approve("marcus", project, first!.Iid));
        yield return ("note on a merge request", () => gitLab.AddNote("marcus", project, first!.Iid, "Nice"));
        yield return ("pipeline created", () => pipeline = gitLab.CreatePipeline("dana", project, "SHOP-2-gifts").Id);
        yield return ("pipeline finished", () => gitLab.SetPipelineStatus(project, pipeline, CiStatus.Success, new TestCounts(Passed: 7)));
        yield return ("merge request gets another key", () => gitLab.EditMergeRequest("dana", project, first!.Iid, new MergeRequestEdit { Description = "And SHOP-5" }));
        yield return ("deployment runs", () => deployment = gitLab.CreateDeployment("dana", project, "production", "SHOP-2-gifts", pipelineId: pipeline).Id);
        yield return ("deployment succeeded", () => gitLab.SetDeploymentStatus(project, deployment, DeploymentStatus.Success));
        yield return ("merge request merged", () => gitLab.Merge("marcus", project, first!.Iid, removesSourceBranch: false));
        yield return ("feature flag switched", () => gitLab.UpdateFeatureFlag("dana", project, "cards", isActive: true));

        second = gitLab.OpenMergeRequest("dana", project, new NewMergeRequest("SHOP-4-bags", "SHOP-4 Bags"));
        yield return (NotCounted, () => { });
        yield return ("merge request closed", () => gitLab.CloseMergeRequest("dana", project, second.Iid));
    }

    private static async Task MeasureAsync(SandboxWorld world, string name, Action act, CancellationToken cancellationToken)
    {
        var (before, jira, vault) = (world.GitLab.RequestLog.Counts, world.Jira.RequestLog.Count(request => request.Post is not null), Volatile.Read(ref _vaultCalls));
        Storage.Clear();
        act();
        await world.AdvanceAsync(Settled, cancellationToken);

        if (name.Length == 0)
        {
            return;
        }

        var requests = world.GitLab.RequestLog.Counts
            .Select(endpoint => (Name: endpoint.Key, Count: endpoint.Value - before.GetValueOrDefault(endpoint.Key)))
            .Where(endpoint => endpoint.Count > 0 && endpoint.Name.StartsWith("GET ", StringComparison.Ordinal))
            .OrderBy(endpoint => endpoint.Name, StringComparer.Ordinal)
            .ToList();
        var list = string.Join(", ", requests.Select(endpoint => string.Create(CultureInfo.InvariantCulture, $"{(endpoint.Count > 1 ? $"{endpoint.Count} × " : "")}`{endpoint.Name[4..]}`")));
        Counted[name] = string.Create(CultureInfo.InvariantCulture, $"{requests.Sum(endpoint => endpoint.Count)} | {list}");
        CountedElsewhere[name] = string.Create(
            CultureInfo.InvariantCulture, $"{Storage.Transactions} | {Storage.Tables} | {Storage.Queues} | {world.Jira.RequestLog.Count(request => request.Post is not null) - jira} | {Volatile.Read(ref _vaultCalls) - vault}");
        Transactions[name] = Storage.ToString();
    }
}
