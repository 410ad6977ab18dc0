using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Browser;

/// <summary>axe on every screen, in both themes and on a phone. Each screen is looked at where a person gets to see it.</summary>
[TestClass]
public sealed class AccessibilityTests
{
    private static readonly (ColorScheme Theme, int Width)[] Looks = [(ColorScheme.Light, 1280), (ColorScheme.Dark, 1280), (ColorScheme.Light, 360)];

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
        Assert.IsEmpty(app.Visitor.Complaints, string.Join('\n', app.Visitor.Complaints));
    }

    [TestMethod]
    public async Task Nothing_is_amiss_for_somebody_who_may_not_link()
    {
        await using var app = await FramedApp.OpenAsync(users => users.JiraAdmin);
        await Assertions.Expect(app.Frame.Locator("#no-access")).ToBeVisibleAsync();

        await CheckAsync(app, "no-access");
    }

    /// <summary>Looks with axe, and whether anything stands out to the side. Pictures go where <c>SCREENSHOTS</c> names a folder.</summary>
    private static async Task CheckAsync(FramedApp app, string screen)
    {
        foreach (var (theme, width) in Looks)
        {
            await app.Page.SetViewportSizeAsync(width, 900);
            // As Jira's bridge does when a person chooses a theme there.
            await app.Frame.Locator("html").EvaluateAsync("(html, mode) => html.setAttribute('data-color-mode', mode)", theme.ToString().ToLowerInvariant());

            var found = (await app.Frame.Locator("html").RunAxe()).Violations;
            var beyond = await app.Frame.Locator("html").EvaluateAsync<int>("html => html.scrollWidth - html.clientWidth");

            Assert.IsEmpty(found, $"{screen}, {theme}, {width}: {string.Join('\n', found.Select(Tell))}");
            Assert.AreEqual(0, beyond, $"{screen}, {theme}, {width}: something is wider than the page.");

            if (await app.Frame.GetByRole(AriaRole.Dialog).CountAsync() > 0)
            {
                var box = (await app.Frame.GetByRole(AriaRole.Dialog).BoundingBoxAsync())!;
                Assert.AreEqual(box.X, width - box.X - box.Width, 20, $"{screen}, {theme}, {width}: the dialog stands in the middle.");
            }

            if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            {
                await app.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{screen}-{theme}-{width}.png".ToLowerInvariant()) });
            }
        }

        await app.Page.SetViewportSizeAsync(1280, 900);
    }

    private static string Tell(AxeResultItem item) => $"{item.Id}: {item.Help} {string.Join(" | ", item.Nodes.Take(3).Select(node => node.Html))}";
}
