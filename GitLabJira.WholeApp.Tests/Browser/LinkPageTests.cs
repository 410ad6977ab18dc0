using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Browser;

/// <summary>One linked group and what can be done with it, with the whole app behind the page. Moves the time that all tests with <see cref="FramedApp"/> share, so it runs alone.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LinkPageTests(TestContext test)
{
    [TestMethod]
    public async Task Settings_are_kept_and_a_change_of_somebody_else_is_not_overwritten()
    {
        await using var app = await FramedApp.OpenAsync();
        await LinkAsync(app, "keeps-settings");
        await app.Frame.GetByRole(AriaRole.Tab, new() { Name = "Settings" }).ClickAsync();
        var days = app.Frame.GetByLabel("Days back");
        var save = app.Frame.GetByRole(AriaRole.Button, new() { Name = "Save" });

        await app.Frame.GetByRole(AriaRole.Checkbox, new() { Name = "Commits" }).CheckAsync();
        await days.FillAsync("30");
        await save.ClickAsync();
        await Assertions.Expect(app.Flag.Filter(new() { HasText = "are saved" })).ToBeVisibleAsync();
        // Something to undo: its going shows that the settings were loaded, and what is typed after that stays.
        await days.FillAsync("31");
        await app.Frame.GetByRole(AriaRole.Button, new() { Name = "Undo changes" }).ClickAsync();
        await Assertions.Expect(days).ToHaveValueAsync("30");
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Checkbox, new() { Name = "Commits" })).ToBeCheckedAsync();

        await days.FillAsync("5000");
        await save.ClickAsync();
        await Assertions.Expect(app.Frame.Locator("#settings-window-wrong")).ToContainTextAsync("1095");

        // Somebody else was quicker: the version that this page has seen is another one.
        await app.Page.RouteAsync("**/settings", route => route.ContinueAsync(new() { Headers = [.. route.Request.Headers.Where(header => header.Key is not "if-match"), new("if-match", "\"7\"")] }));
        await days.FillAsync("60");
        await save.ClickAsync();
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Alert)).ToContainTextAsync("Somebody else changed these settings meanwhile.");
        await app.Frame.GetByRole(AriaRole.Button, new() { Name = "Load them again" }).ClickAsync();
        await Assertions.Expect(days).ToHaveValueAsync("30");
    }

    [TestMethod]
    public async Task A_dry_run_stands_in_the_history()
    {
        await using var app = await FramedApp.OpenAsync();
        await LinkAsync(app, "runs-dry");

        await app.Frame.GetByRole(AriaRole.Button, new() { Name = "Sync again" }).ClickAsync();
        var dialog = app.Frame.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Only one project").FillAsync("nobody/knows-it");
        await dialog.GetByRole(AriaRole.Checkbox, new() { Name = "Dry run" }).CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Start dry run" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("#resync-project-wrong")).ToBeVisibleAsync();
        await dialog.GetByLabel("Only one project").FillAsync("");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Start dry run" }).ClickAsync();

        await Assertions.Expect(app.Flag.Filter(new() { HasText = "A dry run of" })).ToBeVisibleAsync();
        await Assertions.Expect(app.Frame.Locator(".runs li").Filter(new() { HasText = "Dry run" })).ToHaveCountAsync(1);
        await app.Frame.GetByRole(AriaRole.Button, new() { Name = "Linked groups" }).ClickAsync();
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Heading, new() { Name = "Linked groups" })).ToBeVisibleAsync();
    }

    [TestMethod]
    public async Task A_server_inside_a_private_network_is_refused_where_it_was_entered()
    {
        await using var app = await FramedApp.OpenAsync();

        await app.Frame.GetByRole(AriaRole.Button, new() { Name = "Change GitLab version" }).ClickAsync();
        await app.Frame.GetByLabel("Another self-managed server").CheckAsync();
        await Assertions.Expect(app.Frame.GetByText("/gitlab/callback")).ToBeVisibleAsync();
        await app.Frame.GetByLabel("GitLab instance URL").FillAsync("https://10.1.2.3/");
        await app.Frame.GetByLabel("Application ID").FillAsync("an-application");
        await app.Frame.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Assertions.Expect(app.Frame.Locator("#gitlab-host-wrong")).ToContainTextAsync("must not lie inside a private network");
        await Assertions.Expect(app.Frame.GetByLabel("GitLab instance URL")).ToHaveValueAsync("https://10.1.2.3/");
    }

    /// <summary>Signs in, links a group and opens its page.</summary>
    private async Task LinkAsync(FramedApp app, string user)
    {
        var group = await app.SignInAsync(user);
        await (await app.FindAsync(group)).ClickAsync();
        var row = app.Row(group);
        await Assertions.Expect(row).ToBeVisibleAsync();
        // What a sync that has just begun reads cannot be read again meanwhile.
        await app.AdvanceAsync(TimeSpan.FromMinutes(2), test.CancellationToken);
        await Assertions.Expect(row).ToHaveAttributeAsync("data-status", "in_sync");
        await row.GetByRole(AriaRole.Button, new() { Name = group.FullPath, Exact = true }).ClickAsync();
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Heading, new() { Name = "History" })).ToBeVisibleAsync();
    }
}
