using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Publishing;

namespace GitLabJira.Functions.Relay;

/// <summary>What a hook says about a branch: where a push left it, or which merge request is open from it.</summary>
public sealed record BranchEvidence
{
    /// <summary>Last commit after a push; null when it was not a push.</summary>
    public string? Head { get; init; }

    public bool Deleted { get; init; }

    public long? MergeRequestId { get; init; }
    public MergeRequestEvidence? MergeRequest { get; init; }

    public static BranchEvidence Of(PushHook push) => push.Deletes ? new BranchEvidence { Deleted = true } : new BranchEvidence { Head = push.After };

    public static BranchEvidence Of(long mergeRequestId, MergeRequestEvidence mergeRequest) => new() { MergeRequestId = mergeRequestId, MergeRequest = mergeRequest };

    public Proof Weigh(BranchLook look)
    {
        if (Deleted)
        {
            return look.Branch is null ? Proof.Proven : Proof.Different;
        }

        if (look.Branch is not { } branch)
        {
            // A branch that was just pushed to, or has an open merge request, is rather not seen yet; that of a closed one may go any time.
            return Head is null && !IsOpen ? Proof.Proven : Proof.Older;
        }

        if (Head is not null)
        {
            return string.Equals(branch.LastCommit.Sha, Head, StringComparison.Ordinal) ? Proof.Proven : Proof.Different;
        }

        return MergeRequest is { } evidence ? WeighOpen(look, evidence) : Proof.Proven;
    }

    private bool IsOpen => MergeRequest?.State is MergeRequestState.Opened or MergeRequestState.Locked;

    private Proof WeighOpen(BranchLook look, MergeRequestEvidence evidence)
    {
        var listed = look.Open.FirstOrDefault(mergeRequest => mergeRequest.Id == MergeRequestId);

        if (IsOpen)
        {
            return listed is null ? Proof.Different : evidence.WeighListed(listed);
        }

        return listed is null ? Proof.Proven : Proof.Different;
    }
}
