using System.Net;
using System.Text.Json;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Tokens;
using GitLabJira.Functions.Tests.Budgets;
using GitLabJira.Functions.Tests.Jira.Delivery;
using GitLabJira.Functions.Tests.Jira.Entities;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.Jira.Client;

[TestClass]
public sealed class JiraClientTests
{
    private const string Base = "https://site-1.jira.test";
    private const string Bulk = $"POST {Base}/rest/devinfo/0.10/bulk";

    private static readonly Installation Site = DeliverySamples.Installation();

    private readonly TestContext _test;
    private readonly StubHttp _http = new();
    private readonly FakeTimeProvider _clock = new(DeliverySamples.Start);
    private readonly JiraClient _client;

    public JiraClientTests(TestContext test)
    {
        _test = test;
        var tokens = new Mock<IConnectTokens>(MockBehavior.Strict);
        tokens.Setup(t => t.Create(It.IsAny<Installation>(), It.IsAny<HttpMethod>(), It.IsAny<Uri>()))
            .Returns((Installation installation, HttpMethod method, Uri url) => $"{installation.ClientKey}:{method}:{url.PathAndQuery}");
        _client = new JiraClient(_http.Client(), tokens.Object, NoBudgets.Rates(_clock), _clock);
    }

    [TestMethod]
    public async Task Submits_what_the_sample_says()
    {
        _http.On(Bulk, HttpStatusCode.Accepted, "{}");
        var head = RepositoryMapper.Head(EntitySamples.Link, EntitySamples.Project);
        var submission = Submission(
            new DevInfoEntity(head with { Name = "Old name" }, EntityKind.Commit, EntitySamples.Commit.Sha, CommitMapper.Map(EntitySamples.Link, EntitySamples.Project, EntitySamples.Commit, ["TEA-12", "TEA-9"]), 1_777_000_000_000_001),
            new DevInfoEntity(head, EntityKind.Branch, "b", BranchMapper.Map(EntitySamples.Link, EntitySamples.Project, EntitySamples.Branch, ["TEA-12"]), 1_777_000_000_000_003),
            new DevInfoEntity(head, EntityKind.MergeRequest, "9001", MergeRequestMapper.Map(EntitySamples.Link, EntitySamples.Project, EntitySamples.MergeRequest, ["TEA-12", "TEA-9"]), 1_777_000_000_000_002));

        await _client.SubmitAsync(Site, submission, JiraClient.Timeout, _test.CancellationToken);

        using var sent = JsonDocument.Parse(_http.Requests[0].Body!);
        EntitySamples.AssertSameAsFile("submission.json", sent.RootElement);
        Assert.AreEqual("JWT site-1:POST:/rest/devinfo/0.10/bulk", _http.Requests[0].Headers["Authorization"]);
        Assert.AreEqual("application/json", _http.Requests[0].Headers["Accept"]);
    }

    [TestMethod]
    [DataRow(true, true, "BACKFILL", true)]
    [DataRow(false, true, "NORMAL", true)]
    [DataRow(false, false, "NORMAL", false)]
    public async Task Says_what_kind_of_operation_it_is(bool backfill, bool prevent, string operation, bool prevents)
    {
        _http.On(Bulk, HttpStatusCode.Accepted, "{}");

        await _client.SubmitAsync(Site, Submission(Entity("1")) with { Backfill = backfill, PreventTransitions = prevent }, JiraClient.Timeout, _test.CancellationToken);

        using var sent = JsonDocument.Parse(_http.Requests[0].Body!);
        Assert.AreEqual(operation, sent.RootElement.GetProperty("operationType").GetString());
        Assert.AreEqual(prevents, sent.RootElement.GetProperty("preventTransitions").GetBoolean());
    }

    [TestMethod]
    public async Task Reads_what_Jira_took_refused_and_did_not_know()
    {
        _http.On(Bulk, HttpStatusCode.Accepted, """
            {"acceptedDevinfoEntities":{"42":{"commits":["c"],"branches":["b"],"pullRequests":["1"]}},
             "failedDevinfoEntities":{"42":{"pullRequests":[{"id":"2","errorMessages":[{"message":"too long","errorTraceId":"x"}]}]},
                                      "43":{"errorMessages":[{"message":"bad repository"}]}},
             "unknownIssueKeys":["NO-1"],"unknownAssociations":[]}
            """);

        var receipt = await _client.SubmitAsync(Site, Submission(Entity("1"), Entity("2"), Entity("3", project: 43), Entity("4", project: 44)), JiraClient.Timeout, _test.CancellationToken);

        Assert.IsTrue(receipt.Accepted.SetEquals([new("42", EntityKind.Commit, "c"), new("42", EntityKind.Branch, "b"), new("42", EntityKind.MergeRequest, "1")]));
        Assert.AreSequenceEqual(["2", "3"], receipt.Rejected.Select(r => r.Entity.Id));
        Assert.AreSequenceEqual(["too long"], receipt.Rejected[0].Messages);
        Assert.AreSequenceEqual(["NO-1"], receipt.UnknownIssueKeys);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("<html>")]
    [DataRow("[]")]
    [DataRow("{\"acceptedDevinfoEntities\":3}")]
    public async Task Takes_a_202_for_one_whatever_its_body_says(string body)
    {
        _http.On(Bulk, HttpStatusCode.Accepted, body);

        var receipt = await _client.SubmitAsync(Site, Submission(Entity("1")), JiraClient.Timeout, _test.CancellationToken);

        Assert.IsEmpty(receipt.Accepted);
        Assert.IsEmpty(receipt.Rejected);
    }

    [TestMethod]
    [DataRow(400, JiraFailure.BadRequest)]
    [DataRow(401, JiraFailure.Unauthorized)]
    [DataRow(403, JiraFailure.Forbidden)]
    [DataRow(404, JiraFailure.Gone)]
    [DataRow(405, JiraFailure.Gone)]
    [DataRow(408, JiraFailure.Unavailable)]
    [DataRow(409, JiraFailure.BadRequest)]
    [DataRow(410, JiraFailure.Gone)]
    [DataRow(413, JiraFailure.TooLarge)]
    [DataRow(415, JiraFailure.BadRequest)]
    [DataRow(429, JiraFailure.RateLimited)]
    [DataRow(500, JiraFailure.Unavailable)]
    [DataRow(502, JiraFailure.Unavailable)]
    [DataRow(503, JiraFailure.Down)]
    [DataRow(504, JiraFailure.Unavailable)]
    [DataRow(301, JiraFailure.Gone)]
    [DataRow(302, JiraFailure.Gone)]
    [DataRow(307, JiraFailure.Gone)]
    public async Task Says_what_an_answer_means_without_its_body(int status, JiraFailure expected)
    {
        _http.On(Bulk, (HttpStatusCode)status, """{"errorMessages":[{"message":"Ada's title"}]}""", ("Location", "https://elsewhere.test/"));

        var failure = await FailAsync();

        Assert.AreEqual(expected, failure.Failure);
        Assert.AreEqual((HttpStatusCode)status, failure.Status);
        Assert.IsFalse(failure.AllSites);
        Assert.DoesNotContain("Ada", failure.ToString());
        Assert.DoesNotContain("s3cret", failure.ToString());
        Assert.HasCount(1, _http.Requests);
    }

    [TestMethod]
    [DataRow(429, "Retry-After", "42", 42)]
    [DataRow(429, "Retry-After", "0", 1)]
    [DataRow(429, "Retry-After", "99999999", 7200)]
    [DataRow(429, "Retry-After", "Mon, 04 May 2026 12:01:30 GMT", 90)]
    [DataRow(429, "X-RateLimit-Reset", "2026-05-04T12:05:00Z", 300)]
    [DataRow(429, "X-RateLimit-Reset", "2026-05-04T11:00Z", 1)]
    [DataRow(503, "Retry-After", "7", 7)]
    public async Task Passes_on_a_named_wait(int status, string header, string value, int seconds)
    {
        _http.On(Bulk, (HttpStatusCode)status, null, (header, value));

        var failure = await FailAsync();

        Assert.AreEqual(JiraFailure.RateLimited, failure.Failure);
        Assert.AreEqual(TimeSpan.FromSeconds(seconds), failure.RetryAfter);
    }

    [TestMethod]
    [DataRow("jira-quota-global-based", true)]
    [DataRow("jira-quota-tenant-based", false)]
    [DataRow("jira-burst-based", false)]
    [DataRow("jira-per-issue-on-write", false)]
    public async Task Tells_whether_a_limit_holds_all_sites(string reason, bool allSites)
    {
        _http.On(Bulk, HttpStatusCode.TooManyRequests, null, ("Retry-After", "5"), ("RateLimit-Reason", reason));

        Assert.AreEqual(allSites, (await FailAsync()).AllSites);
    }

    [TestMethod]
    public async Task Has_no_wait_where_a_limit_names_none()
    {
        _http.On(Bulk, HttpStatusCode.TooManyRequests);

        Assert.IsNull((await FailAsync()).RetryAfter);
    }

    [TestMethod]
    public async Task Calls_a_broken_connection_unavailable()
    {
        _http.Fails(Bulk, new HttpRequestException("reset"));

        Assert.AreEqual(JiraFailure.Unavailable, (await FailAsync()).Failure);
    }

    [TestMethod]
    public async Task Gives_up_after_its_time_on_the_injected_clock()
    {
        using var slow = new SlowHandler();
        var tokens = new Mock<IConnectTokens>();
        tokens.Setup(t => t.Create(It.IsAny<Installation>(), It.IsAny<HttpMethod>(), It.IsAny<Uri>())).Returns("t");
        using var http = new HttpClient(slow);
        var client = new JiraClient(http, tokens.Object, NoBudgets.Rates(_clock), _clock);

        var call = client.SubmitAsync(Site, Submission(Entity("1")), JiraClient.Timeout, _test.CancellationToken);
        await slow.Asked;
        _clock.Advance(TimeSpan.FromSeconds(19));
        Assert.IsFalse(call.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.AreEqual(JiraFailure.Unavailable, (await Assert.ThrowsExactlyAsync<JiraRequestException>(() => call)).Failure);
    }

    [TestMethod]
    public async Task Is_cancelled_by_its_caller_as_such()
    {
        using var slow = new SlowHandler();
        using var http = new HttpClient(slow);
        using var stop = new CancellationTokenSource();
        var client = new JiraClient(http, Mock.Of<IConnectTokens>(t => t.Create(It.IsAny<Installation>(), It.IsAny<HttpMethod>(), It.IsAny<Uri>()) == "t"), NoBudgets.Rates(_clock), _clock);

        var call = client.SubmitAsync(Site, Submission(Entity("1")), JiraClient.Timeout, stop.Token);
        await slow.Asked;
        await stop.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => call);
    }

    [TestMethod]
    [DataRow(EntityKind.Commit, "commit")]
    [DataRow(EntityKind.Branch, "branch")]
    [DataRow(EntityKind.MergeRequest, "pull_request")]
    public async Task Deletes_an_entity_by_id_and_sends_the_sequence_along(EntityKind kind, string type)
    {
        _http.On($"DELETE {Base}/rest/devinfo/0.10/repository/k7-42/{type}/abc?_updateSequenceId=77", HttpStatusCode.Accepted);

        await _client.DeleteEntityAsync(Site, "k7-42", kind, "abc", 77, JiraClient.Timeout, _test.CancellationToken);

        Assert.AreEqual($"JWT site-1:DELETE:/rest/devinfo/0.10/repository/k7-42/{type}/abc?_updateSequenceId=77", _http.Requests[0].Headers["Authorization"]);
        _http.AssertAllAsked();
    }

    [TestMethod]
    [DataRow(HttpStatusCode.NotFound)]
    [DataRow(HttpStatusCode.Gone)]
    public async Task Takes_a_deletion_of_nothing_for_done(HttpStatusCode status)
    {
        _http.On($"DELETE {Base}/rest/devinfo/0.10/repository/42", status);

        await _client.DeleteRepositoryAsync(Site, "42", sequence: null, JiraClient.Timeout, _test.CancellationToken);

        _http.AssertAllAsked();
    }

    [TestMethod]
    [DataRow(ApiFamily.DevInfo, "rest/devinfo/0.10")]
    [DataRow(ApiFamily.Builds, "rest/builds/0.1")]
    [DataRow(ApiFamily.Deployments, "rest/deployments/0.1")]
    [DataRow(ApiFamily.FeatureFlags, "rest/featureflags/0.1")]
    public async Task Deletes_a_links_data_in_each_family(ApiFamily family, string path)
    {
        _http.On($"DELETE {Base}/{path}/bulkByProperties?linkId=00000001000000000000000000000000", HttpStatusCode.Accepted);

        await _client.DeleteByLinkAsync(Site, family, DeliverySamples.Link().Id, _test.CancellationToken);

        _http.AssertAllAsked();
    }

    [TestMethod]
    [DataRow(HttpStatusCode.OK, """{"hasDataMatchingProperties":true}""", true)]
    [DataRow(HttpStatusCode.OK, """{"hasDataMatchingProperties":false}""", false)]
    [DataRow(HttpStatusCode.OK, "{}", true)]
    [DataRow(HttpStatusCode.OK, "nonsense", true)]
    [DataRow(HttpStatusCode.NotFound, "", false)]
    public async Task Asks_whether_a_links_data_is_there(HttpStatusCode status, string body, bool expected)
    {
        _http.On($"GET {Base}/rest/devinfo/0.10/existsByProperties?linkId=00000001000000000000000000000000", status, body);

        Assert.AreEqual(expected, await _client.ExistsByLinkAsync(Site, DeliverySamples.Link().Id, _test.CancellationToken));
    }

    [TestMethod]
    [DataRow(HttpStatusCode.OK, """{"state":"RUNNING"}""", true)]
    [DataRow(HttpStatusCode.OK, """{"state":"MAINTENANCE"}""", false)]
    [DataRow(HttpStatusCode.ServiceUnavailable, "", false)]
    public async Task Asks_whether_the_site_runs_without_a_token(HttpStatusCode status, string body, bool expected)
    {
        _http.On($"GET {Base}/status", status, body);

        Assert.AreEqual(expected, await _client.IsRunningAsync(Site, _test.CancellationToken));
        Assert.IsFalse(_http.Requests[0].Headers.ContainsKey("Authorization"));
    }

    [TestMethod]
    [DataRow(HttpStatusCode.OK, """{"cloudId":"cloud-1"}""", true)]
    [DataRow(HttpStatusCode.OK, """{"cloudId":"cloud-2"}""", false)]
    [DataRow(HttpStatusCode.OK, "{}", false)]
    [DataRow(HttpStatusCode.NotFound, "", false)]
    public async Task Asks_whether_the_address_is_still_the_sites(HttpStatusCode status, string body, bool expected)
    {
        _http.On($"GET {Base}/_edge/tenant_info", status, body);

        Assert.AreEqual(expected, await _client.IsSameSiteAsync(Site, _test.CancellationToken));
        Assert.IsFalse(_http.Requests[0].Headers.ContainsKey("Authorization"));
    }

    private Task<JiraRequestException> FailAsync() =>
        Assert.ThrowsExactlyAsync<JiraRequestException>(() => _client.SubmitAsync(Site, Submission(Entity("1")), JiraClient.Timeout, _test.CancellationToken));

    private static DevInfoSubmission Submission(params DevInfoEntity[] entities) => new()
    {
        LinkId = DeliverySamples.Link().Id,
        Entities = entities,
        Backfill = false,
        PreventTransitions = false,
    };

    private static DevInfoEntity Entity(string id, long project = 42)
    {
        var change = DeliverySamples.Upsert(DeliverySamples.Entity(id, project: project), 5, "Ada's title");
        return new DevInfoEntity(change.Repository!, EntityKind.MergeRequest, id, change.Body!.Value, 5);
    }

    private sealed class SlowHandler : HttpMessageHandler
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _asked.SetResult();
            await Task.Delay(System.Threading.Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("Never answered.");
        }
    }
}
