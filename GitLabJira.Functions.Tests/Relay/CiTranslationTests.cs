using System.Net;
using System.Text;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Tests.GitLab.Hooks;
using Moq;

namespace GitLabJira.Functions.Tests.Relay;

/// <summary>What events of pipelines, deployments and feature flags mean for Jira.</summary>
[TestClass]
public sealed class CiTranslationTests(TestContext test)
{
    private const string BuildId = "7-mr-3/12";

    private static readonly GitLabPipeline Pipeline = new()
    {
        Id = 5_000_000_001,
        Iid = 12,
        ProjectId = 7,
        Ref = "refs/merge-requests/3/head",
        MergeRequestIid = 3,
        Status = PipelineStatus.Success,
        Sha = HookBodies.New,
        WebUrl = "https://gitlab.example/acme/anvil/-/pipelines/5000000001",
        CreatedAt = Samples.Now,
        UpdatedAt = Samples.Now,
    };

    private static readonly GitLabDeployment Deployment = new()
    {
        Id = 70,
        Iid = 9,
        ProjectId = 7,
        Ref = "main",
        Sha = HookBodies.New,
        Status = DeploymentStatus.Success,
        CreatedAt = Samples.Now,
        UpdatedAt = Samples.Now,
        Environment = new GitLabEnvironment(4, "prod", EnvironmentTier.Production),
    };

    private static readonly GitLabFeatureFlag Flag = new() { ProjectId = 7, Name = "dark", Description = "ABC-1", Active = true, UpdatedAt = Samples.Now };

    private readonly RelayScene _scene = new();

    [TestMethod]
    public async Task A_finished_pipeline_is_read_now_and_once_more_when_its_test_report_is_there()
    {
        GitLabShows(Pipeline);
        await TakeAsync(PipelineBody());
        Assert.AreEqual($"Build {BuildId}", Names());
        Assert.IsFalse(_scene.Delivered.Single().Body!.Value.TryGetProperty("testInfo", out _));

        _scene.CiReader.Setup(r => r.TestReportAsync(It.IsAny<GitLabAccess>(), 7, Pipeline.Id, It.IsAny<CancellationToken>())).ReturnsAsync(new GitLabTestReport(5, 4, 1, 0));
        await _scene.Events.TranslateAsync(_scene.TakeLater(), test.CancellationToken);

        Assert.AreEqual(5, _scene.Delivered[1].Body!.Value.GetProperty("testInfo").GetProperty("totalNumber").GetInt32());
        Assert.IsEmpty(_scene.Queue);
    }

    [TestMethod]
    public async Task A_pipeline_of_the_default_branch_without_keys_costs_no_request()
    {
        await TakeAsync(HookBodies.Pipeline(more: "\"source\": \"push\", \"ref\": \"main\"").Replace("ABC-2 Fix it", "Fix it", StringComparison.Ordinal));

        Assert.IsEmpty(_scene.Delivered);
        _scene.CiReader.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task A_forks_merge_request_may_come_from_a_branch_that_is_called_like_the_default_branch()
    {
        GitLabShows(Pipeline with { Ref = "main", SourceBranch = "main" }, description: "For ABC-7");

        await TakeAsync(PipelineBody(message: "Fix it").Replace("\"fix\"", "\"main\"", StringComparison.Ordinal));

        _scene.CiReader.Verify(r => r.MergeRequestsAsync(It.IsAny<GitLabAccess>(), It.IsAny<GitLabPipeline>(), It.IsAny<CancellationToken>()), Times.AtLeastOnce);
        Assert.AreEqual("ABC-7", string.Join(' ', _scene.Delivered.Single().Keys));
    }

    [TestMethod]
    public async Task A_pipeline_of_another_branch_without_keys_costs_the_request_for_its_merge_requests()
    {
        GitLabShows(Pipeline, description: "For nobody");

        await TakeAsync(PipelineBody(message: "Fix it"));

        Assert.IsEmpty(_scene.Delivered);
        _scene.CiReader.Verify(r => r.MergeRequestsAsync(It.IsAny<GitLabAccess>(), It.IsAny<GitLabPipeline>(), It.IsAny<CancellationToken>()), Times.Once);
        _scene.CiReader.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task A_pipeline_whose_merge_request_alone_names_a_key_is_shown_although_Jira_holds_no_branch()
    {
        GitLabShows(Pipeline, description: "For ABC-7");

        await TakeAsync(PipelineBody(message: "Fix it"));

        Assert.AreEqual("ABC-7", string.Join(' ', _scene.Delivered.Single().Keys));
    }

    [TestMethod]
    public async Task A_pipeline_that_a_replica_does_not_show_yet_is_looked_for_again()
    {
        GitLabShows((GitLabPipeline?)null);

        await TakeAsync(PipelineBody());

        Assert.IsEmpty(_scene.Delivered);
        Assert.HasCount(1, _scene.Queue);
    }

    [TestMethod]
    public async Task A_pipeline_in_another_state_than_told_is_shown_and_looked_at_again()
    {
        GitLabShows(Pipeline with { Status = PipelineStatus.Running });

        await TakeAsync(PipelineBody());

        Assert.AreEqual("in_progress", _scene.Delivered.Single().Body!.Value.GetProperty("state").GetString());
        Assert.HasCount(1, _scene.Queue);
    }

    [TestMethod]
    public async Task Without_GitLab_a_pipelines_body_is_all_there_is()
    {
        await _scene.Bodies.HookAsync(Turn(out var turn), HookReader.Read(Encoding.UTF8.GetBytes(PipelineBody())).Hook!, Samples.Now.ToUnixTimeMilliseconds(), test.CancellationToken);
        await turn.CloseAsync(test.CancellationToken);

        Assert.AreEqual($"Build {BuildId}", Names());
        Assert.IsFalse(_scene.Delivered.Single().FromRead);
    }

    [TestMethod]
    public async Task A_merge_request_that_names_a_key_late_brings_its_head_pipeline()
    {
        GitLabShows(Pipeline, description: "For ABC-7");
        GitLabShowsMergeRequest("For ABC-7");

        await TakeAsync(HookBodies.MergeRequest(title: "Fix", description: "For ABC-7"));

        Assert.AreEqual($"MergeRequest 900, Build {BuildId}", Names());
        Assert.AreEqual("ABC-2 ABC-7", string.Join(' ', _scene.Delivered[1].Keys));
    }

    [TestMethod]
    public async Task A_pipeline_that_a_replica_hid_while_its_merge_request_got_a_key_is_brought_two_lags_later()
    {
        GitLabShowsMergeRequest("For ABC-7", head: null);
        await TakeAsync(HookBodies.MergeRequest(title: "Fix", description: "For ABC-7"));
        Assert.AreEqual("MergeRequest 900", Names());
        Assert.AreEqual(2 * Settling.Settled, _scene.Queue.Single().Delay);

        GitLabShows(Pipeline, description: "For ABC-7");
        _scene.CiReader.Setup(r => r.HeadPipelineAsync(It.IsAny<GitLabAccess>(), 7, 3, It.IsAny<CancellationToken>())).ReturnsAsync(Pipeline);
        await _scene.Events.TranslateAsync(_scene.TakeLater(), test.CancellationToken);

        Assert.AreEqual($"MergeRequest 900, Build {BuildId}", Names());
        Assert.AreEqual("ABC-2 ABC-7", string.Join(' ', _scene.Delivered[1].Keys));
        Assert.IsEmpty(_scene.Queue);
    }

    [TestMethod]
    public async Task A_build_whose_merge_request_got_a_key_is_brought_two_lags_later_although_GitLab_failed_at_it()
    {
        GitLabShowsMergeRequest("For ABC-7");
        _scene.CiReader.Setup(r => r.PipelineAsync(It.IsAny<GitLabAccess>(), 7, Pipeline.Id, It.IsAny<CancellationToken>()))
            .ThrowsAsync(new GitLabRequestException(GitLabFailure.Unavailable, HttpStatusCode.BadGateway, retryAfter: null));

        await TakeAsync(HookBodies.MergeRequest(title: "Fix", description: "For ABC-7"));

        Assert.AreEqual("MergeRequest 900", Names());
        Assert.HasCount(1, _scene.Queue.Where(message => message.Delay == 2 * Settling.Settled));
    }

    [TestMethod]
    public async Task A_key_that_a_merge_request_loses_goes_from_its_build_as_well()
    {
        _scene.Holds(EntityKind.MergeRequest, "900", "ABC-1 ABC-7");
        _scene.Holds(EntityKind.Build, BuildId, "ABC-2 ABC-1 ABC-7");
        GitLabShows(Pipeline, description: "For ABC-1");
        GitLabShowsMergeRequest("For ABC-1");

        await TakeAsync(HookBodies.MergeRequest(title: "Fix", description: "For ABC-1"));

        Assert.AreEqual("ABC-2 ABC-1", string.Join(' ', _scene.Delivered.Single(change => change.Entity.Kind is EntityKind.Build).Keys));
    }

    [TestMethod]
    public async Task A_build_that_a_replica_shows_with_the_merge_requests_old_keys_is_looked_at_once_more()
    {
        GitLabShows(Pipeline);
        GitLabShowsMergeRequest("For ABC-7");
        await TakeAsync(HookBodies.MergeRequest(title: "Fix", description: "For ABC-7"));
        Assert.AreEqual("ABC-2", string.Join(' ', _scene.Delivered[1].Keys));

        GitLabShows(Pipeline, description: "For ABC-7");
        await _scene.Events.TranslateAsync(_scene.TakeLater(Settling.Settled), test.CancellationToken);

        Assert.AreEqual("ABC-2 ABC-7", string.Join(' ', _scene.Delivered[^1].Keys));
    }

    [TestMethod]
    [DataRow("ABC-1", "")]
    [DataRow("", "ABC-1")]
    public async Task A_build_costs_no_request_while_its_merge_requests_keys_are_what_they_were_or_it_has_them(string mergeRequest, string build)
    {
        if (mergeRequest.Length > 0)
        {
            _scene.Holds(EntityKind.MergeRequest, "900", mergeRequest);
        }

        if (build.Length > 0)
        {
            _scene.Holds(EntityKind.Build, BuildId, build);
        }

        GitLabShowsMergeRequest("For ABC-1");

        await TakeAsync(HookBodies.MergeRequest(title: "Fix", description: "For ABC-1"));

        _scene.CiReader.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task A_deployment_is_always_looked_at_for_the_keys_of_what_it_brought()
    {
        GitLabShows(Deployment, Commit("a", "ABC-5 Brought"));

        await TakeAsync(HookBodies.Deployment());

        Assert.AreEqual("Deployment 7-deployments/4/9", Names());
        Assert.AreEqual("ABC-5", string.Join(' ', _scene.Delivered.Single().Keys));
    }

    [TestMethod]
    public async Task A_deployment_whose_environment_a_replica_does_not_know_yet_is_looked_at_once_more()
    {
        _scene.CiReader.Setup(r => r.EnvironmentAsync(It.IsAny<GitLabAccess>(), 7, 4, It.IsAny<CancellationToken>())).ReturnsAsync((GitLabEnvironment?)null);
        GitLabShows(Deployment with { Environment = Deployment.Environment with { Tier = null } }, Commit("a", "ABC-5 Brought"));
        await TakeAsync(HookBodies.Deployment());
        Assert.AreEqual("unmapped", EnvironmentType());

        GitLabShows(Deployment, Commit("a", "ABC-5 Brought"));
        await _scene.Events.TranslateAsync(_scene.TakeLater(Settling.Settled), test.CancellationToken);

        Assert.AreEqual("production", EnvironmentType());
        Assert.IsEmpty(_scene.Queue);

        string? EnvironmentType() => _scene.Delivered[^1].Body!.Value.GetProperty("environment").GetProperty("type").GetString();
    }

    [TestMethod]
    public async Task A_deployment_without_keys_goes_only_if_Jira_holds_it()
    {
        GitLabShows(Deployment);
        await TakeAsync(HookBodies.Deployment());
        Assert.IsEmpty(_scene.Delivered);

        _scene.Holds(EntityKind.Deployment, "7-deployments/4/9");
        await TakeAsync(HookBodies.Deployment());

        Assert.IsNull(_scene.Delivered.Single().Body);
    }

    [TestMethod]
    public async Task An_approval_of_a_deployment_says_nothing_about_its_state()
    {
        await TakeAsync(HookBodies.Deployment(status: "approved"));

        Assert.IsEmpty(_scene.Delivered);
        _scene.CiReader.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task A_feature_flag_is_read_again_when_GitLab_does_not_show_yet_what_it_told()
    {
        GitLabShows(Flag with { Active = false });
        await TakeAsync(HookBodies.FeatureFlag());
        Assert.HasCount(1, _scene.Queue);

        GitLabShows(Flag);
        await _scene.Events.TranslateAsync(_scene.TakeLater(), test.CancellationToken);

        Assert.IsTrue(_scene.Delivered[^1].Body!.Value.GetProperty("summary").GetProperty("status").GetProperty("enabled").GetBoolean());
    }

    [TestMethod]
    public async Task A_feature_flag_whose_last_key_is_gone_goes_from_Jira()
    {
        _scene.Holds(EntityKind.FeatureFlag, JiraIds.FeatureFlag(Samples.Link, 7, "dark"));
        GitLabShows(Flag with { Description = "For all" });

        await TakeAsync(HookBodies.FeatureFlag());

        Assert.IsNull(_scene.Delivered.Single().Body);
    }

    private static string PipelineBody(string message = "ABC-2 Fix it") => HookBodies.Pipeline(
            more: "\"source\": \"merge_request_event\", \"ref\": \"fix\"",
            root: "\"merge_request\": { \"id\": 900, \"iid\": 3, \"title\": \"Fix\", \"source_branch\": \"fix\", \"target_branch\": \"main\", \"source_project_id\": 7, \"target_project_id\": 7 }")
        .Replace("ABC-2 Fix it", message, StringComparison.Ordinal);

    private static GitLabCommit Commit(string sha, string message) =>
        new() { Sha = sha, Message = message, Author = new GitLabPerson { Name = "Ada" }, CommittedAt = Samples.Now, WebUrl = "https://gitlab.example/c" };

    private async Task TakeAsync(string body) => await _scene.Events.TranslateAsync(_scene.Hook(body, deliveryId: null), test.CancellationToken);

    private Turn Turn(out Turn turn) => turn = _scene.NewTurn();

    private string Names() => string.Join(", ", _scene.Delivered.Select(change => $"{change.Entity.Kind} {change.Entity.EntityId}"));

    /// <summary>Its branch is a fork's, which is none of this project's.</summary>
    private void GitLabShowsMergeRequest(string description) => GitLabShowsMergeRequest(description, Pipeline);

    private void GitLabShowsMergeRequest(string description, GitLabPipeline? head) => _scene.Reader
        .Setup(r => r.MergeRequestAsync(It.IsAny<GitLabAccess>(), 7, 3, It.IsAny<CancellationToken>()))
        .ReturnsAsync(MergeRequest(description) with { SourceProjectId = 8, UpdatedAt = Samples.Now.AddMinutes(1), HeadPipeline = head });

    private static GitLabMergeRequest MergeRequest(string description) => new()
    {
        Id = 900,
        Iid = 3,
        ProjectId = 7,
        Reference = "acme/anvil!3",
        Title = "Fix",
        Description = description,
        State = MergeRequestState.Opened,
        SourceBranch = "fix",
        TargetBranch = "main",
        SourceProjectId = 7,
        CreatedAt = Samples.Now,
        UpdatedAt = Samples.Now,
        WebUrl = "https://gitlab.example/acme/anvil/-/merge_requests/3",
    };

    private void GitLabShows(GitLabPipeline? pipeline, string description = "")
    {
        var mergeRequest = MergeRequest(description);
        _scene.CiReader.Setup(r => r.PipelineAsync(It.IsAny<GitLabAccess>(), 7, Pipeline.Id, It.IsAny<CancellationToken>())).ReturnsAsync(pipeline);
        _scene.CiReader.Setup(r => r.MergeRequestsAsync(It.IsAny<GitLabAccess>(), It.IsAny<GitLabPipeline>(), It.IsAny<CancellationToken>())).ReturnsAsync([mergeRequest]);
        _scene.CiReader.Setup(r => r.CommitAsync(It.IsAny<GitLabAccess>(), 7, HookBodies.New, It.IsAny<CancellationToken>()))
            .ReturnsAsync(Commit(HookBodies.New, "ABC-2 Fix it"));
        _scene.CiReader.Setup(r => r.TestReportAsync(It.IsAny<GitLabAccess>(), 7, Pipeline.Id, It.IsAny<CancellationToken>())).ReturnsAsync((GitLabTestReport?)null);
    }

    private void GitLabShows(GitLabDeployment deployment, params IReadOnlyList<GitLabCommit> commits)
    {
        _scene.CiReader.Setup(r => r.DeploymentAsync(It.IsAny<GitLabAccess>(), 7, 70, It.IsAny<CancellationToken>())).ReturnsAsync(deployment);
        _scene.CiReader.Setup(r => r.DeployedCommitsAsync(It.IsAny<GitLabAccess>(), deployment, false, It.IsAny<CancellationToken>())).ReturnsAsync(commits);
    }

    private void GitLabShows(GitLabFeatureFlag flag) =>
        _scene.CiReader.Setup(r => r.FeatureFlagAsync(It.IsAny<GitLabAccess>(), 7, "dark", It.IsAny<CancellationToken>())).ReturnsAsync(flag);
}
