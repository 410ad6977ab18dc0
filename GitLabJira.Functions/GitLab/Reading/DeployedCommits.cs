using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Wire;

namespace GitLabJira.Functions.GitLab.Reading;

/// <summary>Finds what one deployment brought (GitLab's own app: commits of the ref since its last successful deployment to the environment).</summary>
internal sealed class DeployedCommits(GitLabClient client, GitLabAccess access, GitLabDeployment deployment, bool firstParent)
{
    public const int Limit = 5_000;

    /// <summary>How far back a successful deployment of the same ref is looked for: 500 deployments of the environment.</summary>
    private const int MostDeploymentPages = 5;

    /// <summary>Merges are read too before they are left out.</summary>
    private const int MostCommitPages = 100;

    public async Task<IReadOnlyList<GitLabCommit>> ReadAsync(CancellationToken cancellationToken)
    {
        var previous = await PreviousAsync(cancellationToken);

        if (previous is null)
        {
            return await LogAsync(Escape(deployment.Sha), cancellationToken) ?? [];
        }

        if (string.Equals(previous.Sha, deployment.Sha, StringComparison.Ordinal))
        {
            return [];
        }

        if (await LogAsync($"{Escape(previous.Sha)}..{Escape(deployment.Sha)}", cancellationToken) is { } commits)
        {
            return commits;
        }

        // Either an older commit was deployed, or the commit of then is gone after a force push, for which GitLab shows an empty list too; its time still says what is newer.
        return await IsThereAsync(previous.Sha, cancellationToken)
            ? []
            : await LogAsync($"{Escape(deployment.Sha)}&since={Escape(previous.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))}", cancellationToken) ?? [];
    }

    private async Task<GitLabDeployment?> PreviousAsync(CancellationToken cancellationToken)
    {
        var path = $"projects/{deployment.ProjectId}/deployments?environment={Escape(deployment.Environment.Name)}&status=success&order_by=id&sort=desc&per_page=100";
        Uri? page = null;

        for (var read = 0; read < MostDeploymentPages; read++)
        {
            if (await PageAsync(path, page, GitLabCiJson.Default.ListDeploymentWire, cancellationToken) is not { } answer)
            {
                break;
            }

            var earlier = answer.Items
                .Select(wire => GitLabCiModels.Deployment(access, deployment.ProjectId, wire))
                .OfType<GitLabDeployment>()
                .Where(found => found.Id < deployment.Id && found.Environment.Id == deployment.Environment.Id)
                .ToList();

            // A tag is deployed once as a rule: without another bound each would bring the whole history (gl#424739). Only a job tells whether it is one. What the API deploys may be either; for a branch
            // that was never there before, the environment's last deployment is a right bound too: what it had, this one did not bring.
            var mayBeTag = deployment.Tag || deployment.Job is null;

            if ((earlier.Find(found => string.Equals(found.Ref, deployment.Ref, StringComparison.Ordinal)) ?? (mayBeTag ? earlier.FirstOrDefault() : null)) is { } previous)
            {
                return previous;
            }

            if (answer.Next is null)
            {
                break;
            }

            page = answer.Next;
        }

        return null;
    }

    /// <returns>Null when GitLab shows nothing at all, of which merges are not left out yet.</returns>
    private async Task<IReadOnlyList<GitLabCommit>?> LogAsync(string range, CancellationToken cancellationToken)
    {
        var path = $"projects/{deployment.ProjectId}/repository/commits?ref_name={range}&per_page=100{(firstParent ? "&first_parent=true" : "")}";
        var commits = new List<GitLabCommit>();
        Uri? page = null;

        for (var read = 0; read < MostCommitPages; read++)
        {
            if (await PageAsync(path, page, GitLabCiJson.Default.ListCommitWire, cancellationToken) is not { } answer)
            {
                return read == 0 ? null : commits;
            }

            if (read == 0 && answer.Items.Count == 0)
            {
                return null;
            }

            commits.AddRange(answer.Items
                .Select(wire => GitLabModels.Commit(access, deployment.ProjectId, wire))
                .OfType<GitLabCommit>()
                .Where(commit => firstParent || commit.ParentShas.Count < 2)
                .Take(Limit - commits.Count));

            if (answer.Next is null || commits.Count >= Limit)
            {
                break;
            }

            page = answer.Next;
        }

        return commits;
    }

    private async Task<bool> IsThereAsync(string sha, CancellationToken cancellationToken)
    {
        try
        {
            return await client.FindAsync(access, $"projects/{deployment.ProjectId}/repository/commits/{Escape(sha)}", GitLabJson.Default.CommitWire, cancellationToken) is not null;
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Forbidden)
        {
            // Whoever may not see the repository need not ask it for more.
            return true;
        }
    }

    /// <returns>Null when GitLab does not know it, or not for this user.</returns>
    private async Task<ListPage<T>?> PageAsync<T>(string path, Uri? page, JsonTypeInfo<List<T>> type, CancellationToken cancellationToken)
    {
        try
        {
            return await client.PageAsync(access, path, page, type, cancellationToken);
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.NotFound or GitLabFailure.Forbidden)
        {
            return null;
        }
    }

    private static string Escape(string part) => Uri.EscapeDataString(part);
}
