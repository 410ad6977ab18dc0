using System.Globalization;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Wire;

namespace GitLabJira.Functions.GitLab.Reading;

/// <summary>The reader over GitLab's REST API. Lists cost one request a page, whatever they hold.</summary>
public sealed class GitLabReader(GitLabClient client) : IGitLabReader
{
    private const int FilesOfACommit = 10;

    /// <summary>GitLab itself cuts a diff at 3,000 files.</summary>
    private const int MostDiffPages = 30;

    /// <summary>RE2, a superset of what the key extractor finds: GitLab only narrows down, our extractor decides.</summary>
    private const string KeyLikeName = "[A-Z][A-Z0-9_]+-[1-9]";

    public async Task<GitLabProject?> ProjectAsync(GitLabAccess access, long projectId, CancellationToken cancellationToken) =>
        GitLabModels.Project(access, await client.FindAsync(access, $"projects/{projectId}", GitLabJson.Default.ProjectWire, cancellationToken));

    public async Task<GitLabMergeRequest?> MergeRequestAsync(GitLabAccess access, long projectId, long iid, CancellationToken cancellationToken)
    {
        var path = $"projects/{projectId}/merge_requests/{iid}";
        var wire = await client.FindAsync(access, path, GitLabJson.Default.MergeRequestWire, cancellationToken);

        if (GitLabModels.MergeRequest(access, projectId, wire) is not { } mergeRequest)
        {
            return null;
        }

        // Null when GitLab does not tell (role, tier, version): then no reviewer's state is known.
        var approvals = await client.FindAsync(access, $"{path}/approvals", GitLabJson.Default.ApprovalsWire, cancellationToken).IfAllowedAsync();

        return mergeRequest with
        {
            Reviewers = GitLabModels.Reviewers(mergeRequest.Reviewers, approvals),
            SourceProjectWebUrl = await ForkAddressAsync(access, mergeRequest, cancellationToken),
        };
    }

    public async Task<IReadOnlyList<GitLabMergeRequest>> OpenMergeRequestsAsync(
        GitLabAccess access, long projectId, string sourceBranch, CancellationToken cancellationToken) =>
        // A project may have merge requests switched off: there are none.
        await OpenOnesAsync(access, projectId, sourceBranch, cancellationToken).IfAllowedAsync() ?? [];

    public async Task<GitLabBranch?> BranchAsync(GitLabAccess access, long projectId, string name, CancellationToken cancellationToken) =>
        GitLabModels.Branch(
            access,
            projectId,
            await client.FindAsync(access, $"projects/{projectId}/repository/branches/{Escape(name)}", GitLabJson.Default.BranchWire, cancellationToken));

    public async Task<GitLabCommit?> CommitAsync(GitLabAccess access, long projectId, string sha, CancellationToken cancellationToken)
    {
        var path = $"projects/{projectId}/repository/commits/{Escape(sha)}";
        var wire = await client.FindAsync(access, path, GitLabJson.Default.CommitWire, cancellationToken);

        if (GitLabModels.Commit(access, projectId, wire) is not { } commit)
        {
            return null;
        }

        var diff = await client.PageAsync(access, $"{path}/diff?per_page={FilesOfACommit}", page: null, GitLabJson.Default.ListDiffWire, cancellationToken);

        return commit with
        {
            Files = [.. diff.Items.Take(FilesOfACommit).Select(GitLabModels.File)],
            FileCount = diff.Total ?? (diff.Next is null ? diff.Items.Count : await CountFilesAsync(access, path, cancellationToken)),
        };
    }

    public async Task<IReadOnlyList<GitLabCommit>> CompareAsync(
        GitLabAccess access, long projectId, string from, string to, int limit, CancellationToken cancellationToken)
    {
        // SHA-256 repositories have 64 zeros.
        var start = from.All(character => character == '0')
            ? (await ProjectAsync(access, projectId, cancellationToken))?.DefaultBranch
            : from;

        if (start is null)
        {
            return [];
        }

        var path = $"projects/{projectId}/repository/compare?from={Escape(start)}&to={Escape(to)}";
        var wire = await client.FindAsync(access, path, GitLabJson.Default.CompareWire, cancellationToken);
        var commits = (wire?.Commits ?? []).Select(commit => GitLabModels.Commit(access, projectId, commit)).OfType<GitLabCommit>().ToList();

        return commits.Count > limit ? commits[^limit..] : commits;
    }

    public async Task<bool?> IsOnABranchAsync(GitLabAccess access, long projectId, string sha, CancellationToken cancellationToken)
    {
        var path = $"projects/{projectId}/repository/commits/{Escape(sha)}/refs?type=branch&per_page=1";
        var refs = await client.FindAsync(access, path, GitLabJson.Default.ListRefWire, cancellationToken);

        return refs is null ? null : refs.Count > 0;
    }

    public async Task<ListPage<GitLabMergeRequest>> MergeRequestsAsync(GitLabAccess access, long projectId, Uri? page, CancellationToken cancellationToken)
    {
        var path = $"projects/{projectId}/merge_requests?state=all&scope=all&order_by=created_at&sort=desc&per_page=100";
        var answer = await client.PageAsync(access, path, page, GitLabJson.Default.ListMergeRequestWire, cancellationToken);

        return Map(answer, wire => GitLabModels.MergeRequest(access, projectId, wire));
    }

    public async Task<ListPage<GitLabCommit>> CommitsAsync(
        GitLabAccess access, long projectId, string range, DateTimeOffset since, Uri? page, CancellationToken cancellationToken)
    {
        var time = since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var path = $"projects/{projectId}/repository/commits?ref_name={Escape(range)}&since={Escape(time)}&per_page=100";
        var answer = await client.PageAsync(access, path, page, GitLabCiJson.Default.ListCommitWire, cancellationToken);

        return Map(answer, wire => GitLabModels.Commit(access, projectId, wire));
    }

    public async Task<ListPage<GitLabBranch>> KeyedBranchesAsync(GitLabAccess access, long projectId, Uri? page, CancellationToken cancellationToken)
    {
        // Keyset, because offset pages beyond the first came back empty on GitLab.com in 2026 (gl#605032).
        var path = $"projects/{projectId}/repository/branches?regex={Escape(KeyLikeName)}&pagination=keyset&per_page=100";
        var answer = await client.PageAsync(access, path, page, GitLabJson.Default.ListBranchWire, cancellationToken);

        return Map(answer, wire => GitLabModels.Branch(access, projectId, wire));
    }

    public async Task<ListPage<GitLabProject>> GroupProjectsAsync(GitLabAccess access, long groupId, Uri? page, CancellationToken cancellationToken)
    {
        // Both flags are spelled out: GitLab's defaults leave subgroups out and pull shared projects of others in.
        var path = $"groups/{groupId}/projects?include_subgroups=true&with_shared=false&order_by=id&sort=asc&per_page=100";
        var answer = await client.PageAsync(access, path, page, GitLabJson.Default.ListProjectWire, cancellationToken);

        return Map(answer, wire => GitLabModels.Project(access, wire));
    }

    /// <summary>Counts page by page where GitLab leaves the total out.</summary>
    private async Task<int> CountFilesAsync(GitLabAccess access, string commit, CancellationToken cancellationToken)
    {
        var count = 0;
        Uri? page = null;

        for (var read = 0; read < MostDiffPages; read++)
        {
            var diff = await client.PageAsync(access, $"{commit}/diff?per_page=100", page, GitLabJson.Default.ListDiffWire, cancellationToken);
            count += diff.Items.Count;

            if (diff.Next is null)
            {
                break;
            }

            page = diff.Next;
        }

        return count;
    }

    private async Task<IReadOnlyList<GitLabMergeRequest>?> OpenOnesAsync(GitLabAccess access, long projectId, string sourceBranch, CancellationToken cancellationToken)
    {
        var path = $"projects/{projectId}/merge_requests?state=opened&scope=all&source_branch={Escape(sourceBranch)}&per_page=100";
        var found = new List<GitLabMergeRequest>();
        Uri? page = null;

        do
        {
            var answer = await client.PageAsync(access, path, page, GitLabJson.Default.ListMergeRequestWire, cancellationToken);
            found.AddRange(answer.Items.Select(wire => GitLabModels.MergeRequest(access, projectId, wire)).OfType<GitLabMergeRequest>());
            page = answer.Next;
        }
        while (page is not null);

        // A fork's branch may have the same name; it is another branch.
        return [.. found.Where(mergeRequest => mergeRequest.SourceProjectId == projectId)];
    }

    /// <returns>Null inside one project, and for a fork that is gone or hidden.</returns>
    private async Task<string?> ForkAddressAsync(GitLabAccess access, GitLabMergeRequest mergeRequest, CancellationToken cancellationToken)
    {
        if (mergeRequest.SourceProjectId == mergeRequest.ProjectId || mergeRequest.SourceProjectId == 0)
        {
            return null;
        }

        return (await ProjectAsync(access, mergeRequest.SourceProjectId, cancellationToken).IfAllowedAsync())?.WebUrl;
    }

    private static ListPage<TModel> Map<TWire, TModel>(ListPage<TWire> page, Func<TWire, TModel?> map)
        where TModel : class =>
        new([.. page.Items.Select(map).OfType<TModel>()], page.Next, page.Total);

    private static string Escape(string part) => Uri.EscapeDataString(part);
}
