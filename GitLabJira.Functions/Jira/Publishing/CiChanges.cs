using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>Reads what a build, deployment or feature flag takes besides itself, and says what Jira shall hold of it: one answer for events and syncs. Remembers what several of them share, so it lives as long as one reading.</summary>
public sealed class CiChanges(IGrantAccess grants, IGitLabCiReader reader, Publication publication, GitLabProject project)
{
    private readonly Dictionary<string, GitLabCommit?> _commits = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), IReadOnlyList<GitLabMergeRequest>> _mergeRequests = [];
    private readonly Dictionary<long, GitLabEnvironment?> _environments = [];
    private readonly EntityChanges _changes = new(publication, project, fromRead: true);
    private readonly EntitySettings _settings = EntitySettings.Of(publication.Link);

    /// <param name="pipeline">As read singly or listed.</param>
    /// <param name="head">The commit that a hook told, to spare its reading.</param>
    /// <param name="sequence">Taken before the pipeline was read.</param>
    /// <returns>Null when it names no key, or has no number (GitLab before 13.2) and so no place at Jira.</returns>
    public async Task<EntityChange?> BuildAsync(GitLabPipeline pipeline, GitLabCommit? head, long sequence, CancellationToken cancellationToken)
    {
        if (pipeline.Iid is null)
        {
            return null;
        }

        var mergeRequests = await MergeRequestsAsync(pipeline, cancellationToken);
        var commit = head is not null && string.Equals(head.Sha, pipeline.Sha, StringComparison.Ordinal) ? head : await CommitAsync(pipeline.Sha, cancellationToken);
        var keys = EntityKeys.OfBuild(pipeline, commit, mergeRequests).For(publication.Link);

        if (keys.Count == 0)
        {
            return null;
        }

        var tests = pipeline.IsFinished
            ? await CallAsync((access, token) => reader.TestReportAsync(access, project.Id, pipeline.Id, token), cancellationToken)
            : null;
        return _changes.Build(pipeline, mergeRequests, tests, keys, sequence);
    }

    /// <param name="deployment">As read singly or listed.</param>
    /// <param name="sequence">Taken before the deployment was read.</param>
    /// <returns>Null when it names neither a key nor a service.</returns>
    public async Task<EntityChange?> DeploymentAsync(GitLabDeployment deployment, long sequence, CancellationToken cancellationToken)
    {
        var commits = await CallAsync((access, token) => reader.DeployedCommitsAsync(access, deployment, _settings.FirstParentOnly, token), cancellationToken);
        IReadOnlyList<GitLabMergeRequest> mergeRequests = deployment.Job?.Pipeline is { } pipeline ? await MergeRequestsAsync(pipeline, cancellationToken) : [];
        var keys = EntityKeys.OfDeployment(deployment, mergeRequests, commits).For(publication.Link);

        return keys.Count > 0 || _settings.ServiceIds.Count > 0
            ? _changes.Deployment(await WithTierAsync(deployment, cancellationToken), keys, _settings, sequence)
            : null;
    }

    /// <returns>Null when it names no key.</returns>
    public EntityChange? FeatureFlag(GitLabFeatureFlag flag, long sequence) =>
        EntityKeys.OfFeatureFlag(flag).For(publication.Link) is { Count: > 0 } keys ? _changes.FeatureFlag(flag, keys, sequence) : null;

    private async Task<IReadOnlyList<GitLabMergeRequest>> MergeRequestsAsync(GitLabPipeline pipeline, CancellationToken cancellationToken)
    {
        if (!_mergeRequests.TryGetValue((pipeline.Ref, pipeline.Sha), out var found))
        {
            found = await CallAsync((access, token) => reader.MergeRequestsAsync(access, pipeline, token), cancellationToken);
            _mergeRequests[(pipeline.Ref, pipeline.Sha)] = found;
        }

        return found;
    }

    private async Task<GitLabCommit?> CommitAsync(string sha, CancellationToken cancellationToken)
    {
        if (!_commits.TryGetValue(sha, out var found))
        {
            found = await CallAsync((access, token) => reader.CommitAsync(access, project.Id, sha, token), cancellationToken);
            _commits[sha] = found;
        }

        return found;
    }

    /// <summary>Lists leave the tier out.</summary>
    private async Task<GitLabDeployment> WithTierAsync(GitLabDeployment deployment, CancellationToken cancellationToken)
    {
        if (deployment.Environment is not { Tier: null, Id: var id })
        {
            return deployment;
        }

        if (!_environments.TryGetValue(id, out var found))
        {
            found = await CallAsync((access, token) => reader.EnvironmentAsync(access, project.Id, id, token), cancellationToken);
            _environments[id] = found;
        }

        return found is null ? deployment : deployment with { Environment = found };
    }

    private Task<T> CallAsync<T>(Func<GitLabAccess, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        grants.CallAsync(publication.Link, call, cancellationToken);
}
