using System.Globalization;

namespace GitLabJira.Sandbox.Jira.Store;

public enum EntityKind { Repository, Commit, Branch, PullRequest, Build, Deployment, FeatureFlag }

/// <summary>What makes an entity the same entity for Jira. Ids of commits, branches and pull requests count within their repository.</summary>
public readonly record struct EntityKey(EntityKind Kind, string? RepositoryId, string Id)
{
    public static EntityKey Repository(string id) => new(EntityKind.Repository, null, id);

    public static EntityKey Build(string pipelineId, long number) => new(EntityKind.Build, null, Join(pipelineId, Number(number)));

    public static EntityKey Deployment(string pipelineId, string environmentId, long number) =>
        new(EntityKind.Deployment, null, Join(pipelineId, environmentId, Number(number)));

    public static EntityKey FeatureFlag(string id) => new(EntityKind.FeatureFlag, null, id);

    public override string ToString() => RepositoryId is null ? $"{Kind} {Id}" : $"{Kind} {RepositoryId}/{Id}";

    private static string Join(params string[] parts) => string.Join('/', parts.Select(Uri.EscapeDataString));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
