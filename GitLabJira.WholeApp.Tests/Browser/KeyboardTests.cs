using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Browser;

/// <summary>The page without a mouse: everything is reached with Tab, and the focus never gets lost.</summary>
[TestClass]
public sealed class KeyboardTests
{
    /// <summary>Other tests link groups to the same site, and each has its buttons.</summary>
    private const int MostPresses = 150;

    private const string Focused = "() => { const e = document.activeElement; return e === document.body ? '' : (e.ariaLabel || e.textContent.trim()); }";

    [TestMethod]
    public async Task A_group_is_linked_and_unlinked_without_a_mouse()
    {
        await using var app = await FramedApp.OpenAsync();
        var gitLab = await app.Visitor.OpensAsync(async () =>
        {
            await TabToAsync(app, "Sign in to GitLab");
            await app.Page.Keyboard.PressAsync("Enter");
        });
        await FramedApp.ChooseAsync(gitLab, "olivia");
        await FramedApp.AuthorizeAsync(gitLab);
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Button, new() { Name = "Link groups" })).ToBeFocusedAsync();

        await app.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(app.Frame.GetByLabel("Search groups")).ToBeFocusedAsync();
        await app.Page.Keyboard.TypeAsync("shop");
        await Assertions.Expect(app.Frame.Locator("#groups:not([aria-busy]) li[data-path]")).ToHaveCountAsync(1);
        await TabToAsync(app, "Link acme/shop");
        await app.Page.Keyboard.PressAsync("Enter");
        var row = app.Frame.Locator("tr[data-link]").Filter(new() { HasText = "acme/shop" });
        await Assertions.Expect(row).ToBeVisibleAsync();
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Button, new() { Name = "Link groups" })).ToBeFocusedAsync();

        await TabToAsync(app, "Unlink acme/shop");
        await app.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await app.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Button, new() { Name = "Unlink acme/shop" })).ToBeFocusedAsync();
        await app.Page.Keyboard.PressAsync("Enter");
        await TabToAsync(app, "Unlink");
        await app.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(row).ToHaveAttributeAsync("data-status", "unlinking");
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Heading, new() { Name = "Linked groups" })).ToBeFocusedAsync();
        Assert.IsEmpty(app.Visitor.Complaints, string.Join('\n', app.Visitor.Complaints));
    }

    private static async Task TabToAsync(FramedApp app, string name)
    {
        var body = app.Frame.Locator("body");
        await Assertions.Expect(app.Frame.Locator("#page[data-ready]")).ToHaveCountAsync(1);

        for (var presses = 0; presses < MostPresses; presses++)
        {
            await app.Page.Keyboard.PressAsync("Tab");

            if (await body.EvaluateAsync<string>(Focused) == name)
            {
                return;
            }
        }

        Assert.Fail($"{MostPresses} presses of Tab do not reach \"{name}\".");
    }
}
