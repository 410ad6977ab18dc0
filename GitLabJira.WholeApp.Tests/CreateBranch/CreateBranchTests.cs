using System.Globalization;
using System.Net;
using Azure.Data.Tables;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.GitLab.State;
using GitLabJira.Sandbox.Jira.Apps;
using GitLabJira.Sandbox.Jira.Issues;
using GitLabJira.Sandbox.World;
using GitLabJira.WholeApp.Tests.Browser;
using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.CreateBranch;

/// <summary>From "Create branch" in a Jira issue to the branch in GitLab. Only <c>acme/shop</c> is linked; the one who clicks is no administrator of anything.</summary>
[TestClass]
public sealed class CreateBranchTests(TestContext test)
{
    private static SandboxWorld _world = null!;
    private static JiraIssue _issue = null!;
    private static GitLabProject _checkout = null!;
    private static GitLabProject _handbook = null!;

    private static JiraUser Jan => _world.Jira.Users.Plain;

    private CancellationToken Cancel => test.CancellationToken;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 1, Seed = Seed.Small() }, context.CancellationToken);
        using var admin = await JiraAdmin.ReadyAsync(_world, "olivia", context.CancellationToken);
        await admin.LinkedAsync(_world.GitLab.State.Group("acme/shop").Id, context.CancellationToken);
        _issue = _world.Jira.Issues.Add("SHOP", "Cart & \"more\" (50%)");
        _checkout = _world.GitLab.State.Project("acme/shop/checkout");
        _handbook = _world.GitLab.State.Project("acme/handbook");
        _world.GitLab.ProtectBranches("marcus", _checkout.Id, "release/*");
        await _world.AdvanceAsync(TimeSpan.FromMinutes(2), context.CancellationToken);
    }

    [ClassCleanup]
    public static async Task StopAsync() => await _world.DisposeAsync();

    [TestMethod]
    [DoNotParallelize] // It lets time pass, in which the tickets of others would run out.
    public async Task Anybody_who_may_push_creates_a_branch_from_an_issue_and_Jira_shows_it()
    {
        using var visitor = await BranchVisitor.FromAsync(_world, _issue, Jan, Cancel);
        var proposed = (string)visitor.Start.Body!["proposedName"]!;
        var signedIn = await visitor.SignInAsync("dana", Cancel);
        var projects = await visitor.ProjectsAsync("check", Cancel);
        var detail = await visitor.ProjectAsync(_checkout.Id, Cancel);

        var created = await visitor.CreateAsync(_checkout.Id, proposed, Cancel, (string)detail.Body!["defaultBranch"]!);

        Assert.AreEqual($"{_issue.Key}-cart-more-50", proposed);
        Assert.AreEqual("dana", (string?)signedIn.Body!["user"]!["username"]);
        Assert.AreEqual("acme/shop/checkout", (string?)projects.Single()!["path"]);
        Assert.IsTrue((bool)detail.Body!["canPush"]!);
        Assert.AreEqual((HttpStatusCode.Created, "branch_created"), (created.Status, created.Reason));
        Assert.AreEqual($"{_world.GitLab.BaseUrl}/acme/shop/checkout/-/tree/{proposed}", (string?)created.Body!["webUrl"]);
        Assert.IsTrue(_world.GitLab.State.Projects[_checkout.Id].Branches.ContainsKey(proposed));
        Assert.IsTrue(await _world.AdvanceUntilAsync(
            () => _world.Jira.State.OfRepository(_checkout.Id.ToString(CultureInfo.InvariantCulture)).Any(entity => entity.Text("name") == proposed && entity.IssueKeys.Contains(_issue.Key)), TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(2), Cancel));
    }

    [TestMethod]
    public async Task The_token_of_Jira_stays_in_no_address_and_the_ticket_in_its_place_works_once()
    {
        using var visitor = new BranchVisitor(_world);
        using var answer = await visitor.OpenAsync(_world.Jira.Tokens.CreateBranchUrl(_issue, Jan.AccountId)!, Cancel);
        var location = answer.Headers.Location!;
        var ticket = location.Fragment["#ticket=".Length..];

        var first = await visitor.RedeemTicketAsync(ticket, Cancel);
        var second = await visitor.RedeemTicketAsync(ticket, Cancel);

        Assert.AreEqual(new Uri(_world.App, "branches/new").AbsoluteUri, location.GetLeftPart(UriPartial.Query));
        Assert.DoesNotContain("jwt", location.AbsoluteUri);
        Assert.AreEqual((HttpStatusCode.OK, "session_started"), (first.Status, first.Reason));
        Assert.AreEqual((HttpStatusCode.Unauthorized, "ticket_used"), (second.Status, second.Reason));
    }

    [TestMethod]
    public async Task A_link_that_Jira_did_not_sign_for_this_very_issue_and_a_user_leads_nowhere()
    {
        using var visitor = new BranchVisitor(_world);
        var good = _world.Jira.Tokens.CreateBranchUrl(_issue, Jan.AccountId)!;
        Uri[] bad =
        [
            new(good.AbsoluteUri.Replace(_issue.Key, "SHOP-1", StringComparison.Ordinal)),
            new(good.AbsoluteUri + "&more=1"),
            new(good.GetLeftPart(UriPartial.Path)),
            new($"{good.GetLeftPart(UriPartial.Path)}?issue_key={_issue.Key}&jwt={_world.Jira.ContextToken(Jan.AccountId)}"),
            _world.Jira.Tokens.CreateBranchUrl(_issue, accountId: null)!,
            _world.Jira.Tokens.CreateBranchUrl(_issue, Jan.AccountId, signature: TokenSignature.ForeignSecret)!,
            _world.Jira.Tokens.CreateBranchUrl(_issue, Jan.AccountId, signature: TokenSignature.None)!,
        ];

        foreach (var address in bad)
        {
            using var answer = await visitor.OpenAsync(address, Cancel);
            Assert.AreEqual(HttpStatusCode.Unauthorized, answer.StatusCode, address.AbsolutePath);
            Assert.IsNull(answer.Headers.Location);
        }
    }

    [TestMethod]
    public async Task Only_what_the_visitor_sees_under_the_linked_groups_can_be_chosen()
    {
        using var visitor = await BranchVisitor.FromAsync(_world, _issue, Jan, Cancel);
        await visitor.SignInAsync("dana", Cancel);
        using var stranger = await BranchVisitor.FromAsync(_world, _issue, Jan, Cancel);
        await stranger.SignInAsync("otto", Cancel);

        var all = await visitor.ProjectsAsync("", Cancel);

        Assert.AreSequenceEqual(["acme/shop/checkout"], all.Select(project => (string)project!["path"]!));
        Assert.AreEqual("project_not_found", (await visitor.ProjectAsync(_handbook.Id, Cancel)).Reason, "dana may push there, and yet the group is not linked");
        Assert.AreEqual("project_not_found", (await visitor.CreateAsync(_handbook.Id, "SHOP-1-a", Cancel)).Reason);
        Assert.IsEmpty(await stranger.ProjectsAsync("", Cancel));
        Assert.AreEqual("project_not_found", (await stranger.CreateAsync(_checkout.Id, "SHOP-1-b", Cancel)).Reason);
    }

    [TestMethod]
    public async Task Says_before_the_click_who_may_not_push_and_refuses_after_it()
    {
        using var reporter = await BranchVisitor.FromAsync(_world, _issue, Jan, Cancel);
        await reporter.SignInAsync("rosa", Cancel);

        var detail = await reporter.ProjectAsync(_checkout.Id, Cancel);
        var created = await reporter.CreateAsync(_checkout.Id, "SHOP-1-reporter", Cancel);

        Assert.AreEqual((false, "no_push_right"), ((bool)detail.Body!["canPush"]!, (string?)detail.Body["why"]));
        Assert.AreEqual((HttpStatusCode.Forbidden, "no_push_right"), (created.Status, created.Reason));
        Assert.IsFalse(_world.GitLab.State.Projects[_checkout.Id].Branches.ContainsKey("SHOP-1-reporter"));
    }

    [TestMethod]
    [DataRow("main", "main", HttpStatusCode.Conflict, "branch_exists", "name")]
    [DataRow("SHOP-1-x", "no-such-branch", HttpStatusCode.UnprocessableEntity, "source_not_found", "source")]
    [DataRow("release/1.0", "main", HttpStatusCode.Forbidden, "name_protected", "name")]
    [DataRow("two words", "main", HttpStatusCode.UnprocessableEntity, "bad_field", "name")]
    [DataRow("SHOP-1-y", "", HttpStatusCode.UnprocessableEntity, "bad_field", "source")]
    public async Task Tells_why_a_branch_cannot_be(string name, string source, HttpStatusCode status, string reason, string field)
    {
        using var visitor = await BranchVisitor.FromAsync(_world, _issue, Jan, Cancel);
        await visitor.SignInAsync("dana", Cancel);

        var answer = await visitor.CreateAsync(_checkout.Id, name, Cancel, source);

        Assert.AreEqual((status, reason, field), (answer.Status, answer.Reason, (string?)answer.Body!["field"]));
    }

    [TestMethod]
    public async Task A_sign_in_is_of_one_visit_so_that_nobody_lures_somebody_elses()
    {
        // The thief sends his own ticket; the victim opens it and signs in with her own GitLab account.
        using var thief = new BranchVisitor(_world);
        using var victim = new BranchVisitor(_world);
        var lure = await thief.TicketAsync(_issue, Jan, Cancel);
        victim.Session = (string?)(await victim.RedeemTicketAsync(lure, Cancel)).Body!["session"];
        await victim.SignInAsync("olivia", Cancel);

        using var again = await BranchVisitor.FromAsync(_world, _issue, Jan, Cancel);

        Assert.AreEqual("ticket_used", (await thief.RedeemTicketAsync(lure, Cancel)).Reason);
        Assert.AreEqual("not_signed_in", (await again.CreateAsync(_checkout.Id, "SHOP-1-stolen", Cancel)).Reason, "the thief's next visit has nothing of it");
        Assert.IsNull(again.Start.Body!["hosts"]![0]!["user"]);
    }

    [TestMethod]
    public async Task A_sign_in_for_a_branch_is_none_for_links_nor_the_other_way_round()
    {
        using var visitor = await BranchVisitor.FromAsync(_world, _issue, _world.Jira.Users.OrganizationAdmin, Cancel);
        using var other = await BranchVisitor.FromAsync(_world, _issue, _world.Jira.Users.OrganizationAdmin, Cancel);
        using var admin = new JiraAdmin(_world, _world.Jira, _world.Jira.Users.OrganizationAdmin);
        var grants = await RowsAsync("Grants");
        var forBranch = await _world.GitLab.AuthorizeAsync("marcus", await visitor.StartSignInAsync(Cancel));
        var forLinks = await _world.GitLab.AuthorizeAsync("marcus", (await admin.StartSignInAsync(Cancel)).Authorize);

        Assert.AreEqual("sign_in_of_someone_else", (await admin.RedeemAsync(forBranch, Cancel)).Reason);
        Assert.AreEqual("sign_in_of_someone_else", (await other.RedeemAsync(forBranch, Cancel)).Reason);
        Assert.AreEqual("sign_in_of_someone_else", (await visitor.RedeemAsync(forLinks, Cancel)).Reason);
        Assert.AreEqual("signed_in", (await visitor.RedeemAsync(forBranch, Cancel)).Reason);
        Assert.AreSequenceEqual(grants, await RowsAsync("Grants"));
        Assert.AreEqual("not_signed_in", (await admin.LinkAsync(_world.GitLab.State.Group("acme").Id, Cancel)).Reason);
    }

    [TestMethod]
    public async Task Signing_out_ends_the_token_at_GitLab()
    {
        using var visitor = await BranchVisitor.FromAsync(_world, _issue, Jan, Cancel);
        await visitor.SignInAsync("derek", Cancel);
        var derek = _world.GitLab.State.User("derek").Id;
        Assert.IsTrue(_world.GitLab.OAuth.LiveTokens.Any(token => token.UserId == derek));

        var answer = await visitor.CallAsync(HttpMethod.Delete, "branches/sign-in", body: null, Cancel);

        Assert.AreEqual("signed_out", answer.Reason);
        Assert.IsFalse(_world.GitLab.OAuth.LiveTokens.Any(token => token.UserId == derek));
        Assert.AreEqual("not_signed_in", (await visitor.ProjectAsync(_checkout.Id, Cancel)).Reason);
    }

    [TestMethod]
    [DataRow("GET", "branches/session")]
    [DataRow("POST", "branches/sign-in")]
    [DataRow("POST", "branches/sign-in/redeem")]
    [DataRow("DELETE", "branches/sign-in")]
    [DataRow("GET", "branches/projects")]
    [DataRow("GET", "branches/projects/1")]
    [DataRow("GET", "branches/projects/1/branches")]
    [DataRow("POST", "branches")]
    public async Task Nothing_is_told_without_a_session(string method, string path)
    {
        using var nobody = new BranchVisitor(_world);

        foreach (var session in new[] { null, new string('A', 43), _world.Jira.ContextToken(Jan.AccountId) })
        {
            nobody.Session = session;
            var answer = await nobody.CallAsync(new HttpMethod(method), path, method is "POST" ? new { } : null, Cancel);
            Assert.AreEqual((HttpStatusCode.Unauthorized, "session_ended"), (answer.Status, answer.Reason), path);
        }
    }

    [TestMethod]
    public async Task The_page_holds_no_data_and_nobody_may_frame_it()
    {
        using var visitor = new BranchVisitor(_world);
        using var page = await visitor.OpenAsync(new Uri(_world.App, "branches/new"), Cancel);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();

        Assert.AreEqual(HttpStatusCode.OK, page.StatusCode);
        StringAssert.Contains(policy, "frame-ancestors 'none'", StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy);
        Assert.IsTrue(page.Headers.CacheControl!.NoStore);
    }

    [TestMethod]
    public async Task A_person_at_a_browser_goes_the_whole_way()
    {
        await using var visitor = await Visitor.ComeAsync();
        var page = await ClickAsync(visitor);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"Create branch for {_issue.Key}");
        var address = page.Url;
        var gitLab = await visitor.OpensAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Sign in to GitLab" }).ClickAsync());

        // She has authorized the app before, when she linked the group: GitLab does not ask again.
        await gitLab.ClickAsync("button[value=olivia]");
        await Assertions.Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("Signed in to GitLab as @olivia");

        // A reload keeps the visit: the ticket is used, the session is the tab's.
        await page.ReloadAsync();
        await page.Locator("#branch-project").FillAsync("checkout");
        await page.GetByRole(AriaRole.Option, new() { Name = "acme/shop/checkout" }).ClickAsync();
        await Assertions.Expect(page.Locator("form")).ToContainTextAsync("main");
        await page.Locator("#branch-name").FillAsync("SHOP-2-from-a-browser");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create branch" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Open SHOP-2-from-a-browser in GitLab" })).ToBeVisibleAsync();
        Assert.AreEqual(new Uri(_world.App, "branches/new").AbsoluteUri, address);
        Assert.IsTrue(_world.GitLab.State.Projects[_checkout.Id].Branches.ContainsKey("SHOP-2-from-a-browser"));
        Assert.IsEmpty(visitor.Complaints);
    }

    [TestMethod]
    public async Task Nothing_is_amiss_before_and_after_a_sign_in_nor_for_somebody_who_may_not_push()
    {
        // Whichever test comes first: she has authorized the app, and GitLab does not ask again.
        using var before = await BranchVisitor.FromAsync(_world, _issue, Jan, Cancel);
        await before.SignInAsync("rosa", Cancel);
        await using var visitor = await Visitor.ComeAsync();
        var page = await ClickAsync(visitor);
        await CheckAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Sign in to GitLab" }), "branch-sign-in");

        var gitLab = await visitor.OpensAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Sign in to GitLab" }).ClickAsync());
        await gitLab.ClickAsync("button[value=rosa]");
        await CheckAsync(page, page.Locator("#branch-project"), "branch-form");

        await page.Locator("#branch-project").FillAsync("checkout");
        await CheckAsync(page, page.GetByRole(AriaRole.Option, new() { Name = "acme/shop/checkout" }), "branch-projects");

        await page.GetByRole(AriaRole.Option, new() { Name = "acme/shop/checkout" }).ClickAsync();
        await CheckAsync(page, page.GetByText("You cannot create branches in this project"), "branch-no-push");
    }

    [TestMethod]
    public async Task Nothing_is_amiss_where_a_name_is_wrong_a_branch_was_made_or_the_visit_has_ended()
    {
        await using var visitor = await Visitor.ComeAsync();
        var page = await ClickAsync(visitor);
        var gitLab = await visitor.OpensAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Sign in to GitLab" }).ClickAsync());
        await gitLab.ClickAsync("button[value=olivia]");
        await page.Locator("#branch-project").FillAsync("checkout");
        await page.GetByRole(AriaRole.Option, new() { Name = "acme/shop/checkout" }).ClickAsync();
        await page.Locator("#branch-name").FillAsync("main");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create branch" }).ClickAsync();
        await CheckAsync(page, page.Locator("#branch-name[aria-invalid=true]"), "branch-wrong-name");

        await page.Locator("#branch-name").FillAsync("SHOP-2-looked-at");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create branch" }).ClickAsync();
        await CheckAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "Open SHOP-2-looked-at in GitLab" }), "branch-created");

        await page.EvaluateAsync("sessionStorage.clear()");
        await page.ReloadAsync();
        await CheckAsync(page, page.GetByRole(AriaRole.Alert), "branch-ended");
    }

    /// <summary>Goes from the issue to the page.</summary>
    private static async Task<IPage> ClickAsync(Visitor visitor)
    {
        await visitor.Page.GotoAsync(new Uri(_world.Jira.BaseUrl, $"/browse/{_issue.Key}").AbsoluteUri);
        return await visitor.OpensAsync(() => visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Create branch" }).ClickAsync());
    }

    private static async Task CheckAsync(IPage page, ILocator shown, string screen)
    {
        await Assertions.Expect(shown).ToBeVisibleAsync();
        await Looks.CheckAsync(page, page.Locator("html"), theme => page.EmulateMediaAsync(new() { ColorScheme = theme }), screen);
    }

    private async Task<IReadOnlyList<string>> RowsAsync(string table) => await new TableServiceClient(_world.Storage.ConnectionString).GetTableClient(table)
        .QueryAsync<TableEntity>(cancellationToken: Cancel).Select(row => $"{row.PartitionKey} {row.RowKey}").ToListAsync(Cancel);
}
