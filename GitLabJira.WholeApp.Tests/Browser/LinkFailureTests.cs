using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Browser;

/// <summary>Why a group cannot be linked stands beside GitLab's own sentence, and the next try works.</summary>
[TestClass]
public sealed class LinkFailureTests(TestContext test)
{
    private const string Links = "**/configuration/links";

    /// <summary>As when somebody comes back to the tab: the page looks at its links once more, after the look that is under way.</summary>
    private const string ComeBack = "html => void html.ownerDocument.dispatchEvent(new Event('visibilitychange'))";

    [TestMethod]
    [DataRow(403, "not_site_admin", "site-admins, org-admins")]
    [DataRow(403, "jira_user_unknown", "Browse users and groups")]
    [DataRow(503, "jira_unavailable", "Jira did not answer")]
    [DataRow(404, "group_not_found", "no longer a Maintainer")]
    [DataRow(409, "covered_by_parent", "A link covers all subgroups.")]
    [DataRow(422, "hook_refused", "GitLab refused the webhook.")]
    [DataRow(503, "gitlab_unavailable", "GitLab does not answer just now.")]
    [DataRow(0, "network", "The app does not answer.")]
    public async Task A_failed_link_shows_its_reason(int status, string reason, string shown)
    {
        await using var app = await FramedApp.OpenAsync();
        var group = await app.SignInAsync($"refused-{reason}");
        var fails = true;
        await app.Page.RouteAsync(Links, route =>
        {
            if (!fails || route.Request.Method is not "POST")
            {
                return route.ContinueAsync();
            }

            // Answers of the app, word for word as it gives them.
            return status == 0 ? route.AbortAsync() : route.FulfillAsync(new()
            {
                Status = status,
                ContentType = "application/problem+json",
                Body = $$"""{"status":{{status}},"reason":"{{reason}}","detail":"The Jira user is not a site or organization administrator. That takes membership in one of the groups: site-admins, org-admins."}""",
            });
        });

        var link = await app.FindAsync(group);
        await link.ClickAsync();

        var message = app.Frame.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert);
        await Assertions.Expect(message).ToContainTextAsync("Failed to link group. Please try again.");
        await Assertions.Expect(message).ToContainTextAsync(shown);

        fails = false;
        await link.ClickAsync();
        await Assertions.Expect(app.Row(group)).ToBeVisibleAsync();
    }

    [TestMethod]
    public async Task Whoever_lost_the_role_in_Jira_meanwhile_is_told()
    {
        await using var app = await FramedApp.OpenAsync();
        var group = await app.SignInAsync("lost-in-jira");
        var link = await app.FindAsync(group);
        var looks = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The list that the page looks at now and then would be refused as well, and take the dialog with it: looks come one at a time, so one without an answer is the last.
        await app.Page.RouteAsync(Links, route =>
        {
            if (route.Request.Method is not "GET")
            {
                return route.ContinueAsync();
            }

            looks.TrySetResult();
            return Task.CompletedTask;
        });
        await app.Frame.Locator("html").EvaluateAsync(ComeBack);
        await looks.Task.WaitAsync(test.CancellationToken);
        app.World.Jira.Users.SetGroups(app.User, Sandbox.Jira.Issues.JiraUsers.JiraUsersGroup);

        await link.ClickAsync();

        var message = app.Frame.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert);
        await Assertions.Expect(message).ToContainTextAsync("Failed to link group. Please try again.");
        await Assertions.Expect(message).ToContainTextAsync("site-admins, org-admins");
    }
}
