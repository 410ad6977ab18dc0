using GitLabJira.Sandbox.Jira.Checks;
using GitLabJira.Sandbox.Jira.Store;

namespace GitLabJira.Sandbox.Jira.Rest;

/// <summary>The bodies of 202 answers, each family in its own form.</summary>
internal static class BulkAnswers
{
    public static object DevInfo(BulkOutcome outcome) => new
    {
        acceptedDevinfoEntities = outcome.Accepted.GroupBy(RepositoryOf, StringComparer.Ordinal).ToDictionary(
            repository => repository.Key,
            repository => new { commits = Ids(repository, EntityKind.Commit), branches = Ids(repository, EntityKind.Branch), pullRequests = Ids(repository, EntityKind.PullRequest) },
            StringComparer.Ordinal),
        failedDevinfoEntities = outcome.Failed.GroupBy(f => RepositoryOf(f.Entity), StringComparer.Ordinal).ToDictionary(
            repository => repository.Key,
            repository => new
            {
                errorMessages = repository.Where(f => f.Entity.Key.Kind is EntityKind.Repository).SelectMany(f => Messages(f.Errors)),
                commits = Errors(repository, EntityKind.Commit),
                branches = Errors(repository, EntityKind.Branch),
                pullRequests = Errors(repository, EntityKind.PullRequest),
            },
            StringComparer.Ordinal),
        unknownIssueKeys = outcome.UnknownIssueKeys,
    };

    public static object Builds(BulkOutcome outcome) => new
    {
        acceptedBuilds = outcome.Accepted.Select(BuildKey),
        rejectedBuilds = outcome.Failed.Select(f => new { key = BuildKey(f.Entity), errors = Messages(f.Errors) }),
        unknownIssueKeys = outcome.UnknownIssueKeys,
    };

    public static object Deployments(BulkOutcome outcome) => new
    {
        acceptedDeployments = outcome.Accepted.Select(DeploymentKey),
        rejectedDeployments = outcome.Failed.Select(f => new { key = DeploymentKey(f.Entity), errors = Messages(f.Errors) }),
        unknownIssueKeys = outcome.UnknownIssueKeys,
        unknownAssociations = outcome.UnknownAssociations,
    };

    public static object FeatureFlags(BulkOutcome outcome) => new
    {
        acceptedFeatureFlags = outcome.Accepted.Select(e => e.Key.Id),
        failedFeatureFlags = outcome.Failed.GroupBy(f => f.Entity.Key.Id, StringComparer.Ordinal).ToDictionary(f => f.Key, f => Messages(f.SelectMany(e => e.Errors)), StringComparer.Ordinal),
        unknownIssueKeys = outcome.UnknownIssueKeys,
    };

    private static string RepositoryOf(SubmittedEntity entity) => entity.Key.RepositoryId ?? entity.Key.Id;

    private static IEnumerable<string> Ids(IEnumerable<SubmittedEntity> entities, EntityKind kind) => entities.Where(e => e.Key.Kind == kind).Select(e => e.Key.Id);

    private static IEnumerable<object> Errors(IEnumerable<(SubmittedEntity Entity, IReadOnlyList<string> Errors)> failed, EntityKind kind) =>
        failed.Where(f => f.Entity.Key.Kind == kind).Select(f => new { id = f.Entity.Key.Id, errorMessages = Messages(f.Errors) });

    private static IEnumerable<ErrorMessage> Messages(IEnumerable<string> errors) => errors.Select(e => new ErrorMessage(e));

    private static object BuildKey(SubmittedEntity entity) => new
    {
        pipelineId = entity.Data.GetProperty("pipelineId").GetString(),
        buildNumber = entity.Data.GetProperty("buildNumber").GetInt64(),
    };

    private static object DeploymentKey(SubmittedEntity entity) => new
    {
        pipelineId = entity.Data.GetProperty("pipeline").GetProperty("id").GetString(),
        environmentId = entity.Data.GetProperty("environment").GetProperty("id").GetString(),
        deploymentSequenceNumber = entity.Data.GetProperty("deploymentSequenceNumber").GetInt64(),
    };
}
