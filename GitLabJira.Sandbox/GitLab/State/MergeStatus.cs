namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>Whether a merge request could be merged, in GitLab's deprecated and its present words.</summary>
internal static class MergeStatus
{
    public static string Old(MergeRequest one) => one.PreparedAt is null && one.IsOpen ? "preparing" : "can_be_merged";

    public static string Detailed(GitLabProject project, MergeRequest one)
    {
        if (!one.IsOpen)
        {
            return "not_open";
        }

        if (one.PreparedAt is null)
        {
            return "preparing";
        }

        if (one.IsDraft)
        {
            return "draft_status";
        }

        return one.Approvals.Length < project.ApprovalsRequired ? "not_approved" : "mergeable";
    }
}
