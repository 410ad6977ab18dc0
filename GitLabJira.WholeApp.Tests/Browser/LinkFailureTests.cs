using GitLabJira.Sandbox.GitLab.State;
using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Browser;

/// <summary>Why a group cannot be linked stands beside GitLab's own sentence, and the next try works.</summary>
[TestClass]
public sealed class LinkFailureTests
{
    private const string Links = "**/configuration/links";

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
        var (app, group) = await SignedInAsync($"refused-{reason}");
        await using var open = app;
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

        var link = await FindAsync(app, group);
        await link.ClickAsync();

        var message = app.Frame.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert);
        await Assertions.Expect(message).ToContainTextAsync("Failed to link group. Please try again.");
        await Assertions.Expect(message).ToContainTextAsync(shown);

        fails = false;
        await link.ClickAsync();
        await Assertions.Expect(app.Frame.Locator("tr[data-link]").Filter(new() { HasText = group.FullPath })).ToBeVisibleAsync();
    }

    [TestMethod]
    public async Task Whoever_lost_the_role_in_Jira_meanwhile_is_told()
    {
        var (app, group) = await SignedInAsync("lost-in-jira");
        await using var open = app;
        var link = await FindAsync(app, group);
        app.World.Jira.Users.SetGroups(app.User, Sandbox.Jira.Issues.JiraUsers.JiraUsersGroup);

        await link.ClickAsync();

        var message = app.Frame.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert);
        await Assertions.Expect(message).ToContainTextAsync("Failed to link group. Please try again.");
        await Assertions.Expect(message).ToContainTextAsync("site-admins, org-admins");
    }

    /// <summary>Somebody whom no other test knows, and a group of theirs: GitLab asks for consent once.</summary>
    private static async Task<(FramedApp App, GitLabGroup Group)> SignedInAsync(string name)
    {
        var app = await FramedApp.OpenAsync();
        app.World.GitLab.CreateUser(name, name);
        var group = app.World.GitLab.CreateGroup(name, $"Group of {name}", GitLabPlan.Premium);
        var gitLab = await app.OpenGitLabAsync();
        await FramedApp.ChooseAsync(gitLab, name);
        await FramedApp.AuthorizeAsync(gitLab);
        return (app, group);
    }

    private static async Task<ILocator> FindAsync(FramedApp app, GitLabGroup group)
    {
        await app.Frame.GetByRole(AriaRole.Button, new() { Name = "Link groups" }).ClickAsync();
        await app.Frame.GetByLabel("Search groups").FillAsync(group.Path);
        var link = app.Frame.GetByRole(AriaRole.Button, new() { Name = $"Link {group.FullPath}", Exact = true });
        await Assertions.Expect(link).ToBeEnabledAsync();
        return link;
    }
}
