using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.Home;
using GitLabJira.Sandbox.World;
using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Browser;

/// <summary>What the Sandbox's page leads a newcomer through, in a browser: two processes of the app, and the time moves when the test says so.</summary>
[TestClass]
public sealed class WholeWayTests(TestContext test)
{
    private const string Branch = "feature/SHOP-7-try-it";
    private const string Title = "SHOP-7 Try it";

    [TestMethod]
    public async Task From_the_install_to_the_unlink_an_issue_fills_and_empties()
    {
        await using var visitor = await Visitor.ComeAsync();
        await using var world = await SandboxWorld.StartAsync(new WorldOptions { Seed = Seed.ManyProjects(25) }, test.CancellationToken);
        await using var home = await HomePage.StartAsync(world, port: 0, test.CancellationToken);
        await visitor.Page.GotoAsync(home.Address.AbsoluteUri);

        var jira = await visitor.OpensAsync(() => visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Manage apps" }).ClickAsync());
        var frame = await InstallAsync(jira);
        await SignInAsync(visitor, frame);
        await LinkAsync(world, frame);
        var issue = await ChangeSomethingAsync(visitor, world);
        await Assertions.Expect(visitor.Page.Locator("#steps li.done")).ToHaveCountAsync(6);
        await UnlinkAsync(world, frame);

        await Assertions.Expect(issue.GetByText("No merge request mentions this issue.")).ToBeVisibleAsync();
        await Assertions.Expect(issue.Locator("#development li")).ToHaveCountAsync(0);
        Assert.IsEmpty(visitor.Complaints, string.Join('\n', visitor.Complaints));
        Assert.IsEmpty(world.Jira.Violations, string.Join('\n', world.Jira.Violations));
    }

    private static async Task<IFrameLocator> InstallAsync(IPage jira)
    {
        await jira.GetByRole(AriaRole.Button, new() { Name = "Install" }).ClickAsync();
        await jira.GetByRole(AriaRole.Link, new() { Name = "Get started" }).ClickAsync();

        await Assertions.Expect(jira.Locator("#frame[data-established]")).ToHaveCountAsync(1);
        return jira.FrameLocator("#frame iframe");
    }

    private async Task SignInAsync(Visitor visitor, IFrameLocator frame)
    {
        var gitLab = await visitor.OpensAsync(() => frame.GetByRole(AriaRole.Button, new() { Name = "Sign in to GitLab" }).ClickAsync());
        await Assertions.Expect(frame.GetByText("Waiting for you to finish in the GitLab window")).ToBeVisibleAsync();
        await FramedApp.ChooseAsync(gitLab, "olivia");
        // The browser tells of it in its own time, perhaps after the page has shown who signed in.
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gitLab.Close += (_, _) => closed.TrySetResult();
        await FramedApp.AuthorizeAsync(gitLab);

        await Assertions.Expect(frame.GetByText("Signed in to GitLab as @olivia")).ToBeVisibleAsync();
        await Assertions.Expect(frame.GetByText("No linked groups")).ToBeVisibleAsync();
        await closed.Task.WaitAsync(test.CancellationToken);
    }

    private async Task LinkAsync(SandboxWorld world, IFrameLocator frame)
    {
        await frame.GetByRole(AriaRole.Button, new() { Name = "Link groups" }).ClickAsync();
        await frame.GetByLabel("Search groups").FillAsync("scale");
        await frame.GetByRole(AriaRole.Button, new() { Name = "Link scale", Exact = true }).ClickAsync();
        var row = frame.GetByRole(AriaRole.Row).Filter(new() { HasText = "scale" });

        await Assertions.Expect(row.GetByText("Syncing", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(row.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        await world.AdvanceAsync(TimeSpan.FromSeconds(20), test.CancellationToken);
        await Assertions.Expect(row.GetByText("20 of 25 projects")).ToBeVisibleAsync();
        await world.AdvanceAsync(TimeSpan.FromMinutes(2), test.CancellationToken);
        await Assertions.Expect(row.GetByText("All 25 projects synced")).ToBeVisibleAsync();
    }

    /// <summary>Pushes, opens a merge request and merges it on GitLab's pages, while the issue is open beside them.</summary>
    private async Task<IPage> ChangeSomethingAsync(Visitor visitor, SandboxWorld world)
    {
        var gitLab = await visitor.OpenTabAsync();
        await gitLab.GotoAsync($"{world.GitLab.BaseUrl}/scale/team-1/service-1");
        await gitLab.GetByLabel("Branch").FillAsync(Branch);
        await gitLab.GetByLabel("Commit message").FillAsync(Title);
        await gitLab.GetByRole(AriaRole.Button, new() { Name = "Commit and push" }).ClickAsync();
        await gitLab.GetByText("Your commit has been pushed.").WaitForAsync();
        await world.AdvanceAsync(TimeSpan.FromSeconds(2), test.CancellationToken);
        await gitLab.GotoAsync($"{world.GitLab.BaseUrl}/scale/team-1/service-1/-/merge_requests/new?merge_request%5Bsource_branch%5D={Uri.EscapeDataString(Branch)}");
        await gitLab.GetByRole(AriaRole.Button, new() { Name = "Create merge request" }).ClickAsync();
        await gitLab.GetByText("The merge request is open.").WaitForAsync();
        await world.AdvanceAsync(TimeSpan.FromSeconds(30), test.CancellationToken);

        var issue = await visitor.OpenTabAsync();
        await issue.GotoAsync(new Uri(world.Jira.BaseUrl, "/browse/SHOP-7").AbsoluteUri);
        var mergeRequest = Held("Merge requests", Title);
        await Assertions.Expect(mergeRequest.Locator(".lozenge")).ToHaveTextAsync("Open");
        await Assertions.Expect(Held("Branches", Branch)).ToBeVisibleAsync();
        await Assertions.Expect(Held("Commits", Title)).ToBeVisibleAsync();

        await gitLab.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        // Nobody clicks twice within a millisecond: two processes could not tell which of two looks is the later, and would look again after a minute.
        await world.AdvanceAsync(TimeSpan.FromSeconds(2), test.CancellationToken);
        await gitLab.GetByRole(AriaRole.Button, new() { Name = "Merge", Exact = true }).ClickAsync();
        await gitLab.GetByText("Merged by").WaitForAsync();
        await world.AdvanceAsync(TimeSpan.FromSeconds(30), test.CancellationToken);
        await Assertions.Expect(mergeRequest.Locator(".lozenge")).ToHaveTextAsync("Merged");
        await Assertions.Expect(mergeRequest.GetByRole(AriaRole.Img, new() { Name = "Olivia Brandt, approved" })).ToBeVisibleAsync();
        return issue;

        ILocator Held(string kind, string text) => issue.GetByRole(AriaRole.Region, new() { Name = kind, Exact = true }).GetByRole(AriaRole.Listitem).Filter(new() { HasText = text });
    }

    private async Task UnlinkAsync(SandboxWorld world, IFrameLocator frame)
    {
        await frame.GetByRole(AriaRole.Button, new() { Name = "Unlink scale" }).ClickAsync();
        var dialog = frame.GetByRole(AriaRole.Dialog, new() { Name = "Unlink scale?" });
        await Assertions.Expect(dialog).ToContainTextAsync("removed from your Jira issues");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Unlink" }).ClickAsync();

        await Assertions.Expect(frame.GetByText("Unlinking", new() { Exact = true })).ToBeVisibleAsync();
        await world.AdvanceAsync(TimeSpan.FromMinutes(15), test.CancellationToken);
        await Assertions.Expect(frame.GetByText("No linked groups")).ToBeVisibleAsync();
    }
}
