using System.Globalization;
using System.Text.Json;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Wire;

namespace GitLabJira.Functions.GitLab.Reading;

/// <summary>Turns REST answers about CI and deployments into the model. What lacks its identity becomes null and is left out.</summary>
internal static class GitLabCiModels
{
    /// <summary>Where the two strategies with a percentage keep it, the newer one first.</summary>
    private static readonly string[] PercentageNames = ["rollout", "percentage"];

    public static GitLabPipeline? Pipeline(long projectId, PipelineWire? wire)
    {
        if (wire is not { Id: { } id, Sha: { Length: > 0 } sha })
        {
            return null;
        }

        var reference = wire.Ref ?? "";

        return new GitLabPipeline
        {
            Id = id,
            Iid = wire.Iid,
            ProjectId = projectId,
            Ref = reference,
            Tag = wire.Tag ?? false,
            Source = GitLabModels.Text(wire.Source),
            Status = GitLabStates.Pipeline(wire.Status),
            Sha = sha,
            BeforeSha = GitLabModels.Text(wire.BeforeSha),
            WebUrl = wire.WebUrl ?? "",
            CreatedAt = wire.CreatedAt,
            UpdatedAt = wire.UpdatedAt,
            StartedAt = wire.StartedAt,
            FinishedAt = wire.FinishedAt,
            Duration = Seconds(wire.Duration),
            User = GitLabModels.Person(wire.User),
            MergeRequestIid = GitLabPipeline.MergeRequestIidOf(reference),
        };
    }

    /// <returns>Null without a report: GitLab then counts zero tests.</returns>
    public static GitLabTestReport? TestReport(TestReportWire? wire) => wire?.Total is { Count: > 0 } total
        ? new GitLabTestReport(total.Count.Value, Count(total.Success), Count(total.Failed) + Count(total.Error), Count(total.Skipped))
        : null;

    public static GitLabEnvironment? Environment(EnvironmentWire? wire) =>
        wire is { Id: { } id, Name: { Length: > 0 } name } ? new GitLabEnvironment(id, name, GitLabStates.Tier(wire.Tier)) : null;

    public static GitLabDeployment? Deployment(GitLabAccess access, long projectId, DeploymentWire? wire)
    {
        if (wire is not { Id: { } id, Iid: { } iid, Sha: { Length: > 0 } sha } || Environment(wire.Environment) is not { } environment)
        {
            return null;
        }

        var created = wire.CreatedAt ?? wire.UpdatedAt ?? DateTimeOffset.UnixEpoch;

        return new GitLabDeployment
        {
            Id = id,
            Iid = iid,
            ProjectId = projectId,
            Ref = wire.Ref ?? "",
            Tag = wire.Deployable?.Tag ?? false,
            Sha = sha,
            Status = GitLabStates.Deployment(wire.Status),
            CreatedAt = created,
            UpdatedAt = wire.UpdatedAt ?? created,
            User = GitLabModels.Person(wire.User),
            Environment = environment,
            Job = Job(projectId, wire.Deployable),
            Commit = GitLabModels.Commit(access, projectId, wire.Deployable?.Commit) is { } commit && string.Equals(commit.Sha, sha, StringComparison.Ordinal) ? commit : null,
        };
    }

    public static GitLabFeatureFlag? FeatureFlag(long projectId, FeatureFlagWire? wire)
    {
        if (wire is not { Name: { Length: > 0 } name })
        {
            return null;
        }

        return new GitLabFeatureFlag
        {
            ProjectId = projectId,
            Name = name,
            Description = GitLabModels.Text(wire.Description),
            Active = wire.Active ?? false,
            UpdatedAt = wire.UpdatedAt ?? wire.CreatedAt,
            Strategies = [.. (wire.Strategies ?? []).Select(Strategy)],
            Scopes = [.. (wire.Scopes ?? []).Where(scope => GitLabModels.Text(scope.EnvironmentScope) is not null).Select(scope => new GitLabFlagScope(scope.EnvironmentScope!, scope.Active ?? false))],
        };
    }

    private static GitLabFlagStrategy Strategy(FlagStrategyWire wire) => new(
        GitLabStates.Strategy(wire.Name),
        Percentage(wire.Parameters),
        [.. (wire.Scopes ?? []).Select(scope => GitLabModels.Text(scope.EnvironmentScope)).OfType<string>()]);

    private static GitLabDeployJob? Job(long projectId, DeployableWire? wire) => wire is { Id: { } id }
        // Only the job tells of a tag here.
        ? new GitLabDeployJob(id, wire.Name ?? "", GitLabModels.Text(wire.WebUrl), Seconds(wire.Duration), Pipeline(projectId, wire.Pipeline is { Tag: null } pipeline ? pipeline with { Tag = wire.Tag } : wire.Pipeline))
        : null;

    private static double? Percentage(Dictionary<string, JsonElement>? parameters)
    {
        foreach (var name in PercentageNames)
        {
            if (parameters?.TryGetValue(name, out var value) is true
                && double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var percentage)
                && double.IsFinite(percentage))
            {
                return Math.Clamp(percentage, 0, 100);
            }
        }

        return null;
    }

    private static TimeSpan? Seconds(double? seconds) => seconds is >= 0 and < int.MaxValue ? TimeSpan.FromSeconds(seconds.Value) : null;

    private static long Count(long? count) => Math.Max(0, count ?? 0);
}
