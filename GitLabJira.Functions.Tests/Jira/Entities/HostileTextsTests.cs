using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

/// <summary>Every text that GitLab may send, as long and as strange as it can be: Jira refuses a whole entity over one character.</summary>
[TestClass]
public sealed class HostileTextsTests
{
    private const int Long = 6_000;

    private static readonly string Text = string.Concat(Enumerable.Repeat("é\u0301\u0007\uD83E\uDED6\uD800 ", Long / 7));
    private static readonly string Url = "https://gitlab.example.com/" + new string('x', Long);
    private static readonly GitLabPerson Person = new() { Name = Text, Username = Text, Email = "a@" + new string('b', Long), WebUrl = Url, AvatarUrl = Url };
    private static readonly GitLabCommit Commit = EntitySamples.Commit with
    {
        Message = Text,
        Author = Person,
        WebUrl = Url,
        Files = [.. Enumerable.Repeat(new GitLabFile(Text, Text, FileChange.Moved, 1, 1), 20)],
    };

    private static readonly string[] Keys = [.. Enumerable.Range(1, 600).Select(n => $"TEA-{n}")];
    private static readonly GitLabProject Project = EntitySamples.Project with { Name = Text, PathWithNamespace = Text };

    [TestMethod]
    public void Fit_as_a_commit() => JiraLimits.AssertKept(EntityKind.Commit, CommitMapper.Map(EntitySamples.Link, Project, Commit, Keys), "commit");

    [TestMethod]
    public void Fit_as_a_branch() => JiraLimits.AssertKept(
        EntityKind.Branch, BranchMapper.Map(EntitySamples.Link, Project, new GitLabBranch { Name = Text, LastCommit = Commit }, Keys), "branch");

    [TestMethod]
    public void Fit_as_a_pull_request() => JiraLimits.AssertKept(
        EntityKind.MergeRequest,
        MergeRequestMapper.Map(
            EntitySamples.Link,
            Project,
            EntitySamples.MergeRequest with { Title = Text, Reference = Text, SourceBranch = Text, TargetBranch = Text, WebUrl = Url, Author = Person, Reviewers = [new GitLabReviewer(Person, Approved: true)] },
            Keys),
        "merge request");

    [TestMethod]
    public void Fit_as_a_build() => JiraLimits.AssertKept(
        EntityKind.Build,
        BuildMapper.Map(
            EntitySamples.Link,
            Project,
            new GitLabPipeline { Id = long.MaxValue, Iid = long.MaxValue, ProjectId = long.MaxValue, Ref = Text, Status = PipelineStatus.Running, Sha = new string('a', 64), WebUrl = Url },
            [],
            new GitLabTestReport(1, 1, 0, 0),
            Keys),
        "build");

    [TestMethod]
    public void Fit_as_a_deployment() => JiraLimits.AssertKept(
        EntityKind.Deployment,
        DeploymentMapper.Map(
            EntitySamples.Link,
            Project,
            new GitLabDeployment
            {
                Id = long.MaxValue,
                Iid = long.MaxValue,
                ProjectId = long.MaxValue,
                Ref = Text,
                Sha = Commit.Sha,
                Status = DeploymentStatus.Running,
                CreatedAt = DateTimeOffset.MaxValue,
                UpdatedAt = DateTimeOffset.MaxValue,
                Environment = new GitLabEnvironment(long.MaxValue, Text, EnvironmentTier.Other),
                Job = new GitLabDeployJob(1, Text, Url, TimeSpan.MaxValue, null),
            },
            Keys,
            EntitySettings.Default with { ServiceIds = [Text, "srv"] }),
        "deployment");

    [TestMethod]
    public void Fit_as_a_feature_flag() => JiraLimits.AssertKept(
        EntityKind.FeatureFlag,
        FeatureFlagMapper.Map(
            EntitySamples.Link,
            Project,
            new GitLabFeatureFlag
            {
                ProjectId = long.MaxValue,
                Name = Text,
                Active = true,
                Strategies = [.. Enumerable.Repeat(new GitLabFlagStrategy(FlagStrategyKind.PercentRollout, 100, [Text]), 60)],
                Scopes = [new GitLabFlagScope(Text, Active: true)],
            },
            Keys),
        "feature flag");
}
