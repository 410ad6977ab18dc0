using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Tests.Budgets;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.GitLab.Reading;

[TestClass]
public sealed class GitLabCiReaderTests(TestContext test)
{
    private const string Api = "GET https://gitlab.test/api/v4/";

    private static readonly GitLabAccess Access = new(KnownInstances.Host, "secret-token", "grant");

    private readonly StubHttp _http = new();

    private GitLabCiReader Reader => new(new GitLabClient(_http.Client(), KnownInstances.One, NoBudgets.Requests, new FakeTimeProvider()));

    [TestMethod]
    public async Task Reads_a_pipeline()
    {
        _http.On($"{Api}projects/7/pipelines/5000000001", """
            {"id":5000000001,"iid":12,"project_id":7,"status":"failed","source":"push","ref":"PROJ-1-add","tag":false,"sha":"abc","before_sha":"000",
             "web_url":"https://gitlab.test/acme/shop/-/pipelines/5000000001","user":{"id":1,"name":"Ann","username":"ann"},
             "created_at":"2026-11-20T10:00:00.000Z","updated_at":"2026-11-20T10:05:00.000Z","started_at":"2026-11-20T10:01:00.000Z","finished_at":"2026-11-20T10:05:00.000Z",
             "duration":239.5,"queued_duration":60,"detailed_status":{"text":"failed"},"yaml_errors":null}
            """);

        var pipeline = (await Reader.PipelineAsync(Access, 7, 5000000001, test.CancellationToken))!;

        Assert.AreEqual(5000000001, pipeline.Id);
        Assert.AreEqual(12, pipeline.Iid);
        Assert.AreEqual("PROJ-1-add", pipeline.Ref);
        Assert.AreEqual("push", pipeline.Source);
        Assert.AreEqual(PipelineStatus.Failed, pipeline.Status);
        Assert.AreEqual("abc", pipeline.Sha);
        Assert.AreEqual("ann", pipeline.User!.Username);
        Assert.AreEqual(TimeSpan.FromSeconds(239.5), pipeline.Duration);
        Assert.AreEqual(new DateTimeOffset(2026, 11, 20, 10, 5, 0, TimeSpan.Zero), pipeline.UpdatedAt);
        Assert.IsNull(pipeline.MergeRequestIid);
    }

    [TestMethod]
    [DataRow("refs/merge-requests/31/head", 31L)]
    [DataRow("refs/merge-requests/31/merge", 31L)]
    [DataRow("refs/merge-requests/31/train", 31L)]
    [DataRow("refs/merge-requests/31", null)]
    [DataRow("refs/merge-requests/x/head", null)]
    [DataRow("refs/merge-requests//head", null)]
    [DataRow("main", null)]
    public void Knows_a_merge_requests_pipeline_by_its_ref(string reference, long? iid) => Assert.AreEqual(iid, GitLabPipeline.MergeRequestIidOf(reference));

    [TestMethod]
    public async Task Answers_null_for_what_is_gone_or_hidden()
    {
        _http.On($"{Api}projects/7/pipelines/1", HttpStatusCode.NotFound);
        _http.On($"{Api}projects/7/deployments/1", HttpStatusCode.NotFound);
        _http.On($"{Api}projects/7/feature_flags/dark%2Fmode", HttpStatusCode.NotFound);
        var reader = Reader;

        Assert.IsNull(await reader.PipelineAsync(Access, 7, 1, test.CancellationToken));
        Assert.IsNull(await reader.DeploymentAsync(Access, 7, 1, test.CancellationToken));
        Assert.IsNull(await reader.FeatureFlagAsync(Access, 7, "dark/mode", test.CancellationToken));
    }

    [TestMethod]
    public async Task Throws_when_the_entity_itself_is_forbidden()
    {
        _http.On($"{Api}projects/7/feature_flags/dark", HttpStatusCode.Forbidden);

        var exception = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => Reader.FeatureFlagAsync(Access, 7, "dark", test.CancellationToken));

        Assert.AreEqual(GitLabFailure.Forbidden, exception.Failure);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.Forbidden)]
    [DataRow(HttpStatusCode.NotFound)]
    public async Task Does_without_what_only_adds_to_an_entity(HttpStatusCode status)
    {
        _http.On($"{Api}projects/7/pipelines/1/test_report_summary", status);
        _http.On($"{Api}projects/7/repository/commits/abc/merge_requests?per_page=100", status);
        _http.On($"{Api}projects/7/repository/commits/abc", status);
        _http.On($"{Api}projects/7/environments/4", status);
        var reader = Reader;

        Assert.IsNull(await reader.TestReportAsync(Access, 7, 1, test.CancellationToken));
        Assert.IsEmpty(await reader.MergeRequestsAsync(Access, Pipeline(), test.CancellationToken));
        Assert.IsNull(await reader.CommitAsync(Access, 7, "abc", test.CancellationToken));
        Assert.IsNull(await reader.EnvironmentAsync(Access, 7, 4, test.CancellationToken));
    }

    [TestMethod]
    [DataRow("""{"total":{"time":1,"count":10,"success":5,"failed":2,"skipped":2,"error":1,"suite_error":null},"test_suites":[]}""", "GitLabTestReport { Total = 10, Passed = 5, Failed = 3, Skipped = 2 }")]
    [DataRow("""{"total":{"count":0,"success":0,"failed":0,"skipped":0,"error":0},"test_suites":[]}""", "")]
    [DataRow("""{}""", "")]
    public async Task Counts_tests_only_where_a_report_exists(string json, string expected)
    {
        _http.On($"{Api}projects/7/pipelines/1/test_report_summary", json);

        var report = await Reader.TestReportAsync(Access, 7, 1, test.CancellationToken);

        Assert.AreEqual(expected, report?.ToString() ?? "");
    }

    [TestMethod]
    public async Task Finds_the_merge_requests_from_a_pipelines_branch_that_hold_its_commit()
    {
        _http.On($"{Api}projects/7/repository/commits/abc/merge_requests?per_page=100", """
            [{"id":3,"iid":3,"source_branch":"PROJ-1-add","source_project_id":7,"state":"opened"},
             {"id":2,"iid":2,"source_branch":"PROJ-1-add","source_project_id":8,"state":"opened"},
             {"id":1,"iid":1,"source_branch":"another","source_project_id":7,"state":"opened"}]
            """);

        var found = await Reader.MergeRequestsAsync(Access, Pipeline(), test.CancellationToken);

        Assert.AreEqual(3, found.Single().Iid);
    }

    [TestMethod]
    public async Task Asks_for_the_one_merge_request_of_its_own_pipeline()
    {
        _http.On($"{Api}projects/7/merge_requests?iids[]=31&state=all&scope=all&per_page=100", """[{"id":900,"iid":31,"source_branch":"x","source_project_id":8,"state":"merged"}]""");

        var found = await Reader.MergeRequestsAsync(Access, Pipeline() with { Ref = "refs/merge-requests/31/head", MergeRequestIid = 31 }, test.CancellationToken);

        Assert.AreEqual(900, found.Single().Id);
    }

    [TestMethod]
    public async Task Reads_a_deployment_with_its_job_and_the_tier_of_its_environment()
    {
        _http.On($"{Api}projects/7/deployments/70", DeploymentSamples.Job);
        _http.On($"{Api}projects/7/environments/4", """{"id":4,"name":"prod","tier":"production","state":"available"}""");

        var deployment = (await Reader.DeploymentAsync(Access, 7, 70, test.CancellationToken))!;

        Assert.AreEqual(9, deployment.Iid);
        Assert.AreEqual(DeploymentStatus.Success, deployment.Status);
        Assert.AreEqual(new GitLabEnvironment(4, "prod", EnvironmentTier.Production), deployment.Environment);
        Assert.AreEqual(600, deployment.Job!.Id);
        Assert.AreEqual(TimeSpan.FromSeconds(12.5), deployment.Job.Duration);
        Assert.AreEqual(500, deployment.Job.Pipeline!.Id);
        Assert.AreEqual(31, deployment.Job.Pipeline.MergeRequestIid);
        Assert.AreEqual("PROJ-5 Deploy", deployment.Commit!.Message);
    }

    [TestMethod]
    public async Task Reads_a_deployment_that_the_API_made()
    {
        _http.On($"{Api}projects/7/deployments/71", DeploymentSamples.Api);
        _http.On($"{Api}projects/7/environments/4", HttpStatusCode.Forbidden);

        var deployment = (await Reader.DeploymentAsync(Access, 7, 71, test.CancellationToken))!;

        Assert.IsNull(deployment.Job);
        Assert.IsNull(deployment.Commit);
        Assert.IsNull(deployment.Environment.Tier);
    }

    [TestMethod]
    public async Task Reads_a_feature_flag_with_strategies_and_scopes_of_the_old_version()
    {
        _http.On($"{Api}projects/7/feature_flags/dark", """
            {"name":"dark","description":"PROJ-1","active":true,"version":"new_version_flag","created_at":"2026-11-20T10:00:00Z","updated_at":"2026-11-20T11:00:00Z",
             "scopes":[{"environment_scope":"review/*","active":false}],
             "strategies":[{"id":1,"name":"flexibleRollout","parameters":{"groupId":"default","rollout":"25.5","stickiness":"default"},"scopes":[{"id":1,"environment_scope":"production"},{"id":2,"environment_scope":"*"}]},
                           {"id":2,"name":"gradualRolloutUserId","parameters":{"percentage":140},"scopes":[]},
                           {"id":3,"name":"somethingNew","parameters":null,"scopes":null}]}
            """);

        var flag = (await Reader.FeatureFlagAsync(Access, 7, "dark", test.CancellationToken))!;

        Assert.AreEqual("PROJ-1", flag.Description);
        Assert.IsTrue(flag.Active);
        Assert.AreEqual(new GitLabFlagScope("review/*", Active: false), flag.Scopes.Single());
        var strategies = flag.Strategies.Select(s => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{s.Kind} {s.Percentage} {string.Join('+', s.Scopes)}"));
        Assert.AreEqual("PercentRollout 25.5 production+*, PercentOfUsers 100 , Unknown  ", string.Join(", ", strategies));
    }

    [TestMethod]
    public async Task Lists_what_changed_page_by_page()
    {
        const string Pipelines = "projects/7/pipelines?order_by=updated_at&sort=desc&per_page=100&updated_after=2026-11-20T10%3A00%3A00.000Z";
        var since = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.FromHours(2));
        _http.On($"{Api}{Pipelines}", """[{"id":1,"iid":1,"sha":"a","ref":"x","status":"manual"}]""", ("Link", $"<https://gitlab.test/api/v4/{Pipelines}&page=2>; rel=\"next\""));
        _http.On($"{Api}{Pipelines}&page=2", """[{"id":2,"iid":2,"sha":"b","ref":"x","status":"running"},{"status":"no id"}]""");
        _http.On($"{Api}projects/7/deployments?order_by=updated_at&sort=desc&per_page=100", $"[{DeploymentSamples.Api}]");
        _http.On($"{Api}projects/7/feature_flags?per_page=100", """[{"name":"dark","active":null}]""");
        var reader = Reader;

        var first = await reader.PipelinesAsync(Access, 7, since, page: null, test.CancellationToken);
        var second = await reader.PipelinesAsync(Access, 7, since, first.Next, test.CancellationToken);
        var deployments = await reader.DeploymentsAsync(Access, 7, updatedAfter: null, page: null, test.CancellationToken);
        var flags = await reader.FeatureFlagsAsync(Access, 7, page: null, test.CancellationToken);

        Assert.AreEqual(PipelineStatus.Manual, first.Items.Single().Status);
        Assert.AreEqual(2, second.Items.Single().Id);
        Assert.AreEqual(71, deployments.Items.Single().Id);
        Assert.IsFalse(flags.Items.Single().Active);
    }

    [TestMethod]
    public async Task Lists_child_pipelines_behind_the_others()
    {
        const string Pipelines = "projects/7/pipelines?order_by=updated_at&sort=desc&per_page=100";
        const string Further = $"https://gitlab.test/api/v4/{Pipelines}&page=2&source=parent_pipeline";
        _http.On($"{Api}{Pipelines}", """[{"id":1,"iid":1,"sha":"a","ref":"x","status":"success"}]""");
        _http.On($"{Api}{Pipelines}&source=parent_pipeline", """[{"id":3,"iid":3,"sha":"a","ref":"x","status":"success"}]""", ("Link", $"<{Further}>; rel=\"next\""));
        _http.On($"GET {Further}", """[{"id":2,"iid":2,"sha":"a","ref":"x","status":"success"}]""");
        var reader = Reader;
        var ids = new List<long>();
        Uri? page = null;

        do
        {
            var answer = await reader.PipelinesAsync(Access, 7, updatedAfter: null, page, test.CancellationToken);
            ids.AddRange(answer.Items.Select(pipeline => pipeline.Id));
            page = answer.Next;
        }
        while (page is not null);

        Assert.AreSequenceEqual([1, 3, 2], ids);
    }

    private static GitLabPipeline Pipeline() => new()
    {
        Id = 1,
        ProjectId = 7,
        Ref = "PROJ-1-add",
        Status = PipelineStatus.Running,
        Sha = "abc",
        WebUrl = "https://gitlab.test/acme/shop/-/pipelines/1",
    };
}
