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

        return string.Equals(previous.Sha, deployment.Sha, StringComparison.Ordinal)
            ? []
            : await LogAsync($"{Escape(previous.Sha)}..{Escape(deployment.Sha)}", cancellationToken)
                // The commit of then is gone after a force push; its time still says what is newer.
                ?? await LogAsync($"{Escape(deployment.Sha)}&since={Escape(previous.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))}", cancellationToken)
                ?? [];
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

            // A tag is deployed once as a rule: without another bound each would bring the whole history (gl#424739).
            if ((earlier.Find(found => string.Equals(found.Ref, deployment.Ref, StringComparison.Ordinal)) ?? (deployment.Tag ? earlier.FirstOrDefault() : null)) is { } previous)
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

    /// <returns>Null when GitLab does not know the range.</returns>
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
