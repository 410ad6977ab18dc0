using System.Text.Json;
using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Browser;

/// <summary>What the page makes of answers that take long to bring about: the app, Jira's bridge and the page are the real ones, and the answers of a few calls are put in their place.</summary>
[TestClass]
public sealed class StatesTests
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web);

    [TestMethod]
    public async Task Each_state_says_why_and_offers_what_helps()
    {
        await using var app = await ShowAsync(world =>
        [
            Link(world, 1, "a/linking", "linking"),
            Link(world, 2, "b/waits", "waiting", "gitlab_rate_limited", sync: new { id = "r", state = "waiting", total = 40, done = 20, failed = 0, whyCode = "gitlab_rate_limited", startedAt = DateTimeOffset.UtcNow }),
            Link(world, 3, "c/fine", "in_sync"),
            Link(world, 4, "d/nobody", "needs_sign_in", "role_lost", "sign_in"),
            Link(world, 5, "e/hookless", "hook_removed", "hook_removed", "restore_hook"),
            Link(world, 6, "f/leaving", "unlinking", "unlinked", canUnlink: false),
            Link(world, 7, "g/broken", "broken", "sync_failed", "resync"),
            Link(world, 8, "h/partly", "broken", "projects_failed", "retry", sync: new { id = "r8", state = "completed", total = 12, done = 10, failed = 2, startedAt = DateTimeOffset.UtcNow }),
        ]);

        await SaysAsync(app, "a/linking", "Linking");
        await SaysAsync(app, "b/waits", "Waiting", "GitLab limits the number of requests");
        await SaysAsync(app, "c/fine", "In sync", "On the group");
        await SaysAsync(app, "d/nobody", "Needs sign-in", "Nobody who signed in is a Maintainer");
        await SaysAsync(app, "e/hookless", "Hook removed in GitLab", "Somebody removed the webhook in GitLab.");
        await SaysAsync(app, "f/leaving", "Unlinking", "Its data is being removed from Jira.");
        await SaysAsync(app, "g/broken", "Broken", "The last sync ended before it was done.");
        await SaysAsync(app, "h/partly", "10 of 12 projects, 2 failed");
        await Assertions.Expect(Row(app, "d/nobody").GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeEnabledAsync();
        await Assertions.Expect(Row(app, "f/leaving").GetByRole(AriaRole.Button, new() { Name = "Unlink f/leaving" })).ToBeDisabledAsync();
        await Assertions.Expect(Row(app, "g/broken").GetByRole(AriaRole.Button, new() { Name = "Sync g/broken again" })).ToBeEnabledAsync();
        Assert.AreEqual("{}", await PressedAsync(app, "h/partly", "Try the failed projects of h/partly again", "**/links/*/retry"));
        await Assertions.Expect(app.Flag).ToContainTextAsync("A sync of h/partly has started");
        await PressedAsync(app, "e/hookless", "Restore the webhook of e/hookless", "**/hook");
        await Assertions.Expect(app.Flag).ToContainTextAsync("The webhook of e/hookless is in place again");
    }

    [TestMethod]
    public async Task Two_hundred_groups_stand_on_pages()
    {
        await using var app = await ShowAsync(world => [.. Enumerable.Range(0, 200).Select(number => Link(world, number, $"group-{number:000}", "in_sync"))]);

        await Assertions.Expect(Row(app, "group-000")).ToBeVisibleAsync();
        await Assertions.Expect(app.Frame.Locator("tr[data-link]")).ToHaveCountAsync(20);
        await app.Frame.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();

        await Assertions.Expect(Row(app, "group-039")).ToBeVisibleAsync();
        await Assertions.Expect(Row(app, "group-000")).ToBeHiddenAsync();
    }

    [TestMethod]
    public async Task A_sync_of_a_thousand_projects_moves_on_before_ones_eyes()
    {
        var done = 320;
        await using var app = await ShowAsync(world =>
        [
            Link(world, 1, "big", "syncing", "sync_running", sync: new { id = "r", state = "running", total = 1000, done, failed = 2, wave = done / 20, perMinute = 20, secondsLeft = (1000 - done) * 3, startedAt = DateTimeOffset.UtcNow }),
        ]);
        await SaysAsync(app, "big", "Syncing", "320 of 1000 projects, 2 failed", "wave 16", "20 a minute", "about 34 minutes left");

        done = 500;

        await SaysAsync(app, "big", "500 of 1000 projects", "wave 25", "about 25 minutes left");
        await Assertions.Expect(Row(app, "big").GetByRole(AriaRole.Progressbar, new() { Name = "Sync of big" })).ToBeVisibleAsync();
    }

    [TestMethod]
    public async Task Projects_that_failed_are_named_with_their_error_and_tried_again_one_by_one()
    {
        var started = DateTimeOffset.UtcNow;
        object counts = new { merge_requests = new { found = 9, keyed = 4, sent = 4, refused = 1 } };
        await using var app = await ShowAsync(
            world => [Link(world, 1, "partly", "broken", "projects_failed", "retry", sync: new { id = "r1", state = "completed", total = 12, done = 11, failed = 1, startedAt = started })],
            visitor => AnswerAsync(visitor, "**/runs", () => new { reason = "listed", runs = new[] { new { id = "r1", state = "completed", kinds = new[] { "merge_requests" }, window = 90, dryRun = false, total = 12, done = 11, failed = 1, counts, startedAt = started } } }),
            visitor => AnswerAsync(visitor, "**/links/*/projects*", () => new { reason = "listed", projects = new[] { new { id = 5, path = "partly/huge", state = "failed", error = "GitLab answered 500 again and again.", run = "r1" } } }));

        await Row(app, "partly").GetByRole(AriaRole.Button, new() { Name = "partly", Exact = true }).ClickAsync();

        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Heading, new() { Name = "partly", Exact = true })).ToBeFocusedAsync();
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Heading, new() { Name = "One project failed" })).ToBeVisibleAsync();
        await Assertions.Expect(app.Frame.GetByText("GitLab answered 500 again and again.")).ToBeVisibleAsync();
        await Assertions.Expect(app.Frame.GetByText("Merge requests: 9 found, 4 name an issue, 4 sent. One project does not show them.")).ToBeVisibleAsync();
        var asked = app.Page.WaitForRequestAsync("**/runs/r1/retry");
        await AnswerAsync(app.Visitor, "**/runs/r1/retry", () => new { reason = "sync_started", runId = "r2" });
        await app.Frame.GetByRole(AriaRole.Button, new() { Name = "Try partly/huge again" }).ClickAsync();
        Assert.AreEqual("""{"project":5}""", (await asked).PostData);
        await Assertions.Expect(app.Flag).ToContainTextAsync("partly/huge is tried again");
    }

    [TestMethod]
    public async Task A_network_that_fails_is_told_and_forgotten_when_it_works_again()
    {
        var cut = false;
        await using var app = await FramedApp.OpenAsync(visitor => visitor.Page.RouteAsync("**/configuration/links", route => cut ? route.AbortAsync() : route.FulfillAsync(Json(new
        {
            reason = "listed",
            links = new[] { Link(new Uri("http://gitlab.test"), 1, "busy", "syncing") },
        }))));
        await Assertions.Expect(Row(app, "busy")).ToBeVisibleAsync();

        cut = true;
        await Assertions.Expect(app.Flag).ToContainTextAsync("The app does not answer. Check your connection and try again.");
        await Assertions.Expect(Row(app, "busy")).ToBeVisibleAsync();
        cut = false;

        await Assertions.Expect(app.Flag).ToHaveCountAsync(0);
    }

    private static async Task<FramedApp> ShowAsync(Func<Uri, object[]> links, params Func<Visitor, Task>[] more)
    {
        // The host of the next sign-in, so that the page offers one.
        var gitLab = await FramedApp.GitLabAsync();
        return await FramedApp.OpenAsync(async visitor =>
        {
            await AnswerAsync(visitor, "**/configuration/links", () => new { reason = "listed", links = links(gitLab) });

            foreach (var answer in more)
            {
                await answer(visitor);
            }
        });
    }

    private static async Task AnswerAsync(Visitor visitor, string path, Func<object> answer) => await visitor.Page.RouteAsync(path, route => route.FulfillAsync(Json(answer())));

    private static RouteFulfillOptions Json(object body) => new() { ContentType = "application/json", Body = JsonSerializer.Serialize(body, Camel) };

    private static object Link(Uri gitLab, int number, string path, string status, string? reason = null, string? help = null, object? sync = null, bool canUnlink = true) => new
    {
        id = new Guid(number, 0, 0, new byte[8]),
        groupId = number,
        groupPath = path,
        groupUrl = new Uri(gitLab, $"groups/{path}"),
        host = gitLab.GetLeftPart(UriPartial.Authority),
        state = "active",
        status,
        statusReason = reason,
        help,
        hook = "group",
        hookHealth = new { state = "works" },
        createdAt = DateTimeOffset.UtcNow,
        canUnlink,
        sync,
    };

    private static ILocator Row(FramedApp app, string path) => app.Frame.Locator("tr[data-link]").Filter(new() { Has = app.Page.Locator($"button:text-is('{path}')") });

    private static async Task SaysAsync(FramedApp app, string path, params string[] texts)
    {
        foreach (var text in texts)
        {
            await Assertions.Expect(Row(app, path)).ToContainTextAsync(text);
        }
    }

    /// <returns>The body of the request that the button makes.</returns>
    private static async Task<string?> PressedAsync(FramedApp app, string path, string button, string call)
    {
        await AnswerAsync(app.Visitor, call, () => new { reason = "done" });
        var asked = app.Page.WaitForRequestAsync(call);
        await Row(app, path).GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        return (await asked).PostData;
    }
}
