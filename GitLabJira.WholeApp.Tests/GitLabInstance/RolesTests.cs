using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.WholeApp.Tests.GitLabInstance;

[TestClass]
public sealed class RolesTests
{
    [TestMethod]
    [DataRow("otto", HttpStatusCode.NotFound)]
    [DataRow("gita", HttpStatusCode.OK)]
    [DataRow("dana", HttpStatusCode.OK)]
    [DataRow("root", HttpStatusCode.OK)]
    public async Task Hides_private_things_from_strangers(string user, HttpStatusCode expected)
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As(user);

        Assert.AreEqual(expected, await client.StatusOfAsync($"projects/{instance.Checkout.Id}"));
        Assert.AreEqual(expected, await client.StatusOfAsync($"groups/{instance.Acme.Id}"));
    }

    [TestMethod]
    [DataRow("repository/branches")]
    [DataRow("repository/commits")]
    [DataRow("merge_requests")]
    public async Task Lets_guests_see_a_private_project_but_not_its_code(string part)
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var guest = instance.As("gita");
        using var reporter = instance.As("rosa");

        Assert.AreEqual(HttpStatusCode.Forbidden, await guest.StatusOfAsync($"projects/{instance.Checkout.Id}/{part}"));
        Assert.AreEqual(HttpStatusCode.OK, await reporter.StatusOfAsync($"projects/{instance.Checkout.Id}/{part}"));
    }

    [TestMethod]
    public async Task Says_401_without_a_token_and_for_one_it_does_not_know()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = new GitLabClientForTests(instance.Site, "unknown");

        using var answer = await client.GetAsync("user");

        Assert.AreEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.AreEqual("""{"message":"401 Unauthorized"}""", await answer.Content.ReadAsStringAsync());
    }

    [TestMethod]
    [DataRow("marcus", 40)]
    [DataRow("dana", 30)]
    public async Task Tells_inherited_levels(string user, int expected)
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As("olivia");
        var shop = instance.Site.State.Group("acme/shop");

        var member = await client.ReadAsync($"groups/{shop.Id}/members/all/{instance.Site.State.User(user).Id}");
        var direct = await client.StatusOfAsync($"groups/{shop.Id}/members/{instance.Site.State.User(user).Id}");

        Assert.AreEqual(expected, (int)member["access_level"]!);
        Assert.AreEqual(HttpStatusCode.NotFound, direct);
    }

    [TestMethod]
    public async Task Lists_the_groups_that_a_user_maintains_with_those_below_them()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var marcus = instance.As("marcus");
        using var dana = instance.As("dana");

        var maintained = await marcus.ListAsync("groups?min_access_level=40&order_by=path&sort=asc");
        var none = await dana.ListAsync("groups?min_access_level=40");
        var found = await marcus.ListAsync("groups?min_access_level=40&search=acme%2Fsh");

        CollectionAssert.AreEqual(new[] { "acme", "acme/shop" }, maintained.Select(group => (string)group!["full_path"]!).ToArray());
        Assert.IsEmpty(none);
        Assert.AreEqual("acme/shop", (string)found.Single()!["full_path"]!);
    }

    [TestMethod]
    public async Task Ends_a_membership_on_its_day()
    {
        await using var instance = await InstanceForTests.StartAsync();
        instance.Site.SetGroupMember("olivia", instance.Acme.Id, "otto", AccessLevel.Maintainer, new DateOnly(2026, 11, 25));
        using var client = instance.As("otto");

        var before = await client.StatusOfAsync($"groups/{instance.Acme.Id}");
        instance.Time.Advance(TimeSpan.FromDays(2));
        var after = await client.StatusOfAsync($"groups/{instance.Acme.Id}");

        Assert.AreEqual(HttpStatusCode.OK, before);
        Assert.AreEqual(HttpStatusCode.NotFound, after);
    }

    [TestMethod]
    public async Task Lends_a_shared_project_at_the_lower_level()
    {
        await using var instance = await InstanceForTests.StartAsync();
        var portfolio = instance.Site.State.Project("freelancers/portfolio");
        instance.Site.ShareProject("frieda", portfolio.Id, instance.Acme.Id, AccessLevel.Reporter);

        Assert.ThrowsExactly<GitLabRefusedException>(() => instance.Site.Push("marcus", portfolio.Id, "try", "SHOP-1"));
        using var client = instance.As("marcus");
        Assert.AreEqual(HttpStatusCode.OK, await client.StatusOfAsync($"projects/{portfolio.Id}/repository/branches"));
    }

    [TestMethod]
    [DataRow("olivia", "acme", HttpStatusCode.Created)]
    [DataRow("marcus", "acme", HttpStatusCode.Forbidden)]
    [DataRow("otto", "acme", HttpStatusCode.NotFound)]
    [DataRow("frieda", "freelancers", HttpStatusCode.NotFound)]
    public async Task Gives_group_hooks_to_owners_of_paid_groups_only(string user, string group, HttpStatusCode expected)
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As(user);

        using var answer = await client.SendAsync(HttpMethod.Post, $"groups/{instance.Site.State.Group(group).Id}/hooks", new { url = "http://127.0.0.1:9/hook" });

        Assert.AreEqual(expected, answer.StatusCode);
    }

    [TestMethod]
    [DataRow("marcus", HttpStatusCode.Created)]
    [DataRow("dana", HttpStatusCode.Forbidden)]
    public async Task Gives_project_hooks_to_maintainers(string user, HttpStatusCode expected)
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As(user);

        using var answer = await client.SendAsync(HttpMethod.Post, $"projects/{instance.Checkout.Id}/hooks", new { url = "http://127.0.0.1:9/hook" });

        Assert.AreEqual(expected, answer.StatusCode);
    }

    [TestMethod]
    public async Task Tells_a_group_s_plan_to_its_owner()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var owner = instance.As("olivia");
        using var maintainer = instance.As("marcus");

        Assert.AreEqual("premium", (string)(await owner.ReadAsync($"namespaces/{instance.Acme.Id}"))["plan"]!);
        Assert.IsNull((await maintainer.ReadAsync($"namespaces/{instance.Acme.Id}"))["plan"]);
    }

    [TestMethod]
    public async Task Tells_the_reader_s_own_level_in_a_project()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As("dana");

        var permissions = (await client.ReadAsync($"projects/{instance.Checkout.Id}"))["permissions"]!;

        Assert.AreEqual(30, (int)permissions["group_access"]!["access_level"]!);
        Assert.IsNull(permissions["project_access"]);
    }

    [TestMethod]
    public async Task Refuses_a_push_of_somebody_who_may_only_read()
    {
        await using var instance = await InstanceForTests.StartAsync();

        Assert.ThrowsExactly<GitLabRefusedException>(() => instance.Site.Push("rosa", instance.Checkout.Id, "try", "SHOP-1"));
    }

    [TestMethod]
    public async Task Keeps_hook_secrets_to_itself_and_forgets_those_that_an_edit_leaves_out()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As("marcus");
        var path = $"projects/{instance.Checkout.Id}/hooks";
        var signing = "whsec_" + Convert.ToBase64String(new byte[32]);

        using var created = await client.SendAsync(HttpMethod.Post, path, new { url = "http://127.0.0.1:9/hook", token = "secret-token", signing_token = signing, push_events = true });
        var hook = (await created.Content.ReadFromJsonAsync<JsonNode>())!;
        using var edited = await client.SendAsync(HttpMethod.Put, $"{path}/{hook["id"]}", new { url = "http://127.0.0.1:9/hook", note_events = true });
        var after = (await edited.Content.ReadFromJsonAsync<JsonNode>())!;

        Assert.IsTrue((bool)hook["token_present"]! && (bool)hook["signing_token_present"]!);
        Assert.DoesNotContain("secret-token", hook.ToJsonString());
        Assert.IsFalse((bool)after["token_present"]! || (bool)after["signing_token_present"]!);
        Assert.IsTrue((bool)after["push_events"]! && (bool)after["note_events"]!);
    }

    [TestMethod]
    public async Task Ignores_signing_tokens_before_version_19()
    {
        await using var instance = await InstanceForTests.StartAsync(options => options with { Version = "18.11.2-ee" });
        using var client = instance.As("marcus");

        using var created = await client.SendAsync(HttpMethod.Post, $"projects/{instance.Checkout.Id}/hooks", new { url = "http://127.0.0.1:9/hook", signing_token = "whsec_" + Convert.ToBase64String(new byte[32]) });

        Assert.IsNull((await created.Content.ReadFromJsonAsync<JsonNode>())!["signing_token_present"]);
    }

    [TestMethod]
    [DataRow("""{"push_events":true}""", HttpStatusCode.BadRequest)]
    [DataRow("""{"url":"ftp://127.0.0.1/"}""", HttpStatusCode.UnprocessableEntity)]
    [DataRow("""{"url":"http://127.0.0.1/","signing_token":"short"}""", HttpStatusCode.UnprocessableEntity)]
    [DataRow("""{"url":"http://127.0.0.1/","push_events":"perhaps"}""", HttpStatusCode.BadRequest)]
    [DataRow("""{"url":""", HttpStatusCode.BadRequest)]
    public async Task Refuses_hooks_that_are_not_in_order(string body, HttpStatusCode expected)
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As("marcus");
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var answer = await client.Http.PostAsync(new Uri($"api/v4/projects/{instance.Checkout.Id}/hooks", UriKind.Relative), content);

        Assert.AreEqual(expected, answer.StatusCode);
    }

    [TestMethod]
    public async Task Lets_a_group_have_fifty_hooks()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As("olivia");
        var statuses = new List<HttpStatusCode>();

        for (var number = 0; number < 51; number++)
        {
            using var answer = await client.SendAsync(HttpMethod.Post, $"groups/{instance.Acme.Id}/hooks", new { url = "http://127.0.0.1:9/hook" });
            statuses.Add(answer.StatusCode);
        }

        Assert.AreEqual(50, statuses.Count(status => status is HttpStatusCode.Created));
        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, statuses[^1]);
    }
}
