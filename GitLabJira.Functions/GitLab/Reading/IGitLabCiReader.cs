using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.GitLab.Reading;

/// <summary>Reads GitLab's present state of pipelines, deployments and feature flags into one model per entity.</summary>
/// <remarks>As with <see cref="IGitLabReader"/> null means that GitLab answered 404 for the entity itself. What only adds to an entity (report, tier, merge requests, commits) is left out when GitLab refuses it.</remarks>
public interface IGitLabCiReader
{
    Task<GitLabPipeline?> PipelineAsync(GitLabAccess access, long projectId, long pipelineId, CancellationToken cancellationToken);

    /// <summary>Test counts of a pipeline; null when it has reported none, or none yet (reports come late).</summary>
    Task<GitLabTestReport?> TestReportAsync(GitLabAccess access, long projectId, long pipelineId, CancellationToken cancellationToken);

    /// <summary>The merge requests whose texts count for the pipeline, without approvals.</summary>
    Task<IReadOnlyList<GitLabMergeRequest>> MergeRequestsAsync(GitLabAccess access, GitLabPipeline pipeline, CancellationToken cancellationToken);

    /// <summary>The newest pipeline of a merge request's last commit; null when it has none in this project.</summary>
    Task<GitLabPipeline?> HeadPipelineAsync(GitLabAccess access, long projectId, long iid, CancellationToken cancellationToken);

    /// <summary>A commit for its message's sake: one request, no files.</summary>
    Task<GitLabCommit?> CommitAsync(GitLabAccess access, long projectId, string sha, CancellationToken cancellationToken);

    /// <summary>One deployment with its environment's tier.</summary>
    Task<GitLabDeployment?> DeploymentAsync(GitLabAccess access, long projectId, long deploymentId, CancellationToken cancellationToken);

    /// <summary>An environment with its tier, for deployments out of a list.</summary>
    Task<GitLabEnvironment?> EnvironmentAsync(GitLabAccess access, long projectId, long environmentId, CancellationToken cancellationToken);

    /// <summary>What a deployment brought: its own commit and all since the last successful deployment of the same ref to the same environment (of any ref, where it may be a tag's), at most 5,000, newest first.</summary>
    /// <param name="access">As whom.</param>
    /// <param name="deployment">Whose commits.</param>
    /// <param name="firstParent">For trunk-based projects: only the steps of the trunk itself. They are merges as a rule, so then merges are kept; else they are left out.</param>
    Task<IReadOnlyList<GitLabCommit>> DeployedCommitsAsync(GitLabAccess access, GitLabDeployment deployment, bool firstParent, CancellationToken cancellationToken);

    Task<GitLabFeatureFlag?> FeatureFlagAsync(GitLabAccess access, long projectId, string name, CancellationToken cancellationToken);

    /// <summary>Pipelines by last update, newest first, and behind them child pipelines in the same order; a list tells no times but created and updated, no user and no duration.</summary>
    /// <param name="page">Null for the first page, then <see cref="ListPage{T}.Next"/>.</param>
    Task<ListPage<GitLabPipeline>> PipelinesAsync(GitLabAccess access, long projectId, DateTimeOffset? updatedAfter, Uri? page, CancellationToken cancellationToken);

    /// <summary>Deployments by last update, newest first, without the tiers of their environments.</summary>
    /// <param name="page">Null for the first page, then <see cref="ListPage{T}.Next"/>.</param>
    Task<ListPage<GitLabDeployment>> DeploymentsAsync(GitLabAccess access, long projectId, DateTimeOffset? updatedAfter, Uri? page, CancellationToken cancellationToken);

    /// <param name="page">Null for the first page, then <see cref="ListPage{T}.Next"/>.</param>
    Task<ListPage<GitLabFeatureFlag>> FeatureFlagsAsync(GitLabAccess access, long projectId, Uri? page, CancellationToken cancellationToken);
}
