using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Keys;

namespace GitLabJira.Functions.InitialSync;

/// <summary>Lists the branches whose name holds a key, newest first, at most 400. GitLab sorts by name, and its list has been cut short before (gl#605032): so all pages, counted.</summary>
internal sealed class KeyedBranches(ReadingState reading, SyncKind kind)
{
    private const int Most = 400;

    public async Task<IReadOnlyList<GitLabBranch>> ListAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var newest = new PriorityQueue<GitLabBranch, GitLabBranch>(Comparer<GitLabBranch>.Create((one, other) => -Order(one, other)));
            var listed = 0;
            int? total = null;
            Uri? page = null;

            do
            {
                var next = page;
                var answer = await reading.ListAsync(kind, (access, token) => reading.Tools.Reader.KeyedBranchesAsync(access, reading.Project.Id, next, token), cancellationToken);
                listed += answer.Items.Count;
                total ??= answer.Total;

                foreach (var branch in answer.Items.Where(branch => IssueKeys.ContainsAny(branch.Name)))
                {
                    newest.Enqueue(branch, branch);

                    if (newest.Count > Most)
                    {
                        newest.Dequeue();
                    }
                }

                page = answer.Next;
            }
            while (page is not null);

            if (attempt > 1 || total is null || listed >= total)
            {
                if (listed < total)
                {
                    reading.Note($"GitLab listed {listed} of {total} branches.");
                }

                return [.. newest.UnorderedItems.Select(item => item.Element).Order(Comparer<GitLabBranch>.Create(Order))];
            }
        }
    }

    /// <summary>Newest first, then by name.</summary>
    public static int Order(DateTimeOffset at, string name, DateTimeOffset otherAt, string otherName) =>
        otherAt.CompareTo(at) is not 0 and var byTime ? byTime : string.CompareOrdinal(name, otherName);

    private static int Order(GitLabBranch one, GitLabBranch other) => Order(one.LastCommit.CommittedAt, one.Name, other.LastCommit.CommittedAt, other.Name);
}
