using GitLabJira.LocalRuntime.Time;
using GitLabJira.Sandbox.GitLab;
using GitLabJira.Sandbox.GitLab.OAuth;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.GitLab.State;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.WholeApp.Tests.GitLabInstance;

/// <summary>A small instance with a clock that the test turns.</summary>
internal sealed class InstanceForTests : IAsyncDisposable
{
    public static readonly OAuthApplication Application = new("app-id", "app-secret", "GitLab for Jira", ["http://127.0.0.1/callback"], ["api", "read_api"]);

    private InstanceForTests(FakeTimeProvider time, GitLabSite site) => (Time, Site) = (time, site);

    public FakeTimeProvider Time { get; }

    public GitLabSite Site { get; }

    public GitLabProject Checkout => Site.State.Project("acme/shop/checkout");

    public GitLabGroup Acme => Site.State.Group("acme");

    public static async Task<InstanceForTests> StartAsync(Func<GitLabSiteOptions, GitLabSiteOptions>? configure = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero));
        var options = new GitLabSiteOptions { Clock = new WallClock(time), Seed = Seed.Small(), Applications = [Application] };
        return new InstanceForTests(time, await GitLabSite.StartAsync(configure?.Invoke(options) ?? options));
    }

    public GitLabClientForTests As(string user, params string[] scopes) => GitLabClientForTests.As(Site, user, scopes);

    public ValueTask DisposeAsync() => Site.DisposeAsync();
}
