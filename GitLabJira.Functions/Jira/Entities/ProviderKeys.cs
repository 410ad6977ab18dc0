using System.Globalization;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>Jira names a build by two values and a deployment by three. Here they are one id, joined by slashes, which the values themselves never hold (design 7).</summary>
public static class ProviderKeys
{
    public static string Build(string pipelineId, long buildNumber) => string.Create(CultureInfo.InvariantCulture, $"{pipelineId}/{buildNumber}");

    public static string Deployment(string pipelineId, string environmentId, long sequenceNumber) =>
        string.Create(CultureInfo.InvariantCulture, $"{pipelineId}/{environmentId}/{sequenceNumber}");

    /// <summary>Where Jira keeps the entity, below its family's path.</summary>
    public static string Path(EntityKind kind, string id) => (kind, id.Split('/')) switch
    {
        (EntityKind.Build, [var pipeline, var number]) => $"pipelines/{pipeline}/builds/{number}",
        (EntityKind.Deployment, [var pipeline, var environment, var number]) => $"pipelines/{pipeline}/environments/{environment}/deployments/{number}",
        (EntityKind.FeatureFlag, [var flag]) => $"flag/{flag}",
        _ => throw new ArgumentException($"Not the id of a {kind}.", nameof(id)),
    };
}
