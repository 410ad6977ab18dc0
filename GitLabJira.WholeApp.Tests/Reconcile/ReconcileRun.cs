using System.Globalization;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;
using GitLabJira.Sandbox.World;

namespace GitLabJira.WholeApp.Tests.Reconcile;

/// <summary>A linked group where things happen that no hook tells of.</summary>
internal sealed class ReconcileRun(SandboxWorld world, JiraAdmin admin)
{
    /// <summary>Every round asks for it, and nobody else does.</summary>
    private const string OfARound = "GET groups/:id/merge_requests";

    private const string FirstOfARound = "GET groups/:id/members/all/:user_id";

    private static readonly string[] Bulk = ["SHOP-1-bulk", "SHOP-2-bulk", "SHOP-3-bulk", "bulk-without-a-key"];

    private readonly long _group = world.GitLab.State.Group("acme").Id;
    private readonly long _project = world.GitLab.State.Project("acme/shop/checkout").Id;
    private readonly long _moved = world.GitLab.State.Project("acme/handbook").Id;
    private long _hidden;
    private string _link = "";
    private DateTimeOffset _linkedAt;
    private long _mergeRequest;

    /// <summary>What the last round asked GitLab, each time.</summary>
    public string Requests { get; private set; } = "";

    public GitLabHook Hook => world.GitLab.State.Hooks.Values.Single(hook => hook.GroupId == _group);

    public string AlertStatus => AutoDisable.AlertStatus(Hook, world.GitLab.Now);

    public async Task LinkAsync(CancellationToken cancellationToken)
    {
        world.GitLab.CreateFeatureFlag("dana", _project, "cards", "Nothing yet", isActive: false);
        await world.AdvanceAsync(TimeSpan.FromMinutes(1), cancellationToken);
        _link = await admin.LinkedAsync(_group, cancellationToken);
        _linkedAt = world.Clock.GetUtcNow();
        await world.AdvanceAsync(TimeSpan.FromMinutes(5), cancellationToken);
    }

    /// <summary>Lets time pass until the next round is over, and what it asked for is done.</summary>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
        var (rounds, requests) = (world.GitLab.RequestLog.Count(OfARound), world.GitLab.RequestLog.Entries.Count);
        var came = await world.AdvanceUntilAsync(() => world.GitLab.RequestLog.Count(OfARound) > rounds, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(40), cancellationToken);
        Assert.IsTrue(came, "There was no round within 40 minutes.");
        await world.AdvanceAsync(TimeSpan.FromMinutes(3), cancellationToken);
        Requests = string.Join(
            ", ",
            world.GitLab.RequestLog.Entries
                .Skip(requests)
                .SkipWhile(request => request.Endpoint != FirstOfARound)
                .Select(request => $"`{request.Endpoint[(request.Endpoint.IndexOf(' ', StringComparison.Ordinal) + 1)..]}`")
                .Order(StringComparer.Ordinal));
    }

    /// <summary>Hooks tell of all of it.</summary>
    public void ActAloud()
    {
        _hidden = world.GitLab.CreateProject("olivia", _group, "Passing").Id;
        world.GitLab.Push("olivia", _hidden, "SHOP-2-passing", "SHOP-2 Pass by");
        world.GitLab.OpenMergeRequest("olivia", _hidden, new NewMergeRequest("SHOP-2-passing", "SHOP-2 Pass by"));
    }

    /// <summary>More than three refs of one action in a push, a flag's description, a move, a merge request whose hook is lost; beside them a push that is heard, but not in full.</summary>
    public void PushSilently()
    {
        world.GitLab.PushRefs("dana", _project, [.. Bulk.Select(name => new RefChange(name, [new NewCommit($"SHOP-4 In {name}"), new NewCommit("And one without")]))]);
        world.GitLab.Push("dana", _project, "SHOP-5-long", [.. Enumerable.Range(1, 250).Select(number => new NewCommit($"SHOP-{1 + (number % 6)} Part {number}"))]);
        world.GitLab.UpdateFeatureFlag("dana", _project, "cards", description: "SHOP-3 Cards");
        world.GitLab.MoveProject("root", _moved, world.GitLab.CreateGroup("olivia", "Elsewhere", GitLabPlan.Free).Id);
        world.GitLab.MoveProject("root", _hidden, world.GitLab.State.Group("freelancers").Id);
        world.GitLab.Faults.DropHook = delivery => delivery.Trigger is HookTrigger.MergeRequest;
        _mergeRequest = world.GitLab.OpenMergeRequest("dana", _project, new NewMergeRequest("bulk-without-a-key", "SHOP-6 Unheard")).Iid;
    }

    public void DeleteSilently()
    {
        world.GitLab.PushRefs("dana", _project, [.. Bulk.Select(name => new RefChange(name, Deletes: true))]);
        world.GitLab.RemoveHook(Hook.Id);
        world.GitLab.Push("dana", _project, "SHOP-6-unhooked", "SHOP-6 Nobody hears");
    }

    public async Task<string> RestoreAsync(CancellationToken cancellationToken)
    {
        var answer = await admin.CallAsync(HttpMethod.Post, $"configuration/links/{_link}/hook", body: null, cancellationToken);
        return (string?)answer.Body?["link"]?["state"] ?? $"{(int)answer.Status} {answer.Reason}";
    }

    /// <summary>The app is down for weeks; GitLab tries now and then, and gives up.</summary>
    public async Task FailAsync(CancellationToken cancellationToken)
    {
        world.GitLab.Faults.DropHook = null;
        world.Kill(world.Processes[0]);
        world.GitLab.DeleteMergeRequest("olivia", _project, _mergeRequest);

        for (var failure = 1; failure <= 40; failure++)
        {
            world.GitLab.Push("dana", _project, $"SHOP-{1 + (failure % 6)}-down", $"SHOP-{1 + (failure % 4)} Unheard {failure}");
            await world.AdvanceAsync(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1), cancellationToken);
        }
    }

    public async Task ComeBackAsync(CancellationToken cancellationToken)
    {
        await world.StartProcessAsync(cancellationToken);
        await RoundAsync(cancellationToken);
    }

    /// <summary>In which entities Jira differs from GitLab.</summary>
    public IReadOnlyList<string> Differences()
    {
        var truth = new Truth(world.Jira);
        var project = world.GitLab.State.Projects[_project];
        return [.. truth.Differences(project, _linkedAt), .. truth.CiDifferences(project, _linkedAt)];
    }

    /// <summary>How much Jira holds of the project that was moved to where the link's user sees it, and of the one that was moved to where he does not.</summary>
    public (int Seen, int Hidden) OfMoved() => (Count(_moved), Count(_hidden));

    private int Count(long project) => world.Jira.State.OfRepository(project.ToString(CultureInfo.InvariantCulture)).Count;

    public async Task<string> StateAsync(CancellationToken cancellationToken) => (string)(await ShownAsync(cancellationToken))["state"]!;

    public async Task<long> RepairedAsync(CancellationToken cancellationToken) => (long)(await ShownAsync(cancellationToken))["reconciled"]!["repaired"]!;

    /// <summary>Another group, without the licence for a hook of its own: somebody takes away the hook of its project, and a click brings it back.</summary>
    /// <returns>The states of the link, and in which entities Jira differs at last.</returns>
    public async Task<(string States, IReadOnlyList<string> Differences)> LoseProjectHookAsync(CancellationToken cancellationToken)
    {
        var group = world.GitLab.State.Group("freelancers").Id;
        var project = world.GitLab.State.Project("freelancers/portfolio").Id;
        world.GitLab.SetGroupMember("frieda", group, "olivia", AccessLevel.Owner);
        _link = await admin.LinkedAsync(group, cancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(5), cancellationToken);
        world.GitLab.RemoveHook(world.GitLab.State.Hooks.Values.Single(hook => hook.ProjectId == project).Id);
        world.GitLab.Push("olivia", project, "SHOP-6-unhooked", "SHOP-6 Nobody hears");

        await world.AdvanceAsync(TimeSpan.FromMinutes(14), cancellationToken);
        var removed = await StateAsync(cancellationToken);
        var restored = await RestoreAsync(cancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(5), cancellationToken);
        world.GitLab.Push("olivia", project, "SHOP-5-hooked", "SHOP-5 Heard again");
        await world.AdvanceAsync(TimeSpan.FromMinutes(1), cancellationToken);

        return ($"{removed}, {restored}", new Truth(world.Jira).Differences(world.GitLab.State.Projects[project], since: null));
    }

    private async Task<JsonNode> ShownAsync(CancellationToken cancellationToken) =>
        (await admin.LinksAsync(cancellationToken)).Body!["links"]!.AsArray().Single(link => (string?)link!["id"] == _link)!;
}
