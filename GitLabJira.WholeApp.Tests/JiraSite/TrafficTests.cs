using GitLabJira.Sandbox.Jira.Store;
using GitLabJira.Sandbox.Jira.Traffic;

namespace GitLabJira.WholeApp.Tests.Jira;

[TestClass]
public sealed class TrafficTests
{
    private const string Path = "/rest/api/3/project/SHOP";

    [TestMethod]
    public async Task Answers_a_named_delay_with_its_headers_and_only_as_often_as_told()
    {
        await using var under = await SiteUnderTest.StartAsync();
        under.Site.Faults.Add(Fault.TooManyRequests(TimeSpan.FromSeconds(7), "jira-quota-global-based", times: 1));

        var refused = await under.GetAsync(Path);

        Assert.AreEqual(429, refused.Status);
        Assert.AreEqual(TimeSpan.FromSeconds(7), refused.Headers.RetryAfter!.Delta);
        Assert.AreEqual("jira-quota-global-based", refused.Headers.GetValues("RateLimit-Reason").Single());
        Assert.AreEqual(200, (await under.GetAsync(Path)).Status);
    }

    [TestMethod]
    public async Task Cuts_connections_before_or_after_doing_what_was_asked()
    {
        await using var under = await SiteUnderTest.StartAsync();

        using (under.Site.Faults.Add(Fault.Drop()))
        {
            await Assert.ThrowsExactlyAsync<HttpRequestException>(() => under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit("dropped"))));
        }

        using (under.Site.Faults.Add(Fault.LoseAnswer()))
        {
            await Assert.ThrowsExactlyAsync<HttpRequestException>(() => under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit("lost"))));
        }

        using (under.Site.Faults.Add(Fault.Reset()))
        {
            await Assert.ThrowsExactlyAsync<HttpRequestException>(() => under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit("reset"))));
        }

        CollectionAssert.AreEqual(new[] { "lost", "reset" }, under.Site.State.All(EntityKind.Commit).Select(e => e.Key.Id).ToArray());
    }

    [TestMethod]
    public async Task Faults_hit_only_matching_paths()
    {
        await using var under = await SiteUnderTest.StartAsync();
        under.Site.Faults.Add(Fault.Status(503, "/rest/devinfo/*"));

        Assert.AreEqual(200, (await under.GetAsync(Path)).Status);
        Assert.AreEqual(503, (await under.GetAsync("/rest/devinfo/0.10/repository/1")).Status);
        under.Site.Faults.Clear();
        Assert.AreEqual(404, (await under.GetAsync("/rest/devinfo/0.10/repository/1")).Status);
    }

    [TestMethod]
    public async Task A_delayed_answer_waits_for_the_clock()
    {
        await using var under = await SiteUnderTest.StartAsync();
        under.Site.Faults.Add(Fault.Delay(TimeSpan.FromMinutes(5)));

        var answer = under.GetAsync(Path);
        while (!answer.IsCompleted)
        {
            under.Clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        // The delay outlived the token's three minutes.
        Assert.AreEqual(401, (await answer).Status);
        Assert.IsGreaterThanOrEqualTo(TimeSpan.FromMinutes(5), under.Site.RequestLog.Last().Duration);
    }

    [TestMethod]
    public async Task Counts_down_the_minute_of_the_development_information_API()
    {
        await using var under = await SiteUnderTest.StartAsync(o => o with { RateLimits = new() { DevInfoPerMinute = 2, EnforceDevInfoPerMinute = true } });

        var first = await under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit("a")));
        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit("b")));
        var third = await under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit("c")));
        under.Clock.Advance(third.Headers.RetryAfter!.Delta!.Value);
        var later = await under.PostAsync(Sample.DevInfo, Sample.Request("commits", Sample.Commit("d")));

        Assert.AreEqual("1", first.Headers.GetValues("X-RateLimit-Remaining").Single());
        Assert.AreEqual("2026-03-02T09:01:00Z", first.Headers.GetValues("X-RateLimit-Reset").Single());
        Assert.AreEqual(429, third.Status);
        Assert.AreEqual(202, later.Status);
    }

    [TestMethod]
    public async Task Spends_the_hourly_points_of_the_app()
    {
        await using var under = await SiteUnderTest.StartAsync(o => o with { RateLimits = new() { Hourly = new(5) } });

        var first = await under.GetAsync(Path);
        await under.GetAsync(Path);
        var third = await under.GetAsync(Path);

        Assert.AreEqual("\"global-app-quota\";r=3;t=3600", first.Headers.GetValues("RateLimit").Single());
        Assert.AreEqual(429, third.Status);
        Assert.AreEqual("jira-quota-global-based", third.Headers.GetValues("RateLimit-Reason").Single());
        Assert.AreEqual(TimeSpan.FromHours(1), third.Headers.RetryAfter!.Delta);
    }

    [TestMethod]
    public async Task Bursts_are_bounded_per_endpoint()
    {
        await using var under = await SiteUnderTest.StartAsync(o => o with { RateLimits = new() { EnforceBurst = true } });
        var statuses = new List<int>();

        for (var i = 0; i < 101; i++)
        {
            statuses.Add((await under.GetAsync(Path)).Status);
        }

        Assert.AreEqual(100, statuses.Count(s => s == 200));
        Assert.AreEqual(429, statuses[^1]);
        Assert.AreEqual(404, (await under.GetAsync("/rest/api/3/issue/SHOP-999")).Status);
    }

    [TestMethod]
    public async Task A_suspended_site_answers_503_to_everything()
    {
        await using var under = await SiteUnderTest.StartAsync();
        Assert.AreEqual(200, (await under.SendAsync(HttpMethod.Get, "/status", authorization: "")).Status);

        under.Site.Suspended = true;

        Assert.AreEqual(503, (await under.SendAsync(HttpMethod.Get, "/status", authorization: "")).Status);
        Assert.AreEqual(503, (await under.GetAsync(Path)).Status);
    }

    [TestMethod]
    public async Task Logs_each_request_and_what_it_brought()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var request = Sample.Request("commits", Sample.Commit());
        request["preventTransitions"] = true;

        await under.PostAsync(Sample.DevInfo, request);
        await under.GetAsync("/rest/nothing/1");

        var logged = under.Site.RequestLog.To("POST", Sample.DevInfo).Single();
        Assert.AreEqual(202, logged.Status);
        Assert.IsTrue(logged.Post!.PreventTransitions);
        Assert.AreEqual("link-1", logged.Post.Properties["linkId"]);
        Assert.Contains(new EntityKey(EntityKind.Commit, "42", "c1"), logged.Post.Accepted);
        Assert.AreEqual(ViolationKind.UnknownEndpoint, under.Site.Violations.Single().Kind);
    }
}
