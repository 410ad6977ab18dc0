using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Browser;

/// <summary>The page stays open for hours: what it needs may go meanwhile.</summary>
[TestClass]
public sealed class LostSessionTests
{
    private const string ContextToken = "**/sandbox/context-token";

    /// <summary>Nothing that moves, or the page would look at it every two seconds: others link groups in the same world.</summary>
    private const string NoLinks = """{"reason":"listed","links":[]}""";

    /// <summary>A page that nobody sees does not look by itself.</summary>
    private const string Hide = "html => void Object.defineProperty(html.ownerDocument, 'hidden', { value: true })";

    [TestMethod]
    public async Task A_page_that_Jira_lets_go_asks_to_be_reloaded()
    {
        await using var app = await FramedApp.OpenAsync(first: visitor =>
            visitor.Page.RouteAsync("**/configuration/links", route => route.FulfillAsync(new() { ContentType = "application/json", Body = NoLinks })));
        // The page has asked for all that it shows: what it asks later would say so by itself, before the button does.
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Button, new() { Name = "Change GitLab version" })).ToBeVisibleAsync();
        await Assertions.Expect(app.Frame.Locator(".loading")).ToHaveCountAsync(0);
        await app.Frame.Locator("html").EvaluateAsync(Hide);
        await app.Page.RouteAsync(ContextToken, route => route.FulfillAsync(new() { Status = 403, ContentType = "application/json", Body = "{}" }));

        await app.Frame.GetByRole(AriaRole.Button, new() { Name = "Sign in to GitLab" }).ClickAsync();

        await Assertions.Expect(app.Flag).ToContainTextAsync("Jira did not say who you are. Reload the page.");
        await app.Page.UnrouteAsync(ContextToken);
        await app.Page.ReloadAsync();
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Button, new() { Name = "Sign in to GitLab" })).ToBeEnabledAsync();
    }
}
