using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.InitialSync;

/// <summary>The open merge requests of a project by source branch, from the pages that were read anyway. Answers only when it has seen all of them.</summary>
internal sealed class OpenMergeRequests(long projectId)
{
    private readonly Dictionary<string, List<GitLabMergeRequest>> _byBranch = new(StringComparer.Ordinal);

    /// <summary>Every page was seen, from the first to the last.</summary>
    public bool IsComplete { get; set; }

    public void Add(IEnumerable<GitLabMergeRequest> page)
    {
        foreach (var mergeRequest in page)
        {
            // A fork's branch may have the same name; it is another branch.
            if (mergeRequest.State is MergeRequestState.Opened or MergeRequestState.Locked && mergeRequest.SourceProjectId == projectId)
            {
                if (!_byBranch.TryGetValue(mergeRequest.SourceBranch, out var open))
                {
                    _byBranch[mergeRequest.SourceBranch] = open = [];
                }

                open.Add(mergeRequest);
            }
        }
    }

    public IReadOnlyList<GitLabMergeRequest> Of(string branch) => _byBranch.TryGetValue(branch, out var open) ? open : [];
}
