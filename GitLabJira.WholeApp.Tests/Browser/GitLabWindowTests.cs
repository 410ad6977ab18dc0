using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Browser;

/// <summary>What can go wrong with GitLab's window. Each time the page says what happened, and the next try works.</summary>
[TestClass]
public sealed class GitLabWindowTests
{
    /// <summary>Stands in for the browser's blocker, which gives the page no window either.</summary>
    private const string BlocksOnce = "const open = window.open; let blocks = 1; window.open = (...all) => (blocks-- > 0 ? null : open.apply(window, all));";

    [TestMethod]
    public async Task A_blocked_window_is_opened_by_a_second_click()
    {
        await using var app = await FramedApp.OpenAsync(visitor => visitor.Page.AddInitScriptAsync(BlocksOnce));

        await app.Frame.GetByRole(AriaRole.Button, new() { Name = "Sign in to GitLab" }).ClickAsync();
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Alert)).ToContainTextAsync("Your browser blocked the GitLab window.");
        var gitLab = await app.Visitor.OpensAsync(() => app.Frame.GetByRole(AriaRole.Button, new() { Name = "Open it now" }).ClickAsync());
        await FramedApp.ChooseAsync(gitLab, "marcus");
        await FramedApp.AuthorizeAsync(gitLab);

        await Assertions.Expect(app.Frame.GetByText("Signed in to GitLab as @marcus")).ToBeVisibleAsync();
        await Assertions.Expect(app.Frame.GetByText("Your browser blocked the GitLab window.")).ToBeHiddenAsync();
    }

    [TestMethod]
    public async Task A_closed_window_is_noticed()
    {
        await using var app = await FramedApp.OpenAsync();
        var gitLab = await app.OpenGitLabAsync();
        await FramedApp.ArrivesAtAsync(gitLab, "/users/sign_in");

        await gitLab.CloseAsync();

        await Assertions.Expect(app.Flag).ToContainTextAsync("The GitLab window was closed before you finished.");
        await Assertions.Expect(app.Frame.GetByText("Waiting for you")).ToBeHiddenAsync();
        gitLab = await app.OpenGitLabAsync();
        await FramedApp.ChooseAsync(gitLab, "gita");
        await FramedApp.AuthorizeAsync(gitLab);
        await Assertions.Expect(app.Frame.GetByText("Signed in to GitLab as @gita")).ToBeVisibleAsync();
        await Assertions.Expect(app.Flag).ToBeHiddenAsync();
    }

    [TestMethod]
    public async Task A_refused_consent_is_told_from_a_failure()
    {
        await using var app = await FramedApp.OpenAsync();
        var gitLab = await app.OpenGitLabAsync();
        await FramedApp.ChooseAsync(gitLab, "priya");

        await gitLab.ClickAsync("button[value=deny]");

        await Assertions.Expect(app.Flag).ToContainTextAsync("You did not authorize the app in GitLab.");
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Button, new() { Name = "Sign in to GitLab" })).ToBeEnabledAsync();
    }

    [TestMethod]
    public async Task What_one_person_began_another_cannot_finish()
    {
        await using var app = await FramedApp.OpenAsync();
        var gitLab = await app.OpenGitLabAsync();
        await FramedApp.ChooseAsync(gitLab, "dana");

        await app.BecomeAsync(app.World.Jira.Users.OrganizationAdmin);
        await FramedApp.AuthorizeAsync(gitLab);

        await Assertions.Expect(app.Flag).ToContainTextAsync("This sign-in was begun by another Jira user. Start again.");
        await app.SignInAgainAsync("dana");
    }

    [TestMethod]
    public async Task A_window_that_nobody_opened_signs_nobody_in()
    {
        await using var app = await FramedApp.OpenAsync();

        await app.Page.GotoAsync(new Uri(app.World.App, "gitlab/callback?code=stray&state=stray").AbsoluteUri);

        await Assertions.Expect(app.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Start again from Jira");
        Assert.DoesNotContain("stray", app.Page.Url);
        Assert.IsEmpty(app.Visitor.Complaints, string.Join('\n', app.Visitor.Complaints));
    }
}
