using System.Globalization;
using System.Text.RegularExpressions;
using GitLabJira.Sandbox.GitLab.State;
using GitLabJira.Sandbox.Jira;
using GitLabJira.Sandbox.Jira.Store;

namespace GitLabJira.Sandbox.World;

/// <summary>Says in which entities a Jira site differs from what GitLab truly holds. Written apart from the app's own rules, so that a mistake there shows.</summary>
public sealed partial class Truth(JiraSite jira)
{
    private const int MostOfAKind = 400;

    /// <summary>Look like keys, and are none.</summary>
    private static readonly string[] FalsePrefixes = ["UTF", "SHA", "ISO", "CVE"];

    /// <summary>Each difference as a sentence; empty when Jira holds what GitLab holds.</summary>
    /// <param name="since">What hooks have told since then must be there: commits, which else come only as last commits of branches, and approvals, which the initial sync's lists lack. Null: neither is asked for.</param>
    public IReadOnlyList<string> Differences(GitLabProject project, DateTimeOffset? since)
    {
        var repository = project.Id.ToString(CultureInfo.InvariantCulture);
        var held = jira.State.OfRepository(repository).ToLookup(entity => entity.Key.Kind);
        var differences = new List<string>();
        CompareMergeRequests(project, [.. held[EntityKind.PullRequest]], since, differences);
        CompareBranches(project, [.. held[EntityKind.Branch]], differences);
        CompareCommits(project, [.. held[EntityKind.Commit]], since, differences);
        return [.. differences.Select(difference => $"{project.FullPath}: {difference}")];
    }

    private void CompareMergeRequests(GitLabProject project, List<StoredEntity> held, DateTimeOffset? since, List<string> differences)
    {
        var expected = NewestKeyed(project.MergeRequests.Values.OrderByDescending(m => m.CreatedAt).ThenByDescending(m => m.Id), Texts)
            .Where(m => Known(Texts(m)).Count > 0)
            .ToDictionary(m => m.Id.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal);

        foreach (var entity in held.Where(entity => !expected.ContainsKey(entity.Key.Id)))
        {
            differences.Add($"pull request {entity.Key.Id} is at Jira and should not be");
        }

        foreach (var (id, mergeRequest) in expected)
        {
            if (held.Find(entity => entity.Key.Id == id) is not { } entity)
            {
                differences.Add($"merge request !{mergeRequest.Iid} is missing");
                continue;
            }

            Compare(differences, $"!{mergeRequest.Iid} keys", Join(Known(Texts(mergeRequest))), Join(entity.IssueKeys));
            Compare(differences, $"!{mergeRequest.Iid} title", mergeRequest.Title, entity.Text("title"));
            Compare(differences, $"!{mergeRequest.Iid} status", Status(mergeRequest.State), entity.Text("status"));
            Compare(differences, $"!{mergeRequest.Iid} source branch", mergeRequest.SourceBranch, entity.Text("sourceBranch"));
            Compare(differences, $"!{mergeRequest.Iid} destination branch", mergeRequest.TargetBranch, entity.Text("destinationBranch"));

            if (mergeRequest.CreatedAt >= since)
            {
                Compare(differences, $"!{mergeRequest.Iid} approvals", $"{mergeRequest.Approvals.Length}", $"{Approved(entity)}");
            }
        }
    }

    private void CompareBranches(GitLabProject project, List<StoredEntity> held, List<string> differences)
    {
        var open = project.MergeRequests.Values
            .Where(m => m.State is MergeRequestState.Opened or MergeRequestState.Locked && m.SourceProjectId == project.Id)
            .ToLookup(m => m.SourceBranch, StringComparer.Ordinal);
        string?[] TextsOf(Branch branch) => [branch.Name, .. open[branch.Name].SelectMany(m => new[] { m.Title, m.Description })];

        // Named by a key: the newest so many. Of equally new ones at the end of that list, any may be there.
        var named = project.Branches.Values.Where(branch => LooksKeyed([branch.Name])).OrderByDescending(branch => CommittedAt(project, branch)).ToList();
        var oldest = named.Count > MostOfAKind ? CommittedAt(project, named[MostOfAKind - 1]) : DateTimeOffset.MinValue;
        var required = new Dictionary<string, Branch>(StringComparer.Ordinal);
        var allowed = new HashSet<string>(StringComparer.Ordinal);

        foreach (var branch in project.Branches.Values.Where(branch => Known(TextsOf(branch)).Count > 0))
        {
            var broughtByMergeRequest = open[branch.Name].Any(m => LooksKeyed(Texts(m)));
            allowed.Add(Id(branch));

            if (broughtByMergeRequest || CommittedAt(project, branch) > oldest)
            {
                required[Id(branch)] = branch;
            }
        }

        foreach (var entity in held.Where(entity => !allowed.Contains(entity.Key.Id)))
        {
            differences.Add($"branch {entity.Text("name")} is at Jira and should not be");
        }

        foreach (var (id, branch) in required)
        {
            if (held.Find(entity => entity.Key.Id == id) is not { } entity)
            {
                differences.Add($"branch {branch.Name} is missing");
                continue;
            }

            Compare(differences, $"branch {branch.Name} keys", Join(Known(TextsOf(branch))), Join(entity.IssueKeys));
            Compare(differences, $"branch {branch.Name} last commit", branch.Sha, entity.Text("lastCommit", "id"));
        }
    }

    private void CompareCommits(GitLabProject project, List<StoredEntity> held, DateTimeOffset? since, List<string> differences)
    {
        foreach (var entity in held)
        {
            if (!project.Commits.TryGetValue(entity.Key.Id, out var commit))
            {
                differences.Add($"commit {entity.Key.Id} is at Jira and not in GitLab");
                continue;
            }

            Compare(differences, $"commit {commit.ShortId} keys", Join(Known([commit.Message])), Join(entity.IssueKeys));
        }

        if (since is not { } start)
        {
            return;
        }

        var reachable = Reachable(project, start);

        foreach (var commit in reachable.Where(commit => Known([commit.Message]).Count > 0 && !held.Exists(entity => entity.Key.Id == commit.Sha)))
        {
            differences.Add($"commit {commit.ShortId} is missing");
        }
    }

    /// <summary>The initial sync shows merge requests newest first until 400 name a key.</summary>
    private static IEnumerable<T> NewestKeyed<T>(IEnumerable<T> newestFirst, Func<T, string?[]> texts) => newestFirst.Where(item => LooksKeyed(texts(item))).Take(MostOfAKind);

    private static string?[] Texts(MergeRequest mergeRequest) => [mergeRequest.Title, mergeRequest.Description, mergeRequest.SourceBranch];

    private static bool LooksKeyed(string?[] texts) => Keys(texts).Any();

    private List<string> Known(string?[] texts) => [.. Keys(texts).Where(key => jira.Issues.Find(key) is not null).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<string> Keys(string?[] texts) =>
        texts.SelectMany(text => Key().Matches(text ?? "").Select(match => match.Value)).Where(key => !FalsePrefixes.Contains(key[..key.IndexOf('-', StringComparison.Ordinal)], StringComparer.Ordinal));

    private static DateTimeOffset CommittedAt(GitLabProject project, Branch branch) => project.Commits[branch.Sha].CommittedAt;

    private static List<Commit> Reachable(GitLabProject project, DateTimeOffset since)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>(project.Branches.Values.Select(branch => branch.Sha));
        var found = new List<Commit>();

        while (next.TryPop(out var sha))
        {
            if (seen.Add(sha) && project.Commits.TryGetValue(sha, out var commit) && commit.CommittedAt >= since)
            {
                found.Add(commit);

                foreach (var parent in commit.ParentIds)
                {
                    next.Push(parent);
                }
            }
        }

        return found;
    }

    private static int Approved(StoredEntity entity) =>
        entity.Data.TryGetProperty("reviewers", out var reviewers)
            ? reviewers.EnumerateArray().Count(reviewer => reviewer.TryGetProperty("approvalStatus", out var status) && status.ValueEquals("APPROVED"))
            : 0;

    private static string Status(MergeRequestState state) => state switch
    {
        MergeRequestState.Opened or MergeRequestState.Locked => "OPEN",
        MergeRequestState.Merged => "MERGED",
        MergeRequestState.Closed => "DECLINED",
        _ => "UNKNOWN",
    };

    /// <summary>A branch's id at Jira.</summary>
    public static string BranchId(string name) => Hash(name);

    private static string Id(Branch branch) => BranchId(branch.Name);

    private static string Join(IEnumerable<string> keys) => string.Join(' ', keys.Order(StringComparer.Ordinal));

    private static void Compare(List<string> differences, string what, string expected, string? actual)
    {
        if (!string.Equals(expected, actual, StringComparison.Ordinal))
        {
            differences.Add($"{what}: GitLab has '{expected}', Jira '{actual}'");
        }
    }

    [GeneratedRegex("(?<![A-Za-z0-9])[A-Z][A-Z0-9_]+-[1-9][0-9]*(?![A-Za-z0-9])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();
}
