using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Browser;

/// <summary>Who may use the page, and for how long. Moves the time that all tests with <see cref="FramedApp"/> share, so it runs alone.</summary>
[TestClass]
[DoNotParallelize]
public sealed class PageAccessTests(TestContext test)
{
    [TestMethod]
    public async Task Somebody_who_administers_Jira_but_not_the_site_is_told_what_it_takes()
    {
        await using var app = await FramedApp.OpenAsync(users => users.JiraAdmin);

        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Heading, new() { Name = "You cannot link GitLab groups" })).ToBeVisibleAsync();

        await Assertions.Expect(app.Frame.Locator("#no-access")).ToContainTextAsync("site-admins, org-admins");
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    [TestMethod]
    public async Task A_sign_in_that_took_too_long_is_begun_again()
    {
        await using var app = await FramedApp.OpenAsync();
        var gitLab = await app.OpenGitLabAsync();
        await FramedApp.ChooseAsync(gitLab, "derek");

        await app.AdvanceAsync(TimeSpan.FromMinutes(11), test.CancellationToken);
        await FramedApp.AuthorizeAsync(gitLab);

        await Assertions.Expect(app.Flag).ToContainTextAsync("older than ten minutes. Start again.");
        await app.SignInAgainAsync("derek");
    }

    [TestMethod]
    public async Task A_frame_whose_token_has_run_out_asks_to_reload_the_page()
    {
        await using var app = await FramedApp.OpenAsync();
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Button, new() { Name = "Sign in to GitLab" })).ToBeVisibleAsync();

        await app.AdvanceAsync(TimeSpan.FromMinutes(4), test.CancellationToken);
        await app.Frame.Locator("body").EvaluateAsync("() => location.reload()");

        // By its name: the page that goes has several headings.
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Heading, new() { Name = "Reload the page in Jira" })).ToBeVisibleAsync();
        await app.Page.ReloadAsync();
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Button, new() { Name = "Sign in to GitLab" })).ToBeVisibleAsync();
    }
}
