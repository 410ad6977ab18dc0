using System.Globalization;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Wire;

namespace GitLabJira.Functions.GitLab.Reading;

/// <summary>The reader over GitLab's REST API.</summary>
public sealed class GitLabCiReader(GitLabClient client) : IGitLabCiReader
{
    private const string OnlyChildren = "source=parent_pipeline";

    public async Task<GitLabPipeline?> PipelineAsync(GitLabAccess access, long projectId, long pipelineId, CancellationToken cancellationToken) =>
        GitLabCiModels.Pipeline(projectId, await client.FindAsync(access, $"projects/{projectId}/pipelines/{pipelineId}", GitLabCiJson.Default.PipelineWire, cancellationToken));

    public async Task<GitLabTestReport?> TestReportAsync(GitLabAccess access, long projectId, long pipelineId, CancellationToken cancellationToken) =>
        GitLabCiModels.TestReport(
            await client.FindAsync(access, $"projects/{projectId}/pipelines/{pipelineId}/test_report_summary", GitLabCiJson.Default.TestReportWire, cancellationToken).IfAllowedAsync());

    public async Task<IReadOnlyList<GitLabMergeRequest>> MergeRequestsAsync(GitLabAccess access, GitLabPipeline pipeline, CancellationToken cancellationToken)
    {
        // What contains the commit, as in GitLab's own app: an older merge request from a branch of the same name is another's.
        var path = pipeline.MergeRequestIid is { } iid
            ? $"projects/{pipeline.ProjectId}/merge_requests?iids[]={iid}&state=all&scope=all&per_page=100"
            : $"projects/{pipeline.ProjectId}/repository/commits/{Escape(pipeline.Sha)}/merge_requests?per_page=100";
        var wires = await client.FindAsync(access, path, GitLabJson.Default.ListMergeRequestWire, cancellationToken).IfAllowedAsync();

        return [.. (wires ?? [])
            .Select(wire => GitLabModels.MergeRequest(access, pipeline.ProjectId, wire))
            .OfType<GitLabMergeRequest>()
            .Where(pipeline.IsOf)
            .OrderBy(mergeRequest => mergeRequest.Iid)];
    }

    public async Task<GitLabPipeline?> HeadPipelineAsync(GitLabAccess access, long projectId, long iid, CancellationToken cancellationToken) =>
        GitLabModels.MergeRequest(access, projectId, await client.FindAsync(access, $"projects/{projectId}/merge_requests/{iid}", GitLabJson.Default.MergeRequestWire, cancellationToken))?.HeadPipeline;

    public async Task<GitLabCommit?> CommitAsync(GitLabAccess access, long projectId, string sha, CancellationToken cancellationToken) =>
        GitLabModels.Commit(
            access,
            projectId,
            await client.FindAsync(access, $"projects/{projectId}/repository/commits/{Escape(sha)}", GitLabJson.Default.CommitWire, cancellationToken).IfAllowedAsync());

    public async Task<GitLabDeployment?> DeploymentAsync(GitLabAccess access, long projectId, long deploymentId, CancellationToken cancellationToken)
    {
        var wire = await client.FindAsync(access, $"projects/{projectId}/deployments/{deploymentId}", GitLabCiJson.Default.DeploymentWire, cancellationToken);

        return GitLabCiModels.Deployment(access, projectId, wire) is { } deployment
            ? deployment with { Environment = await EnvironmentAsync(access, projectId, deployment.Environment.Id, cancellationToken) ?? deployment.Environment }
            : null;
    }

    public async Task<GitLabEnvironment?> EnvironmentAsync(GitLabAccess access, long projectId, long environmentId, CancellationToken cancellationToken) =>
        GitLabCiModels.Environment(
            await client.FindAsync(access, $"projects/{projectId}/environments/{environmentId}", GitLabCiJson.Default.EnvironmentWire, cancellationToken).IfAllowedAsync());

    public async Task<IReadOnlyList<GitLabCommit>> DeployedCommitsAsync(GitLabAccess access, GitLabDeployment deployment, bool firstParent, CancellationToken cancellationToken)
    {
        var commits = await new DeployedCommits(client, access, deployment, firstParent).ReadAsync(cancellationToken);

        if (commits.Any(commit => string.Equals(commit.Sha, deployment.Sha, StringComparison.Ordinal)))
        {
            return commits;
        }

        // A merge, or the same commit once more, or an older one: it is what was deployed all the same.
        var own = deployment.Commit ?? await CommitAsync(access, deployment.ProjectId, deployment.Sha, cancellationToken);
        return own is null ? commits : [own, .. commits.Take(DeployedCommits.Limit - 1)];
    }

    public async Task<GitLabFeatureFlag?> FeatureFlagAsync(GitLabAccess access, long projectId, string name, CancellationToken cancellationToken) =>
        GitLabCiModels.FeatureFlag(
            projectId,
            await client.FindAsync(access, $"projects/{projectId}/feature_flags/{Escape(name)}", GitLabCiJson.Default.FeatureFlagWire, cancellationToken));

    public async Task<ListPage<GitLabPipeline>> PipelinesAsync(
        GitLabAccess access, long projectId, DateTimeOffset? updatedAfter, Uri? page, CancellationToken cancellationToken)
    {
        var path = $"projects/{projectId}/pipelines?order_by=updated_at&sort=desc&per_page=100{After(updatedAfter)}";
        var answer = await client.PageAsync(access, path, page, GitLabCiJson.Default.ListPipelineWire, cancellationToken);

        // GitLab leaves child pipelines out of every list but that of nothing else (gitlab!149839), so that one follows. An address tells in which of the two it stands: whoever keeps it goes on there.
        var isOfChildren = page?.Query.Contains(OnlyChildren, StringComparison.Ordinal) is true;
        var next = answer.Next ?? (isOfChildren ? null : GitLabClient.Address(access.Host, $"{path}&{OnlyChildren}"));

        return new ListPage<GitLabPipeline>([.. answer.Items.Select(wire => GitLabCiModels.Pipeline(projectId, wire)).OfType<GitLabPipeline>()], next, answer.Total);
    }

    public async Task<ListPage<GitLabDeployment>> DeploymentsAsync(
        GitLabAccess access, long projectId, DateTimeOffset? updatedAfter, Uri? page, CancellationToken cancellationToken)
    {
        // GitLab refuses the filter with any other order.
        var path = $"projects/{projectId}/deployments?order_by=updated_at&sort=desc&per_page=100{After(updatedAfter)}";
        var answer = await client.PageAsync(access, path, page, GitLabCiJson.Default.ListDeploymentWire, cancellationToken);

        return new ListPage<GitLabDeployment>([.. answer.Items.Select(wire => GitLabCiModels.Deployment(access, projectId, wire)).OfType<GitLabDeployment>()], answer.Next, answer.Total);
    }

    public async Task<ListPage<GitLabFeatureFlag>> FeatureFlagsAsync(GitLabAccess access, long projectId, Uri? page, CancellationToken cancellationToken)
    {
        var answer = await client.PageAsync(access, $"projects/{projectId}/feature_flags?per_page=100", page, GitLabCiJson.Default.ListFeatureFlagWire, cancellationToken);

        return new ListPage<GitLabFeatureFlag>([.. answer.Items.Select(wire => GitLabCiModels.FeatureFlag(projectId, wire)).OfType<GitLabFeatureFlag>()], answer.Next, answer.Total);
    }

    private static string After(DateTimeOffset? time) =>
        time is { } after ? $"&updated_after={Escape(after.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))}" : "";

    private static string Escape(string part) => Uri.EscapeDataString(part);
}
