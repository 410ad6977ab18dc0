using System.Globalization;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Wire;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.GitLab;

[TestClass]
public sealed class HostQuotaTests(TestContext test)
{
    private readonly FakeTimeProvider _clock = new(GitLabScene.Start);

    [TestMethod]
    [DataRow(2000, 601, null)]
    [DataRow(2000, 600, 40)]
    [DataRow(2000, 0, 40)]
    public async Task Waits_for_the_next_minute_when_no_more_is_left_than_others_are_to_have(int limit, int remaining, int? seconds)
    {
        var quota = await AfterAsync(("RateLimit-Limit", $"{limit}"), ("RateLimit-Remaining", $"{remaining}"), Reset(40));

        Assert.AreEqual(seconds, quota.WaitFor(KnownInstances.Host, 0.3)?.TotalSeconds);
    }

    [TestMethod]
    public async Task A_minute_that_is_over_counts_no_more()
    {
        var quota = await AfterAsync(("RateLimit-Limit", "2000"), ("RateLimit-Remaining", "0"), Reset(40));

        _clock.Advance(TimeSpan.FromSeconds(40));

        Assert.IsNull(quota.WaitFor(KnownInstances.Host, 0.3));
    }

    [TestMethod]
    public async Task One_host_does_not_hold_up_another()
    {
        var quota = await AfterAsync(("RateLimit-Limit", "2000"), ("RateLimit-Remaining", "0"), Reset(40));

        Assert.IsNull(quota.WaitFor(new Uri("https://other.test"), 0.3));
    }

    [TestMethod]
    [DataRow("many", "0")]
    [DataRow("0", "0")]
    [DataRow("2000", "-1")]
    public async Task Headers_that_say_nothing_hold_up_nobody(string limit, string remaining)
    {
        var quota = await AfterAsync(("RateLimit-Limit", limit), ("RateLimit-Remaining", remaining), Reset(40));

        Assert.IsNull(quota.WaitFor(KnownInstances.Host, 0.3));
    }

    private (string Name, string Value) Reset(int seconds) => ("RateLimit-Reset", _clock.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    private async Task<HostQuota> AfterAsync(params (string Name, string Value)[] headers)
    {
        var (quota, http) = (new HostQuota(_clock), new StubHttp().On($"GET {GitLabScene.Api}user", """{"id":1}""", headers));
        await new GitLabClient(http.Client(), KnownInstances.One, _clock, quota).GetAsync(new GitLabAccess(KnownInstances.Host, "token", "grant"), "user", GitLabJson.Default.UserWire, test.CancellationToken);
        return quota;
    }
}
