using System.Net;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;
using GitLabJira.Sandbox.Jira.Store;
using GitLabJira.Sandbox.World;

namespace GitLabJira.Sandbox.Check;

/// <summary>The main job without a person: install, sign in, link, initial sync, live relay, unlink, uninstall. Each step is judged by what the stand-ins hold at its end.</summary>
public sealed class MainJob(SandboxWorld world, CheckReport report) : IDisposable
{
    private readonly Truth _truth = new(world.Jira);
    private readonly JiraAdmin _admin = new(world, world.Jira, world.Jira.Users.SiteAdmin);

    public void Dispose() => _admin.Dispose();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await InstallAsync(cancellationToken);
        await SignInAsync(cancellationToken);
        var link = await LinkAsync("acme", cancellationToken);
        await SyncAsync(link, cancellationToken);
        await RelayAsync(cancellationToken);
        await new CiJob(world, report).RunAsync(cancellationToken);
        await new ProjectsGone(world, report, _admin, link).RunAsync(cancellationToken);
        await UnlinkAsync(link, cancellationToken);
        await UninstallAsync(cancellationToken);
        Judge();
    }

    private async Task InstallAsync(CancellationToken cancellationToken)
    {
        report.Title("Install");
        using var http = new HttpClient { BaseAddress = world.App };
        using var unsigned = await http.PostAsync(new Uri("connect/installed", UriKind.Relative), new StringContent("{}"), cancellationToken);
        report.Equal("an unsigned install is refused", HttpStatusCode.Unauthorized, unsigned.StatusCode);

        await world.Jira.InstallAsync(world.Descriptor, cancellationToken: cancellationToken);
        report.That("Jira accepts the descriptor and the app accepts the signed install", world.Jira.App is not null);

        var call = world.Jira.LifecycleCalls.Last();
        var again = await world.Jira.ReplayAsync(call, body => body["description"] = "altered", cancellationToken);
        report.Equal("a replayed install with another body is refused", 401, again.Status);
    }

    private async Task SignInAsync(CancellationToken cancellationToken)
    {
        report.Title("Sign in to GitLab");
        using var stranger = new JiraAdmin(world, world.Jira, world.Jira.Users.OrganizationAdmin);
        var (authorize, _) = await _admin.StartSignInAsync(cancellationToken);
        var stolen = await stranger.RedeemAsync(await world.GitLab.AuthorizeAsync("olivia", authorize), cancellationToken);
        report.That("nobody redeems a sign-in that somebody else started", stolen.Status is not HttpStatusCode.OK, () => $"{stolen.Status} {stolen.Reason}");

        var answer = await _admin.SignInAsync(world.GitLab, "olivia", cancellationToken);
        report.Equal("olivia signs in through the popup", HttpStatusCode.OK, answer.Status);
    }

    private async Task<string> LinkAsync(string path, CancellationToken cancellationToken)
    {
        report.Title("Link a group");
        var group = world.GitLab.State.Group(path);
        using var jiraAdmin = new JiraAdmin(world, world.Jira, world.Jira.Users.JiraAdmin);
        var refused = await jiraAdmin.CallAsync(HttpMethod.Post, "configuration/sign-in", body: null, cancellationToken);
        report.Equal("who administers Jira but not the site may not begin", (HttpStatusCode.Forbidden, "not_site_admin"), (refused.Status, refused.Reason));
        var nobody = await jiraAdmin.LinkAsync(group.Id, cancellationToken);
        report.Equal("who is not signed in to GitLab may not link", (HttpStatusCode.Unauthorized, "not_signed_in"), (nobody.Status, nobody.Reason));

        var groups = await _admin.GroupsAsync(path, cancellationToken);
        report.That($"the search finds {path}", groups.Body?["groups"]?.AsArray().Any(found => (string?)found!["fullPath"] == path) == true);

        var linked = await _admin.LinkAsync(group.Id, cancellationToken);
        report.Equal($"{path} is linked", HttpStatusCode.Created, linked.Status);
        report.Equal("GitLab has one hook, on the group", group.Id, world.GitLab.State.Hooks.Values.Single().GroupId);

        var child = world.GitLab.State.Descendants(group).First();
        var covered = await _admin.LinkAsync(child.Id, cancellationToken);
        report.Equal("a group below it is covered", (HttpStatusCode.Conflict, "covered_by_parent"), (covered.Status, covered.Reason));
        return (string)linked.Body!["link"]!["id"]!;
    }

    private async Task SyncAsync(string link, CancellationToken cancellationToken)
    {
        report.Title("Initial sync");
        JsonNode? sync = null;

        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(15) && (string?)sync?["state"] is null or "listing" or "running" or "waiting"; passed += TimeSpan.FromSeconds(10))
        {
            await world.AdvanceAsync(TimeSpan.FromSeconds(10), cancellationToken);
            sync = await _admin.SyncOfAsync(link, cancellationToken);
        }

        // Jira applies what it accepted a little later.
        await world.AdvanceAsync(TimeSpan.FromMinutes(2), cancellationToken);
        var projects = world.GitLab.State.ProjectsOf(world.GitLab.State.Group("acme"), includeSubgroups: true).ToList();
        report.Equal("the run ends", "completed", (string?)sync?["state"]);
        report.Equal("all projects are counted and done", (projects.Count, projects.Count), ((int?)sync?["total"] ?? 0, (int?)sync?["done"] ?? 0));
        var starts = ProjectStarts.MostInAMinute(world.GitLab.RequestLog);
        report.That($"never more than {ProjectStarts.PerMinute} projects start in a minute", starts is > 0 and <= ProjectStarts.PerMinute, () => $"{starts} did");
        report.None("Jira shows every project's merge requests and branches as GitLab holds them", [.. projects.SelectMany(project => _truth.Differences(project, since: null))]);
        report.That("history fires no automation", world.Jira.Automation.Count == 0, () => $"{world.Jira.Automation.Count} were fired");
        report.That("the project shared from elsewhere is left out", world.Jira.State.OfRepository($"{world.GitLab.State.Project("northwind/shared-components").Id}").Count == 0);
    }

    private async Task RelayAsync(CancellationToken cancellationToken)
    {
        report.Title("Live relay");
        var gitLab = world.GitLab;
        var project = gitLab.State.Project("acme/shop/checkout").Id;
        var since = world.Clock.GetUtcNow();
        const string Branch = "feature/SHOP-3-pay-later";

        await StepAsync("a push with a new branch", () => gitLab.Push("dana", project, Branch, "SHOP-3 Offer to pay later"));
        await StepAsync("a second push", () => gitLab.Push("dana", project, Branch, new NewCommit("Tidy up"), new NewCommit("SHOP-4 Show the fees")));
        await StepAsync("a force push that drops it", () => gitLab.ForcePush("dana", project, Branch, "main", new NewCommit("SHOP-3 Offer to pay later, as one commit")));
        var opened = gitLab.OpenMergeRequest("dana", project, new NewMergeRequest(Branch, "Pay later") { Description = "For SHOP-5" });
        await StepAsync("a merge request is opened", () => { });
        await StepAsync("its title names another issue", () => gitLab.EditMergeRequest("dana", project, opened.Iid, new MergeRequestEdit { Title = "SHOP-6: Pay later" }));
        await StepAsync("it is approved", () => gitLab.Approve("marcus", project, opened.Iid));
        await StepAsync("it is merged", () => gitLab.Merge("marcus", project, opened.Iid, removesSourceBranch: false));
        report.That("the issue that its description names shows it as merged", Shown("SHOP-5", opened) == "MERGED", () => $"{Shown("SHOP-5", opened)}");
        await StepAsync("its branch is deleted", () => gitLab.DeleteBranch("marcus", project, Branch));
        await StepAsync("its description names no issue any more", () => gitLab.EditMergeRequest("dana", project, opened.Iid, new MergeRequestEdit { Description = "" }));
        report.That("that issue shows it no longer", Shown("SHOP-5", opened) is null);

        async Task StepAsync(string what, Action act)
        {
            act();
            await world.AdvanceAsync(TimeSpan.FromSeconds(30), cancellationToken);
            report.None($"{what}: Jira holds what GitLab holds", _truth.Differences(gitLab.State.Projects[project], since));
        }
    }

    private async Task UnlinkAsync(string link, CancellationToken cancellationToken)
    {
        report.Title("Unlink");
        var hook = world.GitLab.State.Hooks.Values.Single();
        var answer = await _admin.UnlinkAsync(link, cancellationToken);
        report.That("the group is unlinked", answer.Status is HttpStatusCode.OK or HttpStatusCode.Accepted, () => $"{answer.Status} {answer.Reason}");

        // Processes remember a link for half a minute; what they take meanwhile is dropped later.
        await world.AdvanceAsync(TimeSpan.FromMinutes(1), cancellationToken);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = new StringContent("{}") };
        request.Headers.Add("X-Gitlab-Token", hook.Token);
        using var late = await http.SendAsync(request, cancellationToken);
        report.Equal("a webhook that comes late is told so", HttpStatusCode.Gone, late.StatusCode);

        await world.AdvanceUntilAsync(() => world.Jira.State.All().Count == 0 && world.GitLab.State.Hooks.IsEmpty, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), cancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(30), cancellationToken);
        report.That("Jira holds nothing of it", world.Jira.State.All().Count == 0, () => string.Join(", ", world.Jira.State.All().Take(5).Select(entity => entity.Key)));
        report.That("GitLab has no hook left", world.GitLab.State.Hooks.IsEmpty);
        report.Equal("the page lists no link", 0, (await _admin.LinksAsync(cancellationToken)).Body?["links"]?.AsArray().Count ?? -1);
    }

    private async Task UninstallAsync(CancellationToken cancellationToken)
    {
        report.Title("Uninstall");
        var again = await _admin.LinkAsync(world.GitLab.State.Group("acme/shop/mobile").Id, cancellationToken);
        report.Equal("a group can be linked again", HttpStatusCode.Created, again.Status);
        await world.AdvanceAsync(TimeSpan.FromMinutes(2), cancellationToken);
        report.That("and is synced", world.Jira.State.Count(EntityKind.PullRequest) > 0);

        await world.Jira.UninstallAsync(cancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(30), cancellationToken);
        report.That("GitLab has no hook left", world.GitLab.State.Hooks.IsEmpty);
        report.Equal("every grant is revoked", 0, world.GitLab.OAuth.LiveTokens.Count);
        report.That("nothing was sent to Jira after it", world.Jira.State.All().Count == 0);
        report.Equal("the page is closed", HttpStatusCode.Unauthorized, (await _admin.CallAsync(HttpMethod.Get, "configuration/links", body: null, cancellationToken, token: "gone")).Status);
    }

    private void Judge()
    {
        report.Title("All along");
        report.None("the app kept all of Jira's rules", [.. world.Jira.Violations.Select(violation => violation.ToString())]);
        report.That("both processes are alive", world.Processes.All(process => !process.HasExited));
        var secrets = world.Jira.LifecycleCalls.Select(call => (string?)JsonNode.Parse(call.Body)?["sharedSecret"]).OfType<string>().Distinct(StringComparer.Ordinal);
        report.That("no secret is in what they printed", !secrets.Any(secret => world.Processes.Any(process => process.Output.Contains(secret, StringComparison.Ordinal))));
    }

    private string? Shown(string issue, MergeRequest mergeRequest) =>
        world.Jira.State.OfIssue(issue).FirstOrDefault(entity => entity.Key.Kind is EntityKind.PullRequest && entity.Key.Id == $"{mergeRequest.Id}")?.Text("status");
}
