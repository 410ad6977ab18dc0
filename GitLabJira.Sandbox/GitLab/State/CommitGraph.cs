using System.Collections.Immutable;

namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>Answers git's questions about one project's history.</summary>
public static class CommitGraph
{
    /// <summary>Everything reachable from a commit, itself included.</summary>
    public static ISet<string> Reachable(ImmutableDictionary<string, Commit> commits, string? sha)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Stack<string>();

        if (sha is not null)
        {
            waiting.Push(sha);
        }

        while (waiting.TryPop(out var next))
        {
            if (seen.Add(next) && commits.TryGetValue(next, out var commit))
            {
                foreach (var parent in commit.ParentIds)
                {
                    waiting.Push(parent);
                }
            }
        }

        return seen;
    }

    /// <summary><c>git log exclude..include</c>: newest first, a commit never before its children.</summary>
    public static IReadOnlyList<Commit> Between(ImmutableDictionary<string, Commit> commits, string? exclude, string include) =>
        Log(commits, include, Reachable(commits, exclude));

    /// <summary><c>git log</c> in commit date order without a set of known commits.</summary>
    public static IReadOnlyList<Commit> Log(ImmutableDictionary<string, Commit> commits, string head, ISet<string>? without = null, bool firstParentOnly = false)
    {
        var found = new List<Commit>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new PriorityQueue<Commit, (long, int)>();
        var arrival = 0;
        Offer(head);

        while (waiting.TryDequeue(out var commit, out _))
        {
            found.Add(commit);

            foreach (var parent in firstParentOnly ? commit.ParentIds.Take(1) : commit.ParentIds)
            {
                Offer(parent);
            }
        }

        return found;

        void Offer(string sha)
        {
            if (without?.Contains(sha) is not true && seen.Add(sha) && commits.TryGetValue(sha, out var commit))
            {
                waiting.Enqueue(commit, (-commit.CommittedAt.UtcTicks, arrival++));
            }
        }
    }

    public static bool IsAncestor(ImmutableDictionary<string, Commit> commits, string ancestor, string descendant) => Reachable(commits, descendant).Contains(ancestor);

    /// <summary>The newest commit that both sides have.</summary>
    public static string? MergeBase(ImmutableDictionary<string, Commit> commits, string one, string other)
    {
        var known = Reachable(commits, one);
        return Log(commits, other).FirstOrDefault(commit => known.Contains(commit.Sha))?.Sha;
    }
}
