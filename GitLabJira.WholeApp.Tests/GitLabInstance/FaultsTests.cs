using System.Net;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.Faults;
using GitLabJira.Sandbox.GitLab.Rest;

namespace GitLabJira.WholeApp.Tests.GitLabInstance;

[TestClass]
public sealed class FaultsTests
{
    [TestMethod]
    public async Task Answers_an_older_state_while_a_replica_lags_and_the_true_one_in_the_end()
    {
        await using var instance = await InstanceForTests.StartAsync();
        instance.Site.Faults.ReplicaLag = TimeSpan.FromSeconds(10);
        instance.Time.Advance(TimeSpan.FromMinutes(1));
        using var client = instance.As("dana");
        var seen = new List<bool>();

        instance.Site.CreateBranch("dana", instance.Checkout.Id, "SHOP-1-fresh");

        for (var second = 0; second < 20; second++)
        {
            seen.Add(await client.StatusOfAsync($"projects/{instance.Checkout.Id}/repository/branches/SHOP-1-fresh") is HttpStatusCode.OK);
            instance.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.IsFalse(seen[0]);
        Assert.HasCount(2, seen.Take(10).Distinct());
        Assert.IsTrue(seen.Skip(10).All(found => found));
    }

    [TestMethod]
    public async Task Gives_every_change_a_later_time_than_the_last()
    {
        await using var instance = await InstanceForTests.StartAsync();
        instance.Site.Push("dana", instance.Checkout.Id, "SHOP-1-a", "one");
        var first = instance.Site.OpenMergeRequest("dana", instance.Checkout.Id, new NewMergeRequest("SHOP-1-a", "one"));

        var second = instance.Site.CloseMergeRequest("dana", instance.Checkout.Id, first.Iid);

        Assert.IsGreaterThan(first.UpdatedAt, second.UpdatedAt);
    }

    [TestMethod]
    public async Task Tells_the_limit_on_every_answer_and_stops_who_uses_it_up()
    {
        await using var instance = await InstanceForTests.StartAsync(options => options with { RateLimits = new RateLimits { PerUser = 2 } });
        instance.Time.Advance(TimeSpan.FromSeconds(15));
        using var client = instance.As("dana");

        using var first = await client.GetAsync("user");
        using var second = await client.GetAsync("user");
        using var third = await client.GetAsync("user");
        instance.Time.Advance(TimeSpan.FromSeconds(45));
        using var fourth = await client.GetAsync("user");

        Assert.AreEqual("1", first.Headers.GetValues("RateLimit-Remaining").Single());
        Assert.AreEqual(HttpStatusCode.OK, second.StatusCode);
        Assert.AreEqual(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.AreEqual(TimeSpan.FromSeconds(45), third.Headers.RetryAfter!.Delta);
        Assert.AreEqual("Retry later\n", await third.Content.ReadAsStringAsync());
        Assert.AreEqual("throttle_authenticated_api", third.Headers.GetValues("RateLimit-Name").Single());
        Assert.AreEqual(HttpStatusCode.OK, fourth.StatusCode);
    }

    [TestMethod]
    public async Task Limits_the_list_of_groups_without_telling_beforehand()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As("dana");

        for (var request = 0; request < 50; request++)
        {
            Assert.AreEqual(HttpStatusCode.OK, await client.StatusOfAsync("groups"));
        }

        using var answer = await client.GetAsync("groups");

        Assert.AreEqual(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.IsNull(answer.Headers.RetryAfter);
        StringAssert.Contains(await answer.Content.ReadAsStringAsync(), "requested too many times");
    }

    [TestMethod]
    public async Task Fails_requests_by_path_as_often_as_told()
    {
        await using var instance = await InstanceForTests.StartAsync();
        instance.Site.Faults.Add(new Fault("/api/v4/projects/*/merge_requests*", FaultKind.RateLimit) { Times = 1, RetryAfter = TimeSpan.FromSeconds(7) });
        instance.Site.Faults.Add(new Fault("/api/v4/projects/*/merge_requests*", FaultKind.Status) { Times = 1, Status = 503 });
        using var client = instance.As("dana");
        var path = $"projects/{instance.Checkout.Id}/merge_requests";

        using var first = await client.GetAsync(path);
        var other = await client.StatusOfAsync("user");
        using var second = await client.GetAsync(path);
        using var third = await client.GetAsync(path);

        Assert.AreEqual(TimeSpan.FromSeconds(7), first.Headers.RetryAfter!.Delta);
        Assert.AreEqual(HttpStatusCode.OK, other);
        CollectionAssert.AreEqual(
            new[] { HttpStatusCode.TooManyRequests, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK },
            new[] { first.StatusCode, second.StatusCode, third.StatusCode });
    }

    [TestMethod]
    [DataRow(FaultKind.Drop)]
    [DataRow(FaultKind.LoseAnswer)]
    public async Task Breaks_connections(FaultKind kind)
    {
        await using var instance = await InstanceForTests.StartAsync();
        instance.Site.Faults.Add(new Fault("/api/v4/projects/*/hooks", kind) { Times = 1 });
        using var client = instance.As("marcus");

        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => client.SendAsync(HttpMethod.Post, $"projects/{instance.Checkout.Id}/hooks", new { url = "http://127.0.0.1:9/hook" }));

        Assert.HasCount(kind is FaultKind.LoseAnswer ? 1 : 0, instance.Site.State.Hooks);
    }

    [TestMethod]
    public async Task Delays_an_answer_in_clock_time()
    {
        await using var instance = await InstanceForTests.StartAsync();
        instance.Site.Faults.Add(new Fault("/api/v4/user", FaultKind.Delay) { Delay = TimeSpan.FromSeconds(30) });
        using var client = instance.As("dana");

        var answer = client.StatusOfAsync("user");
        var early = await Task.WhenAny(answer, client.StatusOfAsync("version"));

        while (!answer.IsCompleted)
        {
            instance.Time.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        Assert.AreNotSame(answer, early);
        Assert.AreEqual(HttpStatusCode.OK, await answer);
    }

    [TestMethod]
    public async Task Lives_in_its_own_time_when_its_clock_is_off()
    {
        await using var instance = await InstanceForTests.StartAsync();
        instance.Site.Faults.ClockOffset = TimeSpan.FromHours(2);
        using var client = instance.As("dana");

        using var answer = await client.GetAsync("user");
        var branch = instance.Site.Push("dana", instance.Checkout.Id, "main", "SHOP-1");

        Assert.AreEqual(instance.Time.GetUtcNow() + TimeSpan.FromHours(2), answer.Headers.Date);
        Assert.AreEqual(instance.Time.GetUtcNow() + TimeSpan.FromHours(2), instance.Checkout.Commits[branch.Sha].CommittedAt);
    }

    [TestMethod]
    public async Task Logs_requests_by_endpoint_without_their_queries()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As("dana");

        await client.StatusOfAsync($"projects/{instance.Checkout.Id}/merge_requests?search=secret");
        await client.StatusOfAsync("projects/acme%2Fshop%2Fcheckout/merge_requests");

        Assert.AreEqual(2, instance.Site.RequestLog.Count("GET projects/:id/merge_requests"));
        Assert.DoesNotContain("secret", string.Concat(instance.Site.RequestLog.Entries));
    }
}
