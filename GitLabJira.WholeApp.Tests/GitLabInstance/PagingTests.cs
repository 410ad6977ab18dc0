using System.Net;
using GitLabJira.Sandbox.GitLab;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.WholeApp.Tests.GitLabInstance;

[TestClass]
public sealed class PagingTests
{
    [TestMethod]
    public async Task Cuts_lists_into_offset_pages_with_totals_and_links()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As("dana");

        using var first = await client.GetAsync($"projects/{instance.Checkout.Id}/merge_requests?per_page=3&state=all");
        using var last = await client.GetAsync($"projects/{instance.Checkout.Id}/merge_requests?per_page=3&page=3&state=all");

        Assert.AreEqual("8", Header(first, "x-total"));
        Assert.AreEqual("3", Header(first, "x-total-pages"));
        Assert.AreEqual("2", Header(first, "x-next-page"));
        StringAssert.Contains(Header(first, "Link"), "page=2");
        StringAssert.Contains(Header(first, "Link"), "state=all");
        StringAssert.Contains(Header(first, "Link"), "rel=\"next\"");
        Assert.AreEqual("", Header(last, "x-next-page"));
        Assert.DoesNotContain("rel=\"next\"", Header(last, "Link"));
    }

    [TestMethod]
    public async Task Never_gives_more_than_a_hundred_rows()
    {
        await using var instance = await InstanceForTests.StartAsync();
        instance.Site.PushRefs("dana", instance.Checkout.Id, [.. Enumerable.Range(1, 120).Select(number => new RefChange($"many-{number:000}"))]);
        using var client = instance.As("dana");

        var rows = await client.ListAsync($"projects/{instance.Checkout.Id}/repository/branches?per_page=500");

        Assert.HasCount(100, rows);
    }

    [TestMethod]
    [DataRow("per_page=x")]
    [DataRow("page=0")]
    [DataRow("per_page=0")]
    [DataRow("state=open")]
    [DataRow("order_by=iid")]
    [DataRow("updated_after=yesterday")]
    public async Task Refuses_parameters_that_GitLab_does_not_know(string query)
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As("dana");

        var status = await client.StatusOfAsync($"projects/{instance.Checkout.Id}/merge_requests?{query}");

        Assert.AreEqual(HttpStatusCode.BadRequest, status);
    }

    [TestMethod]
    public async Task Finds_all_branches_by_keyset_and_few_by_offset()
    {
        await using var instance = await InstanceForTests.StartAsync();
        instance.Site.PushRefs("dana", instance.Checkout.Id, [.. Enumerable.Range(1, 44).Select(number => new RefChange($"many-{number:000}"))]);
        var total = instance.Checkout.Branches.Count;
        using var client = instance.As("dana");

        var byKey = await FollowAsync(client, $"projects/{instance.Checkout.Id}/repository/branches?pagination=keyset&per_page=20");
        using var second = await client.GetAsync($"projects/{instance.Checkout.Id}/repository/branches?per_page=20&page=2");

        CollectionAssert.AreEquivalent(instance.Checkout.Branches.Keys.ToArray(), byKey);
        Assert.AreEqual("[]", await second.Content.ReadAsStringAsync());
        Assert.AreEqual(total.ToString(System.Globalization.CultureInfo.InvariantCulture), Header(second, "x-total"));
    }

    [TestMethod]
    public async Task Pages_branches_by_offset_when_the_regression_is_switched_off()
    {
        await using var instance = await InstanceForTests.StartAsync();
        instance.Site.Faults.EmptyLaterBranchPages = false;
        using var client = instance.As("dana");

        var rows = await client.ListAsync($"projects/{instance.Checkout.Id}/repository/branches?per_page=2&page=2");

        Assert.HasCount(2, rows);
    }

    [TestMethod]
    public async Task Answers_a_filtered_branch_list_in_one_piece_and_counts_all_branches()
    {
        await using var instance = await InstanceForTests.StartAsync();
        instance.Site.PushRefs("dana", instance.Checkout.Id, [.. Enumerable.Range(1, 30).Select(number => new RefChange($"SHOP-{number}-many"))]);
        using var client = instance.As("dana");

        using var first = await client.GetAsync($"projects/{instance.Checkout.Id}/repository/branches?regex=%5ESHOP-%5Cd%2B-many&per_page=10");
        var keyset = await client.ListAsync($"projects/{instance.Checkout.Id}/repository/branches?regex=%5ESHOP-%5Cd%2B-many&per_page=10&pagination=keyset");

        Assert.HasCount(30, System.Text.Json.Nodes.JsonNode.Parse(await first.Content.ReadAsStringAsync())!.AsArray());
        Assert.AreEqual(instance.Checkout.Branches.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), Header(first, "x-total"));
        Assert.HasCount(30, keyset);
    }

    [TestMethod]
    public async Task Refuses_a_pattern_that_RE2_does_not_know()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As("dana");

        var status = await client.StatusOfAsync($"projects/{instance.Checkout.Id}/repository/branches?regex=(%3F%3C!X)SHOP");

        Assert.AreEqual(HttpStatusCode.BadRequest, status);
    }

    [TestMethod]
    public async Task Takes_ids_and_branch_names_with_escaped_slashes()
    {
        await using var instance = await InstanceForTests.StartAsync();
        instance.Site.CreateBranch("dana", instance.Checkout.Id, "feature/SHOP-1 50%".Replace(' ', '-'));
        using var client = instance.As("dana");

        var branch = await client.ReadAsync($"projects/acme%2Fshop%2Fcheckout/repository/branches/{Uri.EscapeDataString("feature/SHOP-1-50%")}");

        Assert.AreEqual("feature/SHOP-1-50%", (string)branch["name"]!);
    }

    [TestMethod]
    public async Task Redirects_from_the_old_path_of_a_moved_project()
    {
        await using var instance = await InstanceForTests.StartAsync();
        instance.Site.MoveProject("olivia", instance.Checkout.Id, instance.Acme.Id);
        using var client = instance.As("dana");

        using var answer = await client.GetAsync("projects/acme%2Fshop%2Fcheckout/repository/branches?per_page=1");

        Assert.AreEqual(HttpStatusCode.MovedPermanently, answer.StatusCode);
        StringAssert.EndsWith(answer.Headers.Location!.ToString(), $"/api/v4/projects/{instance.Site.State.Project("acme/checkout").Id}/repository/branches?per_page=1");
    }

    [TestMethod]
    public async Task Shows_projects_of_subgroups_and_shared_ones_by_GitLab_s_defaults()
    {
        await using var instance = await InstanceForTests.StartAsync();
        var portfolio = instance.Site.State.Project("freelancers/portfolio");
        instance.Site.ShareProject("frieda", portfolio.Id, instance.Acme.Id, AccessLevel.Reporter);
        using var client = instance.As("dana");

        var plain = await NamesAsync(client, $"groups/{instance.Acme.Id}/projects");
        var wanted = await NamesAsync(client, $"groups/{instance.Acme.Id}/projects?include_subgroups=true&with_shared=false&order_by=id&sort=asc&simple=true");

        CollectionAssert.AreEquivalent(new[] { "acme/handbook", "freelancers/portfolio" }, plain);
        CollectionAssert.AreEqual(new[] { "acme/handbook", "acme/shop/checkout" }, wanted);
    }

    [TestMethod]
    public async Task Leaves_archived_projects_in_unless_asked()
    {
        await using var instance = await InstanceForTests.StartAsync();
        instance.Site.SetArchived("olivia", instance.Checkout.Id, archived: true);
        using var client = instance.As("dana");

        var all = await NamesAsync(client, $"groups/{instance.Acme.Id}/projects?include_subgroups=true");
        var live = await NamesAsync(client, $"groups/{instance.Acme.Id}/projects?include_subgroups=true&archived=false");

        Assert.Contains("acme/shop/checkout", all);
        Assert.DoesNotContain("acme/shop/checkout", live);
    }

    private static async Task<string[]> NamesAsync(GitLabClientForTests client, string path) => [.. (await client.ListAsync(path)).Select(project => (string)project!["path_with_namespace"]!)];

    private static async Task<string[]> FollowAsync(GitLabClientForTests client, string path)
    {
        var names = new List<string>();

        for (var next = path; next is not null;)
        {
            using var response = await client.GetAsync(next);
            names.AddRange(System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsArray().Select(branch => (string)branch!["name"]!));
            var link = response.Headers.TryGetValues("Link", out var links) ? links.Single() : null;
            next = link?[(link.IndexOf("/api/v4/", StringComparison.Ordinal) + 8)..link.IndexOf('>')];
        }

        return [.. names];
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "(absent)";
}
