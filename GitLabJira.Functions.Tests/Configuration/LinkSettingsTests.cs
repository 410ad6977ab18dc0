using System.Globalization;
using System.Net;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Users;
using GitLabJira.Functions.Tests.GitLab;

namespace GitLabJira.Functions.Tests.Configuration;

/// <summary>Reading and changing what the admins of a link have chosen.</summary>
[TestClass]
public sealed class LinkSettingsTests(TestContext test)
{
    private const string All = """
        {"kinds":["feature_flags","merge_requests","commits","branches","pipelines","deployments"],"window":30,"showDrafts":true,"serviceIds":["b:one","b:two","b:one"],
         "environmentTypes":[{"name":"prod-*","type":"production"},{"name":"review/*","type":"unmapped"}],"firstParentOnly":true,"excludedProjects":[7,"acme/web/shop"],"includedProjects":[7,8],"jiraProjects":["shop","A1","SHOP"],"archivedProjects":false}
        """;

    private readonly PageScene _scene = new();

    [TestMethod]
    public async Task Shows_the_defaults_of_a_new_link()
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);

        var answer = await _scene.SettingsAsync(link.Id);

        Assert.AreEqual(200, answer.Status);
        Assert.AreEqual("\"0\"", answer.Headers.ETag.ToString());
        Assert.AreEqual(
            """{"reason":"shown","version":0,"settings":{"kinds":["merge_requests","branches"],"window":90,"showDrafts":false,"serviceIds":[],"environmentTypes":[],"firstParentOnly":false,"excludedProjects":[],"includedProjects":[],"jiraProjects":[],"archivedProjects":true},"excluded":[],"included":[]}""",
            answer.Text);
    }

    [TestMethod]
    public async Task Replaces_all_settings_and_shows_them_in_the_form_that_it_takes()
    {
        var link = await LinkWithGrantAsync();
        Shows("7", 7, "acme/anvil");
        Shows("7", 7, "acme/anvil");
        Shows("8", 8, "acme/bolt");
        Shows("acme%2Fweb%2Fshop", 9, "acme/web/shop");

        var answer = await _scene.ChangeSettingsAsync(link.Id, All);
        var shown = await _scene.SettingsAsync(link.Id);
        var again = await _scene.ChangeSettingsAsync(link.Id, shown.Json["settings"]!.ToJsonString(), "\"1\"");

        Assert.AreEqual(200, answer.Status, answer.Text);
        Assert.AreEqual("\"1\"", answer.Headers.ETag.ToString());
        Assert.AreEqual(
            """
            {"kinds":["merge_requests","branches","commits","pipelines","deployments","feature_flags"],"window":30,"showDrafts":true,"serviceIds":["b:one","b:two"],"environmentTypes":[{"name":"prod-*","type":"production"},{"name":"review/*","type":"unmapped"}],"firstParentOnly":true,"excludedProjects":[7,9],"includedProjects":[7,8],"jiraProjects":["SHOP","A1"],"archivedProjects":false}
            """.Trim(),
            shown.Json["settings"]!.ToJsonString());
        Assert.AreEqual("""[{"id":7,"path":"acme/anvil"},{"id":9,"path":"acme/web/shop"}]""", shown.Json["excluded"]!.ToJsonString());
        Assert.AreEqual(200, again.Status, again.Text);
        Assert.AreEqual(shown.Json["settings"]!.ToJsonString(), again.Json["settings"]!.ToJsonString());
    }

    [TestMethod]
    public async Task Has_what_Jira_holds_of_a_newly_excluded_project_looked_at_twice_and_of_no_other()
    {
        var link = await LinkWithGrantAsync();
        Shows("7", 7, "acme/anvil");
        Shows("8", 8, "acme/bolt");

        await _scene.ChangeSettingsAsync(link.Id, """{"excludedProjects":[7]}""");
        _scene.LooksAsked.Clear();
        await _scene.ChangeSettingsAsync(link.Id, """{"excludedProjects":[7,8]}""", "\"1\"");

        CollectionAssert.AreEqual(
            new[] { (EntityKind.Repository, "8", TimeSpan.Zero), (EntityKind.Repository, "8", TimeSpan.FromSeconds(60)) },
            _scene.LooksAsked);
    }

    [TestMethod]
    public async Task Has_what_Jira_holds_of_all_but_the_included_projects_looked_at()
    {
        var link = await LinkWithGrantAsync();
        await _scene.ProjectRows.AddAsync(link.Id, "run", [new NamedProject(7, "acme/anvil"), new NamedProject(8, "acme/bolt"), new NamedProject(9, "acme/nut")], test.CancellationToken);
        Shows("8", 8, "acme/bolt");

        var answer = await _scene.ChangeSettingsAsync(link.Id, """{"includedProjects":[8],"archivedProjects":false}""");

        Assert.AreEqual(200, answer.Status, answer.Text);
        Assert.AreEqual("7, 7, 9, 9", string.Join(", ", _scene.LooksAsked.Select(look => look.EntityId)));
        var settings = (await _scene.GitLab.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!.Settings;
        Assert.AreEqual((true, false, false), (settings.Excludes(7), settings.Excludes(8), settings.ArchivedProjects));
        Assert.AreEqual(GitLabScene.Start, (await _scene.GitLab.Repairs.FindAsync(link.Id, test.CancellationToken))!.DueAt, "Reconcile finds what is archived.");
    }

    [TestMethod]
    [DataRow("""{"jiraProjects":["A"]}""", "jiraProjects[0]")]
    [DataRow("""{"jiraProjects":["SHOP","1AB"]}""", "jiraProjects[1]")]
    [DataRow("""{"jiraProjects":["SHOP-1"]}""", "jiraProjects[0]")]
    [DataRow("""{"jiraProjects":"SHOP"}""", "jiraProjects")]
    [DataRow("""{"archivedProjects":"no"}""", "archivedProjects")]
    [DataRow("""{"includedProjects":["bolt"]}""", "includedProjects[0]")]
    public async Task Refuses_what_is_no_project(string body, string field)
    {
        var link = await LinkWithGrantAsync();

        var answer = await _scene.ChangeSettingsAsync(link.Id, body);

        Assert.AreEqual((422, field), (answer.Status, (string?)answer.Json["field"]));
    }

    [TestMethod]
    public void Only_keys_of_the_chosen_jira_projects_count()
    {
        var link = _scene.GitLab.NewLink();
        var chosen = link with { Settings = link.Settings with { JiraProjects = ["SHOP", "A_1"] } };

        Assert.AreSequenceEqual(["SHOP-1", "A_1-22"], EntityKeys.OfCommit(Commit("SHOP-1 SHOPS-2 A_1-22 CORE-3")).For(chosen));
        Assert.HasCount(4, EntityKeys.OfCommit(Commit("SHOP-1 SHOPS-2 A_1-22 CORE-3")).For(link));
    }

    [TestMethod]
    [DataRow(499, 500, "CORE-1")]
    [DataRow(500, 500, "SHOP-500")]
    [DataRow(501, 500, "SHOP-500")]
    public void Jira_takes_500_keys_of_an_entity(int keys, int expected, string last)
    {
        var text = $"{string.Join(' ', Enumerable.Range(1, keys).Select(n => string.Create(CultureInfo.InvariantCulture, $"SHOP-{n}")))} CORE-1";

        var counted = EntityKeys.OfCommit(Commit(text)).For(_scene.GitLab.NewLink());

        Assert.HasCount(expected, counted);
        Assert.AreEqual(last, counted[^1]);
    }

    [TestMethod]
    public void Keys_that_do_not_count_take_no_room()
    {
        var link = _scene.GitLab.NewLink();
        var chosen = link with { Settings = link.Settings with { JiraProjects = ["SHOP"] } };
        var text = $"{string.Join(' ', Enumerable.Range(1, 600).Select(n => string.Create(CultureInfo.InvariantCulture, $"CORE-{n}")))} SHOP-1";

        Assert.AreSequenceEqual(["SHOP-1"], EntityKeys.OfCommit(Commit(text)).For(chosen));
    }

    private static GitLabCommit Commit(string message) => new()
    {
        Sha = "2222222222222222222222222222222222222222",
        Message = message,
        Author = new GitLabPerson { Name = "Ada" },
        CommittedAt = GitLabScene.Start,
        WebUrl = "https://gitlab.test/acme/p1/-/commit/2",
    };

    [TestMethod]
    public async Task The_second_of_two_admins_learns_of_the_first()
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);

        var first = await _scene.ChangeSettingsAsync(link.Id, """{"showDrafts":true}""");
        var second = await _scene.ChangeSettingsAsync(link.Id, """{"window":5}""");
        var blind = await _scene.ChangeSettingsAsync(link.Id, """{"window":5}""", ifMatch: null);

        Assert.AreEqual(200, first.Status);
        Assert.AreEqual((412, "changed_meanwhile", "If-Match"), (second.Status, second.Reason, second.Json["field"]!.GetValue<string>()));
        Assert.AreEqual((428, "bad_field", "If-Match"), (blind.Status, blind.Reason, blind.Json["field"]!.GetValue<string>()));
        Assert.IsTrue((await SettingsAsync(link)).ShowDrafts);
    }

    [TestMethod]
    public async Task A_sync_that_begins_meanwhile_disturbs_no_change()
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);
        await _scene.GitLab.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { ActiveRunId = "run" }, test.CancellationToken);

        var answer = await _scene.ChangeSettingsAsync(link.Id, """{"showDrafts":true}""");

        Assert.AreEqual(200, answer.Status);
        Assert.AreEqual("run", (await _scene.GitLab.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!.ActiveRunId);
    }

    [TestMethod]
    [DataRow("""{"\ud800":1}""", "an unnamed field")]
    [DataRow("""{"kinds":"all"}""", "kinds")]
    [DataRow("""{"kinds":[]}""", "kinds")]
    [DataRow("""{"kinds":["branches","wikis"]}""", "kinds[1]")]
    [DataRow("""{"window":0}""", "window")]
    [DataRow("""{"window":1096}""", "window")]
    [DataRow("""{"window":1.5}""", "window")]
    [DataRow("""{"window":"7"}""", "window")]
    [DataRow("""{"showDrafts":"yes"}""", "showDrafts")]
    [DataRow("""{"firstParentOnly":1}""", "firstParentOnly")]
    [DataRow("""{"serviceIds":["ok",""]}""", "serviceIds[1]")]
    [DataRow("""{"serviceIds":["a\u0007"]}""", "serviceIds[0]")]
    [DataRow("""{"serviceIds":["\ud800"]}""", "serviceIds[0]")]
    [DataRow("""{"serviceIds":{}}""", "serviceIds")]
    [DataRow("""{"environmentTypes":[{"name":"x","type":"qa"}]}""", "environmentTypes[0].type")]
    [DataRow("""{"environmentTypes":[{"type":"staging"}]}""", "environmentTypes[0].name")]
    [DataRow("""{"environmentTypes":[{"name":"x","type":"staging","tier":1}]}""", "environmentTypes[0].tier")]
    [DataRow("""{"environmentTypes":["production"]}""", "environmentTypes[0]")]
    [DataRow("""{"excludedProjects":[0]}""", "excludedProjects[0]")]
    [DataRow("""{"excludedProjects":["no-path"]}""", "excludedProjects[0]")]
    [DataRow("""{"excludedProjects":[1.5]}""", "excludedProjects[0]")]
    [DataRow("""{"showdrafts":true}""", "showdrafts")]
    [DataRow("""{"<script>":true}""", "an unnamed field")]
    [DataRow("""{"showDrafts":true,"showDrafts":false}""", "showDrafts")]
    public async Task Names_what_is_wrong(string body, string field)
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);

        var answer = await _scene.ChangeSettingsAsync(link.Id, body);

        Assert.AreEqual((422, "bad_field", field), (answer.Status, answer.Reason, answer.Json["field"]!.GetValue<string>()), answer.Text);
        Assert.AreEqual(0, (await SettingsAsync(link)).Version);
    }

    [TestMethod]
    [DataRow("serviceIds", "\"s\"", 100)]
    [DataRow("environmentTypes", """{"name":"x","type":"staging"}""", 50)]
    public async Task Takes_lists_up_to_their_limit(string field, string item, int most)
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);

        var full = await _scene.ChangeSettingsAsync(link.Id, $$"""{"{{field}}":[{{string.Join(',', Enumerable.Repeat(item, most))}}]}""");
        var over = await _scene.ChangeSettingsAsync(link.Id, $$"""{"{{field}}":[{{string.Join(',', Enumerable.Repeat(item, most + 1))}}]}""", "\"1\"");

        Assert.AreEqual(200, full.Status, full.Text);
        Assert.AreEqual((422, field), (over.Status, over.Json["field"]!.GetValue<string>()));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("{")]
    public async Task Takes_nothing_but_an_object(string body)
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);

        var answer = await _scene.ChangeSettingsAsync(link.Id, body);

        Assert.AreEqual((400, "malformed_body"), (answer.Status, answer.Reason));
    }

    [TestMethod]
    public async Task Takes_16_KiB_and_no_more()
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);

        var answer = await _scene.ChangeSettingsAsync(link.Id, "{" + new string(' ', 16 * 1024) + "}");

        Assert.AreEqual((413, "body_too_large"), (answer.Status, answer.Reason));
    }

    [TestMethod]
    [DataRow(7, "elsewhere/anvil", HttpStatusCode.OK)]
    [DataRow(7, "acme", HttpStatusCode.OK)]
    [DataRow(0, "", HttpStatusCode.NotFound)]
    public async Task Excludes_only_projects_of_the_group_that_can_be_seen(int id, string path, HttpStatusCode status)
    {
        var link = await LinkWithGrantAsync();
        _scene.GitLab.Http.On($"GET {GitLabScene.Api}projects/7", status, $$"""{"id":{{id}},"path_with_namespace":"{{path}}"}""");

        var answer = await _scene.ChangeSettingsAsync(link.Id, """{"excludedProjects":[7]}""");

        Assert.AreEqual((422, "excludedProjects[0]"), (answer.Status, answer.Json["field"]?.GetValue<string>()), answer.Text);
        Assert.IsEmpty(_scene.LooksAsked);
    }

    [TestMethod]
    public async Task What_is_excluded_stays_so_when_GitLab_has_deleted_it()
    {
        var link = await LinkWithGrantAsync();
        Shows("7", 7, "acme/anvil");
        await _scene.ChangeSettingsAsync(link.Id, """{"excludedProjects":[7]}""");

        var answer = await _scene.ChangeSettingsAsync(link.Id, """{"showDrafts":true,"excludedProjects":["acme/anvil"]}""", "\"1\"");

        Assert.AreEqual(200, answer.Status, answer.Text);
        Assert.IsTrue((await SettingsAsync(link)).Excludes(7));
    }

    [TestMethod]
    public async Task Is_for_site_admins_of_the_links_own_site_alone()
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);
        _scene.Verdict = SiteAdminVerdict.NotAdmin;
        var asUser = new[] { await _scene.SettingsAsync(link.Id), await _scene.ChangeSettingsAsync(link.Id, "{}") };
        _scene.Verdict = SiteAdminVerdict.Admin;
        _scene.User = _scene.User! with { Installation = PageScene.Site with { ClientKey = "site-2" } };
        var asStranger = new[] { await _scene.SettingsAsync(link.Id), await _scene.ChangeSettingsAsync(link.Id, "{}") };
        _scene.User = null;
        var asNobody = new[] { await _scene.SettingsAsync(link.Id), await _scene.ChangeSettingsAsync(link.Id, "{}") };

        Assert.IsTrue(Array.TrueForAll(asUser, answer => answer.Status == 403 && answer.Reason == "not_site_admin"));
        Assert.IsTrue(Array.TrueForAll(asStranger, answer => answer.Status == 404 && answer.Reason == "link_not_found"));
        Assert.IsTrue(Array.TrueForAll(asNobody, answer => answer.Status == 401));
    }

    [TestMethod]
    public void What_is_chosen_decides_how_entities_show()
    {
        var link = _scene.GitLab.NewLink() with
        {
            Settings = new LinkSettings
            {
                ShowDrafts = true,
                FirstParentOnly = true,
                ServiceIds = ["b:one"],
                Environments = [new EnvironmentRule("prod-*", EnvironmentTier.Staging), new EnvironmentRule("*", EnvironmentTier.Other)],
            },
        };

        var settings = EntitySettings.Of(link);

        Assert.IsTrue(settings.ShowDrafts);
        Assert.IsTrue(settings.FirstParentOnly);
        Assert.AreEqual("b:one", settings.ServiceIds.Single());
        Assert.AreEqual(JiraEnvironmentType.Staging, settings.EnvironmentTypes.Of(new GitLabEnvironment(1, "PROD-eu", EnvironmentTier.Production)));
        Assert.AreEqual(JiraEnvironmentType.Unmapped, settings.EnvironmentTypes.Of(new GitLabEnvironment(1, "live", EnvironmentTier.Production)));
    }

    private async Task<Link> LinkWithGrantAsync()
    {
        await _scene.GitLab.SignInAsync(GitLabScene.Ann, 1, "ann", test.CancellationToken);
        return await _scene.GitLab.LinkAsync(test.CancellationToken);
    }

    private void Shows(string asked, long id, string path) =>
        _scene.GitLab.Http.On($"GET {GitLabScene.Api}projects/{asked}", $$"""{"id":{{id}},"path_with_namespace":"{{path}}"}""");

    private async Task<LinkSettings> SettingsAsync(Link link) => (await _scene.GitLab.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!.Settings;
}
