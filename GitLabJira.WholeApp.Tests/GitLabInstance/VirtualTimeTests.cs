using System.Net;
using GitLabJira.LocalRuntime.Time;
using GitLabJira.Sandbox.GitLab;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.Faults;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.Seeding;

namespace GitLabJira.WholeApp.Tests.GitLabInstance;

[TestClass]
public sealed class VirtualTimeTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    [TestMethod]
    public async Task Delivers_delayed_and_doubled_hooks_in_virtual_time()
    {
        using var clock = new VirtualClock(Start);
        await using var site = await GitLabSite.StartAsync(new GitLabSiteOptions { Clock = clock, Seed = Seed.Small() });
        await using var receiver = await HookReceiver.StartAsync();
        var project = site.State.Project("acme/shop/checkout");
        site.Faults.Hooks = new HookDisorder(TimeSpan.FromMinutes(10), DoubleRate: 0.5);

        using (await clock.BeginWorkAsync("test"))
        {
            using var client = GitLabClientForTests.As(site, "marcus");
            using var hooked = await client.SendAsync(HttpMethod.Post, $"projects/{project.Id}/hooks", new { url = receiver.Url, merge_requests_events = true });
            Assert.AreEqual(HttpStatusCode.Created, hooked.StatusCode);

            for (var number = 1; number <= 20; number++)
            {
                site.Push("dana", project.Id, $"SHOP-{number}-branch", "work");
            }

            site.OpenMergeRequest("dana", project.Id, new NewMergeRequest("SHOP-1-branch", "SHOP-1"));
            Assert.AreEqual(Start, clock.GetUtcNow());
            await clock.DelayAsync(TimeSpan.FromMinutes(11));
        }

        await site.WhenHooksAreDeliveredAsync();
        var log = site.HookLog.All;
        Assert.IsTrue(log.All(delivery => delivery.Outcome is HookOutcome.Delivered));
        Assert.HasCount(log.Count, receiver.Received);
        Assert.IsGreaterThan(21, log.Count);
        Assert.IsTrue(log.Single(delivery => delivery.Trigger is HookTrigger.MergeRequest).HappenedAt >= Start + TimeSpan.FromSeconds(2));
        Assert.IsGreaterThan(TimeSpan.FromMinutes(5), log.Max(delivery => delivery.SentAt!.Value) - Start);
    }

    [TestMethod]
    public async Task Delays_an_answer_without_stopping_the_clock_that_its_caller_holds()
    {
        using var clock = new VirtualClock(Start);
        await using var site = await GitLabSite.StartAsync(new GitLabSiteOptions { Clock = clock, Seed = Seed.Small() });
        site.Faults.Add(new Fault("/api/v4/user", FaultKind.Delay) { Delay = TimeSpan.FromHours(1) });
        using var client = GitLabClientForTests.As(site, "dana");

        using (await clock.BeginWorkAsync("test"))
        {
            Assert.AreEqual(HttpStatusCode.OK, await client.StatusOfAsync("user"));
            Assert.AreEqual(Start + TimeSpan.FromHours(1), clock.GetUtcNow());
        }
    }
}
