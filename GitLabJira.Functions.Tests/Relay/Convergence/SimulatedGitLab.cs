using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;

namespace GitLabJira.Functions.Tests.Relay.Convergence;

/// <summary>All that GitLab knows at one moment.</summary>
internal sealed record Snapshot(
    DateTimeOffset At, ImmutableDictionary<string, string> Branches, ImmutableDictionary<string, GitLabCommit> Commits, ImmutableDictionary<long, GitLabMergeRequest> MergeRequests)
{
    /// <summary>A commit and all before it, newest first.</summary>
    public IEnumerable<GitLabCommit> History(string? sha)
    {
        while (sha is not null && Commits.TryGetValue(sha, out var commit))
        {
            yield return commit;
            sha = commit.ParentShas.Count > 0 ? commit.ParentShas[0] : null;
        }
    }

    public bool IsOnABranch(string sha) => Branches.Values.Any(head => History(head).Any(commit => commit.Sha == sha));

    public IReadOnlyList<GitLabMergeRequest> OpenFrom(string branch) =>
        [.. MergeRequests.Values.Where(mergeRequest => mergeRequest.State is MergeRequestState.Opened && mergeRequest.SourceBranch == branch)];
}

/// <summary>One project whose every read comes from a replica that lags by up to a minute, each read by another time, and takes a while.</summary>
internal sealed class SimulatedGitLab(SimulatedTime time, Random random) : IGitLabReader, IGrantAccess
{
    public const long ProjectId = 7;
    public const int MostLagSeconds = 60;

    private readonly List<Snapshot> _history = [];

    public static GitLabProject Project { get; } = new() { Id = ProjectId, Name = "Anvil", PathWithNamespace = "acme/anvil", WebUrl = "https://gitlab.example/acme/anvil", DefaultBranch = "main" };

    public Snapshot Now => _history[^1];

    public int Reads { get; private set; }

    public void Become(Snapshot next) => _history.Add(next with { At = time.Now });

    public Task<T> CallAsync<T>(Functions.GitLab.Links.Link link, Func<GitLabAccess, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        call(new GitLabAccess(link.Host, "token", "grant"), cancellationToken);

    public Task<GitLabProject?> ProjectAsync(GitLabAccess access, long projectId, CancellationToken cancellationToken) => Task.FromResult<GitLabProject?>(Project);

    public async Task<GitLabMergeRequest?> MergeRequestAsync(GitLabAccess access, long projectId, long iid, CancellationToken cancellationToken)
    {
        // Two requests: the approvals may come from another replica.
        var found = (await ReadAsync()).MergeRequests.GetValueOrDefault(iid);
        var approvals = found is null ? null : (await ReadAsync()).MergeRequests.GetValueOrDefault(iid);
        return found is null ? null : found with { Reviewers = approvals?.Reviewers ?? [] };
    }

    public async Task<IReadOnlyList<GitLabMergeRequest>> OpenMergeRequestsAsync(GitLabAccess access, long projectId, string sourceBranch, CancellationToken cancellationToken) =>
        [.. (await ReadAsync()).OpenFrom(sourceBranch).Select(mergeRequest => mergeRequest with { Reviewers = [] })];

    public async Task<GitLabBranch?> BranchAsync(GitLabAccess access, long projectId, string name, CancellationToken cancellationToken)
    {
        var seen = await ReadAsync();
        return seen.Branches.TryGetValue(name, out var head) ? new GitLabBranch { Name = name, LastCommit = seen.Commits[head] } : null;
    }

    public async Task<GitLabCommit?> CommitAsync(GitLabAccess access, long projectId, string sha, CancellationToken cancellationToken) =>
        (await ReadAsync()).Commits.GetValueOrDefault(sha);

    public async Task<IReadOnlyList<GitLabCommit>> CompareAsync(GitLabAccess access, long projectId, string from, string to, int limit, CancellationToken cancellationToken)
    {
        var seen = await ReadAsync();

        if (!seen.Commits.ContainsKey(from) || !seen.Commits.ContainsKey(to))
        {
            return [];
        }

        var reachable = seen.History(from).Select(commit => commit.Sha).ToHashSet(StringComparer.Ordinal);
        return [.. seen.History(to).Where(commit => !reachable.Contains(commit.Sha)).Take(limit).Reverse()];
    }

    public async Task<bool?> IsOnABranchAsync(GitLabAccess access, long projectId, string sha, CancellationToken cancellationToken)
    {
        var seen = await ReadAsync();
        return seen.Commits.ContainsKey(sha) ? seen.IsOnABranch(sha) : null;
    }

    public async Task<ListPage<GitLabMergeRequest>> MergeRequestsAsync(GitLabAccess access, long projectId, Uri? page, CancellationToken cancellationToken)
    {
        var seen = await ReadAsync();
        return Page(seen.MergeRequests.Values.OrderByDescending(mergeRequest => mergeRequest.Iid).Select(mergeRequest => mergeRequest with { Reviewers = [] }).ToList(), page, 3);
    }

    public async Task<ListPage<GitLabCommit>> CommitsAsync(GitLabAccess access, long projectId, string range, DateTimeOffset since, Uri? page, CancellationToken cancellationToken)
    {
        var seen = await ReadAsync();
        var names = range.Split("..");

        if (!names.All(seen.Branches.ContainsKey))
        {
            throw new GitLabRequestException(GitLabFailure.NotFound, HttpStatusCode.NotFound, retryAfter: null);
        }

        var without = names is [var from, _] ? seen.History(seen.Branches[from]).Select(commit => commit.Sha).ToHashSet(StringComparer.Ordinal) : [];
        return Page(seen.History(seen.Branches[names[^1]]).Where(commit => commit.CommittedAt >= since && !without.Contains(commit.Sha)).ToList(), page, 3);
    }

    public async Task<ListPage<GitLabBranch>> KeyedBranchesAsync(GitLabAccess access, long projectId, Uri? page, CancellationToken cancellationToken)
    {
        var seen = await ReadAsync();
        return Page(seen.Branches.Where(branch => branch.Key.Contains("ABC-", StringComparison.Ordinal)).OrderBy(branch => branch.Key, StringComparer.Ordinal)
            .Select(branch => new GitLabBranch { Name = branch.Key, LastCommit = seen.Commits[branch.Value] }).ToList(), page, 3);
    }

    public Task<ListPage<GitLabProject>> GroupProjectsAsync(GitLabAccess access, long groupId, Uri? page, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private static ListPage<T> Page<T>(List<T> all, Uri? page, int size)
    {
        var from = page is null ? 0 : int.Parse(page.Query[1..], CultureInfo.InvariantCulture);
        var next = from + size < all.Count ? new Uri(string.Create(CultureInfo.InvariantCulture, $"https://gitlab.example/list?{from + size}")) : null;
        return new ListPage<T>([.. all.Skip(from).Take(size)], next, all.Count);
    }

    private async Task<Snapshot> ReadAsync()
    {
        Reads++;
        await time.DelayAsync(TimeSpan.FromMilliseconds(random.Next(0, 1500)));
        var asOf = time.Now.AddMilliseconds(-random.Next(0, MostLagSeconds * 1000));
        var seen = _history.FindLast(snapshot => snapshot.At <= asOf) ?? _history[0];
        await time.DelayAsync(TimeSpan.FromMilliseconds(random.Next(0, 1500)));
        return seen;
    }
}
