using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Tests.Budgets;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.GitLab;

[TestClass]
public sealed class GitLabClientTests(TestContext test)
{
    private const string Project = "GET https://gitlab.test/api/v4/projects/7";
    private const string MergeRequests = "https://gitlab.test/api/v4/projects/7/merge_requests?state=all&scope=all&order_by=created_at&sort=desc&per_page=100";

    private static readonly GitLabAccess Access = new(KnownInstances.Host, "secret-token", "grant");

    private readonly StubHttp _http = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    private GitLabReader Reader(IInstances? instances = null) => new(new GitLabClient(_http.Client(), instances ?? KnownInstances.One, NoBudgets.Requests, _clock));

    [TestMethod]
    [DataRow(HttpStatusCode.Unauthorized, GitLabFailure.Unauthorized)]
    [DataRow(HttpStatusCode.Forbidden, GitLabFailure.Forbidden)]
    [DataRow(HttpStatusCode.TooManyRequests, GitLabFailure.RateLimited)]
    [DataRow(HttpStatusCode.InternalServerError, GitLabFailure.Unavailable)]
    [DataRow(HttpStatusCode.BadGateway, GitLabFailure.Unavailable)]
    [DataRow(HttpStatusCode.RequestTimeout, GitLabFailure.Unavailable)]
    [DataRow(HttpStatusCode.BadRequest, GitLabFailure.Refused)]
    [DataRow(HttpStatusCode.MovedPermanently, GitLabFailure.Refused)]
    [DataRow(HttpStatusCode.Found, GitLabFailure.Refused)]
    public async Task Says_what_an_answer_means_without_its_body(HttpStatusCode status, GitLabFailure expected)
    {
        _http.On(Project, status, """{"message":"of Ada Lovelace"}""", ("Location", "https://elsewhere.test/"));

        var exception = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => Reader().ProjectAsync(Access, 7, test.CancellationToken));

        Assert.AreEqual(expected, exception.Failure);
        Assert.AreEqual(status, exception.Status);
        Assert.DoesNotContain("Ada", exception.ToString());
        Assert.DoesNotContain("secret-token", exception.ToString());
    }

    [TestMethod]
    [DataRow("Retry-After", "42", 42)]
    [DataRow("Retry-After", "Sun, 22 Nov 2026 12:01:30 GMT", 90)]
    [DataRow("RateLimit-Reset", "1795348815", 15)]
    [DataRow("RateLimit-Reset", "1", 0)]
    [DataRow("RateLimit-ResetTime", "Sun, 22 Nov 2026 12:00:20 GMT", 20)]
    [DataRow("X-Other", "1", 60)]
    public async Task Passes_on_how_long_a_limit_lasts(string header, string value, int seconds)
    {
        _http.On(Project, HttpStatusCode.TooManyRequests, "Retry later", (header, value));

        var exception = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => Reader().ProjectAsync(Access, 7, test.CancellationToken));

        Assert.AreEqual(TimeSpan.FromSeconds(seconds), exception.RetryAfter);
    }

    [TestMethod]
    public async Task Takes_a_dead_network_for_a_passing_fault()
    {
        _http.Fails(Project, new HttpRequestException("connection reset"));

        var exception = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => Reader().ProjectAsync(Access, 7, test.CancellationToken));

        Assert.AreEqual(GitLabFailure.Unavailable, exception.Failure);
        Assert.IsNull(exception.Status);
    }

    [TestMethod]
    public async Task Takes_a_timeout_for_a_passing_fault_but_not_a_cancellation()
    {
        _http.Fails(Project, new TaskCanceledException("timeout", new TimeoutException()));
        _http.Fails(Project, new OperationCanceledException());
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(test.CancellationToken);

        var timeout = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => Reader().ProjectAsync(Access, 7, test.CancellationToken));
        await cancelled.CancelAsync();

        Assert.AreEqual(GitLabFailure.Unavailable, timeout.Failure);
        await Assert.ThrowsAsync<OperationCanceledException>(() => Reader().ProjectAsync(Access, 7, cancelled.Token));
    }

    [TestMethod]
    [DataRow("<html>maintenance</html>")]
    [DataRow("null")]
    [DataRow("[]")]
    public async Task Takes_a_page_that_is_not_the_answer_for_a_passing_fault(string body)
    {
        _http.On(Project, body);

        var exception = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => Reader().ProjectAsync(Access, 7, test.CancellationToken));

        Assert.AreEqual(GitLabFailure.Unavailable, exception.Failure);
    }

    [TestMethod]
    public async Task Follows_the_next_link_as_GitLab_wrote_it()
    {
        const string Second = "https://gitlab.test/api/v4/projects/7/merge_requests?id=7&order_by=created_at&page=2&per_page=100";
        _http.On($"GET {MergeRequests}", "[]", ("Link", $"<https://gitlab.test/api/v4/x?page=1>; rel=\"prev\", <{Second}>; rel=\"next\", <{MergeRequests}>; rel=\"first\""), ("x-total", "130"));
        _http.On($"GET {Second}", "[]", ("Link", $"<{MergeRequests}>; rel=\"first\""));
        var reader = Reader();

        var first = await reader.MergeRequestsAsync(Access, 7, page: null, test.CancellationToken);
        var second = await reader.MergeRequestsAsync(Access, 7, first.Next, test.CancellationToken);

        Assert.AreEqual(130, first.Total);
        Assert.IsNull(second.Next);
        Assert.IsNull(second.Total);
        _http.AssertAllAsked();
    }

    [TestMethod]
    [DataRow("https://evil.test/api/v4/projects/7/merge_requests?page=2")]
    [DataRow("http://gitlab.test/api/v4/projects/7/merge_requests?page=2")]
    [DataRow("https://gitlab.test:8443/api/v4/projects/7/merge_requests?page=2")]
    [DataRow("https://gitlab.test/other?page=2")]
    public async Task Does_not_follow_a_link_to_anywhere_else(string link)
    {
        _http.On($"GET {MergeRequests}", "[]", ("Link", $"<{link}>; rel=\"next\""));

        var exception = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => Reader().MergeRequestsAsync(Access, 7, page: null, test.CancellationToken));

        Assert.AreEqual(GitLabFailure.Refused, exception.Failure);
        Assert.HasCount(1, _http.Requests);
    }

    [TestMethod]
    public async Task Does_not_take_a_foreign_page_from_its_caller()
    {
        var foreign = new Uri("https://evil.test/api/v4/projects/7/merge_requests");

        await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => Reader().MergeRequestsAsync(Access, 7, foreign, test.CancellationToken));

        Assert.IsEmpty(_http.Requests);
    }

    [TestMethod]
    public async Task Asks_no_host_that_nobody_made_known()
    {
        var access = Access with { Host = new Uri("http://169.254.169.254") };

        await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => Reader().ProjectAsync(access, 7, test.CancellationToken));

        Assert.IsEmpty(_http.Requests);
    }

    [TestMethod]
    public async Task Keeps_an_instances_relative_root()
    {
        var host = new Uri("https://example.test/gitlab");
        _http.On("GET https://example.test/gitlab/api/v4/projects/7", """{"id":7}""");

        var project = await Reader(new KnownInstances(new GitLabInstance(host, "gl", "id", null))).ProjectAsync(Access with { Host = host }, 7, test.CancellationToken);

        Assert.AreEqual(7, project!.Id);
        Assert.AreEqual("https://example.test/gitlab/projects/7", project.WebUrl);
    }

    [TestMethod]
    public async Task Sends_the_token_and_never_the_recursion_header()
    {
        _http.On(Project, """{"id":7}""");

        await Reader().ProjectAsync(Access, 7, test.CancellationToken);

        var headers = _http.Requests.Single().Headers;
        Assert.AreEqual("Bearer secret-token", headers["Authorization"]);
        Assert.IsFalse(headers.ContainsKey("X-Gitlab-Event-UUID"));
    }
}
