using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;
using GitLabJira.Sandbox.Jira.Store;
using GitLabJira.Sandbox.World;

namespace GitLabJira.Sandbox.Check;

/// <summary>What a team's pipelines, deployments and feature flags leave at Jira, step by step.</summary>
internal sealed class CiJob(SandboxWorld world, CheckReport report)
{
    private const string Branch = "feature/SHOP-7-gift-cards";
    private const string Flag = "gift_cards";

    private readonly Truth _truth = new(world.Jira);
    private readonly long _project = world.GitLab.State.Project("acme/shop/checkout").Id;
    private readonly DateTimeOffset _since = world.Clock.GetUtcNow();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        report.Title("Builds, deployments and feature flags");
        var gitLab = world.GitLab;
        gitLab.Push("dana", _project, Branch, "SHOP-7 Sell gift cards");
        var opened = gitLab.OpenMergeRequest("dana", _project, new NewMergeRequest(Branch, "Gift cards") { Description = "Also for SHOP-8" });

        var pipeline = gitLab.CreatePipeline("dana", _project, Branch);
        await StepAsync("a pipeline is created", () => { }, cancellationToken);
        await StepAsync("it runs", () => gitLab.SetPipelineStatus(_project, pipeline.Id, CiStatus.Running), cancellationToken);
        await StepAsync("it succeeds", () => gitLab.SetPipelineStatus(_project, pipeline.Id, CiStatus.Success, new TestCounts(Passed: 40, Failed: 1, Skipped: 2)), cancellationToken);
        report.That("the issue that the merge request's description names shows the build", Shows("SHOP-8", EntityKind.Build));
        var merged = gitLab.CreatePipeline("dana", _project, Branch, opened.Iid);
        await StepAsync("the merge request's own pipeline fails", () => gitLab.SetPipelineStatus(_project, merged.Id, CiStatus.Failed), cancellationToken);

        gitLab.CreateEnvironment(_project, "production", "production");
        var deployment = gitLab.CreateDeployment("dana", _project, "production", Branch, pipelineId: pipeline.Id);
        await StepAsync("a deployment runs", () => { }, cancellationToken);
        await StepAsync("it succeeds", () => gitLab.SetDeploymentStatus(_project, deployment.Id, DeploymentStatus.Success), cancellationToken);
        gitLab.Push("dana", _project, Branch, "SHOP-9 Print them");
        await StepAsync("another one is made by the API", () => gitLab.CreateDeployment("dana", _project, "production", Branch, status: DeploymentStatus.Success), cancellationToken);
        report.That("the issue of a commit that it brought shows the deployment", Shows("SHOP-9", EntityKind.Deployment));

        gitLab.CreateFeatureFlag("dana", _project, Flag, "SHOP-10 Gift cards for everybody", isActive: false);
        await StepAsync("a feature flag is switched on", () => gitLab.UpdateFeatureFlag("dana", _project, Flag, isActive: true), cancellationToken);
        await StepAsync("it is switched off", () => gitLab.UpdateFeatureFlag("dana", _project, Flag, isActive: false), cancellationToken);
        report.That("the issue that it names shows it", Shows("SHOP-10", EntityKind.FeatureFlag));
        await StepAsync("it names no issue any more", () => gitLab.UpdateFeatureFlag("dana", _project, Flag, isActive: true, description: "For everybody"), cancellationToken);
        report.That("that issue shows it no longer", !Shows("SHOP-10", EntityKind.FeatureFlag));
    }

    private bool Shows(string issue, EntityKind kind) => world.Jira.State.OfIssue(issue).Any(entity => entity.Key.Kind == kind);

    private async Task StepAsync(string what, Action act, CancellationToken cancellationToken)
    {
        act();
        await world.AdvanceAsync(TimeSpan.FromSeconds(90), cancellationToken);
        var project = world.GitLab.State.Projects[_project];
        report.None($"{what}: Jira holds what GitLab holds", [.. _truth.Differences(project, _since), .. _truth.CiDifferences(project, _since)]);
    }
}
