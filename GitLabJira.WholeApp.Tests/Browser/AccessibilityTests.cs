using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Browser;

/// <summary>axe on every screen, in both themes and on a phone. Each screen is looked at where a person gets to see it.</summary>
[TestClass]
public sealed class AccessibilityTests
{
    [TestMethod]
    public async Task Before_the_sign_in_nothing_is_amiss()
    {
        await using var app = await FramedApp.OpenAsync();
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Button, new() { Name = "Sign in to GitLab" })).ToBeVisibleAsync();
        await CheckAsync(app, "welcome");

        await app.Frame.GetByRole(AriaRole.Button, new() { Name = "Change GitLab version" }).ClickAsync();
        await app.Frame.GetByLabel("Another self-managed server").CheckAsync();
        await CheckAsync(app, "version");
    }

    [TestMethod]
    public async Task After_the_sign_in_nothing_is_amiss()
    {
        await using var app = await FramedApp.OpenAsync();
        var group = await app.SignInAsync("axel");
        var link = await app.FindAsync(group);
        await CheckAsync(app, "groups");
        await link.ClickAsync();

        var row = app.Row(group);
        await Assertions.Expect(row).ToBeVisibleAsync();
        await CheckAsync(app, "links");

        await row.GetByRole(AriaRole.Button, new() { Name = $"Unlink {group.FullPath}" }).ClickAsync();
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await CheckAsync(app, "unlink");
        await app.Frame.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await row.GetByRole(AriaRole.Button, new() { Name = group.FullPath, Exact = true }).ClickAsync();
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Heading, new() { Name = "History" })).ToBeVisibleAsync();
        await CheckAsync(app, "syncs");
        await app.Frame.GetByRole(AriaRole.Tab, new() { Name = "Settings" }).ClickAsync();
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Button, new() { Name = "Save" })).ToBeVisibleAsync();
        await CheckAsync(app, "settings");
        await app.Frame.GetByRole(AriaRole.Tab, new() { Name = "Why isn’t it shown?" }).ClickAsync();
        await app.Frame.GetByLabel("Issue key or address").FillAsync("SHOP-1");
        await app.Frame.GetByRole(AriaRole.Button, new() { Name = "Look it up" }).ClickAsync();
        await Assertions.Expect(app.Frame.GetByText("Nothing is known of SHOP-1")).ToBeVisibleAsync();
        await CheckAsync(app, "trail");
        await app.Frame.GetByRole(AriaRole.Button, new() { Name = "Sync again" }).ClickAsync();
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await CheckAsync(app, "resync");

        // axe fetches style sheets of other origins; the page never does.
        var complaints = app.Visitor.Complaints.Where(complaint => !complaint.Contains("connect-src", StringComparison.Ordinal)).ToList();
        Assert.IsEmpty(complaints, string.Join('\n', complaints));
    }

    [TestMethod]
    public async Task Nothing_is_amiss_for_somebody_who_may_not_link()
    {
        await using var app = await FramedApp.OpenAsync(users => users.JiraAdmin);
        await Assertions.Expect(app.Frame.Locator("#no-access")).ToBeVisibleAsync();

        await CheckAsync(app, "no-access");
    }

    private static Task CheckAsync(FramedApp app, string screen) => Looks.CheckAsync(app.Page, app.Frame.Locator("html"), app.ChooseThemeAsync, screen);
}
