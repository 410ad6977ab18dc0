using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Tests.Relay;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.GitLab.Projects;

[TestClass]
public sealed class ProjectCacheTests : IGrantAccess
{
    private readonly CancellationToken _cancel;
    private readonly FakeTimeProvider _clock = new(Samples.Now);
    private readonly Mock<IGitLabReader> _gitLab = new(MockBehavior.Strict);
    private readonly List<TaskCompletionSource<GitLabProject?>> _reads = [];
    private readonly ProjectCache _cache;

    public ProjectCacheTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        _gitLab.Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), 7, It.IsAny<CancellationToken>())).Returns(() =>
        {
            _reads.Add(new TaskCompletionSource<GitLabProject?>());
            return _reads[^1].Task;
        });
        _cache = new ProjectCache(this, _gitLab.Object, new TreeByPath(), _clock);
    }

    public Task<T> CallAsync<T>(Link link, Func<GitLabAccess, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        call(new GitLabAccess(link.Host, "token", "grant"), cancellationToken);

    [TestMethod]
    public async Task Events_at_the_same_time_share_a_read_and_those_soon_after_what_it_answered()
    {
        var (one, other) = (FindAsync(), FindAsync());
        _reads.Single().SetResult(RelayScene.Project);

        Assert.AreEqual(RelayScene.Project, await one);
        Assert.AreEqual(RelayScene.Project, await other);
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.AreEqual(RelayScene.Project, await FindAsync());
        Assert.HasCount(1, _reads);
    }

    [TestMethod]
    public async Task What_must_be_fresh_is_read_after_it_was_asked_for()
    {
        var (before, fresh) = (FindAsync(), FindAsync(fresh: true));
        _reads[0].SetResult(RelayScene.Project);
        _reads[1].SetResult(null);

        Assert.IsNotNull(await before);
        Assert.IsNull(await fresh);
    }

    [TestMethod]
    public async Task A_failed_read_fails_all_who_shared_it_and_the_next_one_reads_anew()
    {
        var (one, other) = (FindAsync(), FindAsync());
        _reads[0].SetException(new GitLabRequestException(GitLabFailure.Unavailable, HttpStatusCode.BadGateway, retryAfter: null));

        await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => one);
        await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => other);
        var next = FindAsync();
        _reads[1].SetResult(RelayScene.Project);
        Assert.IsNotNull(await next);
    }

    [TestMethod]
    public async Task Who_shares_the_read_of_one_that_is_stopped_reads_for_itself()
    {
        var (one, other) = (FindAsync(), FindAsync());
        _gitLab.Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), 7, It.IsAny<CancellationToken>())).ReturnsAsync(RelayScene.Project);
        _reads.Single().SetCanceled(CancellationToken.None);

        await Assert.ThrowsExactlyAsync<TaskCanceledException>(() => one);
        Assert.IsNotNull(await other);
    }

    [TestMethod]
    public async Task A_project_that_is_not_under_the_link_is_given_to_nobody()
    {
        var one = FindAsync();
        _reads[0].SetResult(RelayScene.Project with { PathWithNamespace = "elsewhere/anvil" });

        await Assert.ThrowsExactlyAsync<ProjectElsewhereException>(() => one);
        Assert.IsFalse((await _cache.SeeAsync(Samples.Link, 7, fresh: false, _cancel)).IsUnderLink);
    }

    private Task<GitLabProject?> FindAsync(bool fresh = false) => _cache.FindAsync(Samples.Link, 7, fresh, _cancel);
}
