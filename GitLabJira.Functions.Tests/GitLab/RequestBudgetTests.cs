using System.Globalization;
using System.Net;
using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.Tests.Storage;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.GitLab;

[TestClass]
public sealed class RequestBudgetTests(TestContext test)
{
    private static readonly Uri Host = new("https://gitlab.test/root");
    private static readonly GitLabAccess Ada = new(Host, "token", "ada");
    private static readonly GitLabAccess Bo = new(Host, "token", "bo");

    private readonly StubTables _storage = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 10, TimeSpan.Zero));

    private RequestBudget Budget => field ??= Process();

    [TestMethod]
    public async Task Names_the_wait_when_a_users_requests_are_used_up_and_leaves_others_alone()
    {
        var taken = await TakeAllAsync(Budget, Ada, "projects/1/merge_requests");

        var refused = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => TakeAsync(Budget, Ada, "projects/1/merge_requests"));
        Assert.AreEqual((GitLabFailure.RateLimited, TimeSpan.FromSeconds(50)), (refused.Failure, refused.RetryAfter));
        Assert.AreEqual(730, taken);
        await TakeAsync(Budget, Bo, "projects/1/merge_requests");
        await TakeAsync(Budget, Ada with { Host = new Uri("https://other.test") }, "projects/1/merge_requests");
    }

    [TestMethod]
    public async Task Counts_an_endpoint_with_a_limit_of_its_own()
    {
        var taken = await TakeAllAsync(Budget, Ada, "groups/kettle%2Ftea/projects?page=2");

        Assert.IsLessThanOrEqualTo(600, taken);
        await TakeAsync(Budget, Ada, "groups/7");
    }

    [TestMethod]
    [DataRow("groups", "groups")]
    [DataRow("groups/7", "group")]
    [DataRow("groups/a%2Fb/projects", "group-projects")]
    [DataRow("projects", "projects")]
    [DataRow("projects/1", "project")]
    [DataRow("projects/1/members/all", "members")]
    [DataRow("projects/1/members/all/5", null)]
    [DataRow("projects/1/repository/files/a%2Fb/raw", "files")]
    [DataRow("users/5", "user")]
    [DataRow("user", null)]
    [DataRow("groups/7/search", "search")]
    [DataRow("projects/1/merge_requests", null)]
    public void Knows_the_endpoints_with_limits(string path, string? expected) => Assert.AreEqual(expected, GitLabEndpoints.Of(path)?.Name);

    [TestMethod]
    public async Task Old_data_stops_before_news_does()
    {
        using (Work.As(WorkPriority.Backfill))
        {
            await TakeAllAsync(Budget, Ada, "projects/1/merge_requests");
            await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => TakeAsync(Process(), Ada, "projects/1/merge_requests"));
        }

        await TakeAsync(Process(), Ada, "projects/1/merge_requests");
    }

    [TestMethod]
    public async Task A_429_of_the_address_holds_the_host_for_every_process()
    {
        await SawAsync(429, ("Retry-After", "40"), ("RateLimit-Name", "throttle_per_ip"), ("RateLimit-Limit", "2000"), ("RateLimit-Remaining", "0"), ("RateLimit-Reset", Unix(40)));

        await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => TakeAsync(Budget, Bo, "projects/1/merge_requests"));
        var answer = await Process().AskAsync(Host, WorkPriority.Repair, test.CancellationToken);
        Assert.AreEqual((false, _clock.GetUtcNow() + TimeSpan.FromSeconds(40)), (answer.MayGoOn, answer.Until));
        _clock.Advance(TimeSpan.FromSeconds(40));
        await TakeAsync(Budget, Bo, "projects/1/merge_requests");
    }

    [TestMethod]
    public async Task A_429_of_a_user_holds_that_user_only()
    {
        await SawAsync(429, ("Retry-After", "40"), ("RateLimit-Name", "throttle_authenticated_api"));

        await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => TakeAsync(Budget, Ada, "projects/2"));
        await TakeAsync(Budget, Bo, "projects/2");
        Assert.IsFalse((await Budget.AskAsync(Host, WorkPriority.Repair, test.CancellationToken)).MayGoOn);
        Assert.IsTrue((await Process().AskAsync(Host, WorkPriority.Repair, test.CancellationToken)).MayGoOn);
    }

    [TestMethod]
    public async Task A_429_without_any_header_holds_that_endpoint_for_a_minute()
    {
        await SawAsync(429);

        var refused = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => TakeAsync(Budget, Ada, "projects/2"));
        Assert.AreEqual(TimeSpan.FromMinutes(1), refused.RetryAfter);
        await TakeAsync(Budget, Ada, "projects/2/merge_requests");
    }

    [TestMethod]
    public async Task Learns_from_each_answer_what_others_use_too()
    {
        await SawAsync(200, ("RateLimit-Name", "throttle_unauthenticated_ip"), ("RateLimit-Limit", "500"), ("RateLimit-Remaining", "100"), ("RateLimit-Reset", Unix(30)));

        var answer = await Budget.AskAsync(Host, WorkPriority.Backfill, test.CancellationToken);

        Assert.AreEqual((false, 0.8), (answer.MayGoOn, Math.Round(answer.Used, 3)));
        Assert.IsTrue((await Budget.AskAsync(Host, WorkPriority.Repair, test.CancellationToken)).MayGoOn);
    }

    [TestMethod]
    public async Task Believes_no_window_that_ends_in_a_year()
    {
        await SawAsync(429, ("Retry-After", "31536000"), ("RateLimit-Name", "throttle_per_ip"), ("RateLimit-Limit", "2000"), ("RateLimit-Remaining", "0"), ("RateLimit-Reset", Unix(31536000)));

        _clock.Advance(TimeSpan.FromHours(1));

        await TakeAsync(Budget, Ada, "projects/1");
    }

    private RequestBudget Process() => new(
        new SharedBudgets(new BudgetStore(_storage.Tables), _clock), Options.Create(new BudgetOptions { GitLabPerMinute = 5000, GitLabPerUserPerMinute = 1000, UncountedPercent = 3 }), _clock);

    private Task TakeAsync(RequestBudget budget, GitLabAccess access, string path) => budget.TakeAsync(access, new Uri($"{access.Host.AbsoluteUri.TrimEnd('/')}/api/v4/{path}"), test.CancellationToken);

    private async Task<int> TakeAllAsync(RequestBudget budget, GitLabAccess access, string path)
    {
        for (var taken = 0; ; taken++)
        {
            try
            {
                await TakeAsync(budget, access, path);
            }
            catch (GitLabRequestException)
            {
                return taken;
            }
        }
    }

    private async Task SawAsync(int status, params (string Name, string Value)[] headers)
    {
        using var response = StubHttp.Answer((HttpStatusCode)status, "{}", headers);
        await Budget.SawAsync(Ada, new Uri($"{Host.AbsoluteUri}/api/v4/projects/2"), response, test.CancellationToken);
    }

    private string Unix(int seconds) => (_clock.GetUtcNow().ToUnixTimeSeconds() + seconds).ToString(CultureInfo.InvariantCulture);
}
