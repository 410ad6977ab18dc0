using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.World.Order;

public sealed partial class ProjectStory
{
    private const int MostFlags = 4;

    private static readonly string[] Places = ["production", "staging", "review/shop", "somewhere"];

    /// <summary>GitLab tells of a flip before others can see it; whoever flips again so soon would flip what was.</summary>
    private static readonly TimeSpan FlipsSettle = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, DateTimeOffset> _flipped = new(StringComparer.Ordinal);
    private int _flags;

    private string? BuildBranch()
    {
        var branch = Pick([.. Project.Branches.Values]).Name;
        var pipeline = _gitLab.CreatePipeline(Somebody(), ProjectId, branch);
        return $"builds {branch} as {pipeline.Iid}";
    }

    private string? BuildMergeRequest()
    {
        if (PickOrNone([.. OpenOnes.Where(one => Project.Branches.ContainsKey(one.SourceBranch))]) is not { } one)
        {
            return null;
        }

        var pipeline = _gitLab.CreatePipeline(Somebody(), ProjectId, one.SourceBranch, one.Iid);
        return $"builds !{one.Iid} as {pipeline.Iid}";
    }

    /// <summary>Created, running, over; now and then somebody runs one again.</summary>
    private string? MoveBuild()
    {
        if (PickOrNone([.. Project.Pipelines.Values.Where(one => one.Status is CiStatus.Created or CiStatus.Running || _dice.Next(10) == 0)]) is not { } one)
        {
            return null;
        }

        CiStatus[] next = one.Status switch
        {
            CiStatus.Created => [CiStatus.Running, CiStatus.Running, CiStatus.Canceled, CiStatus.Skipped],
            CiStatus.Running => [CiStatus.Success, CiStatus.Success, CiStatus.Failed, CiStatus.Canceled],
            _ => [CiStatus.Running],
        };
        var after = _gitLab.SetPipelineStatus(ProjectId, one.Id, Pick(next));
        return $"build {after.Iid} of {after.Ref} becomes {after.Status}";
    }

    /// <summary>By a job of the branch's last pipeline or by the API. One at a time in each place, as GitLab's own jobs do by default.</summary>
    private string? Deploy()
    {
        var place = Pick(Places);
        var branch = Pick([.. Project.Branches.Values]).Name;

        if (Project.Deployments.Values.Any(one => one.Status is DeploymentStatus.Running && Project.Environments[one.EnvironmentId].Name == place))
        {
            return null;
        }

        var pipeline = _dice.Next(3) > 0 ? Project.Pipelines.Values.Where(one => one.Ref == branch).MaxBy(one => one.Id) : null;
        var deployment = _gitLab.CreateDeployment(Somebody(), ProjectId, place, branch, pipeline?.Sha, pipeline?.Id);
        return $"deploys {branch} to {place} as {deployment.Iid} {(pipeline is null ? "by the API" : $"in {pipeline.Iid}")}";
    }

    private string? EndDeployment()
    {
        if (PickOrNone([.. Project.Deployments.Values.Where(one => one.Status is DeploymentStatus.Running)]) is not { } one)
        {
            return null;
        }

        var after = _gitLab.SetDeploymentStatus(ProjectId, one.Id, Pick([DeploymentStatus.Success, DeploymentStatus.Success, DeploymentStatus.Failed, DeploymentStatus.Canceled]));
        return $"deployment {after.Iid} becomes {after.Status}";
    }

    /// <summary>Always with a flip: of all else that happens to a flag, GitLab tells nobody.</summary>
    private string? FlipFlag()
    {
        var known = PickOrNone([.. Project.FeatureFlags.Values.Where(one => _gitLab.Now - _flipped.GetValueOrDefault(one.Name) > FlipsSettle)]);

        if (known is null && _flags == MostFlags)
        {
            return null;
        }

        var name = known?.Name ?? $"flag_{++_flags}";

        if (known is null)
        {
            _gitLab.CreateFeatureFlag(Somebody(), ProjectId, name, Description(), isActive: false);
        }

        var active = known is not { IsActive: true };
        var description = _dice.Next(3) == 0 ? Description() : null;
        _gitLab.UpdateFeatureFlag(Somebody(), ProjectId, name, active, description);
        _flipped[name] = _gitLab.Now;
        return $"turns {name} {(active ? "on" : "off")}{(description is null ? "" : $" as '{description}'")}";
    }
}
