using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.World.Order;

public sealed partial class ProjectStory
{
    private string? Open()
    {
        if (PickOrNone([.. Branches.Where(branch => !IsTaken(branch.Name, Project.DefaultBranch))]) is not { } branch)
        {
            return null;
        }

        var one = _gitLab.OpenMergeRequest(
            Somebody(), ProjectId, new NewMergeRequest(branch.Name, Title(), Description(), Reviewers: [Somebody()], RemovesSourceBranch: _dice.Next(2) == 0));
        return $"opens !{one.Iid} from {branch.Name}: {Shown(one)}";
    }

    /// <summary>Keys come, go and change.</summary>
    private string? EditTitle() => Edit(one => new MergeRequestEdit(Title: Title(), Description: _dice.Next(4) == 0 ? Description() : null), one => true);

    private string? EditDescription() => Edit(one => new MergeRequestEdit(Description: Description()), one => true);

    private string? Retarget()
    {
        var target = Pick([.. Project.Branches.Values]).Name;
        return Edit(one => new MergeRequestEdit(TargetBranch: target), one => one.IsOpen && one.SourceBranch != target && !IsTaken(one.SourceBranch, target));
    }

    private string? Edit(Func<MergeRequest, MergeRequestEdit> edit, Func<MergeRequest, bool> allowed)
    {
        if (PickOrNone([.. Project.MergeRequests.Values.Where(one => allowed(one) && (one.IsOpen || _dice.Next(4) == 0))]) is not { } one)
        {
            return null;
        }

        var after = _gitLab.EditMergeRequest(Somebody(), ProjectId, one.Iid, edit(one));
        return $"edits !{one.Iid}: {Shown(after)} to {after.TargetBranch}";
    }

    private string? Approve()
    {
        var user = Somebody();
        var id = _gitLab.State.User(user).Id;

        if (PickOrNone([.. OpenOnes.Where(one => one.Approvals.All(approval => approval.UserId != id))]) is not { } one)
        {
            return null;
        }

        _gitLab.Approve(user, ProjectId, one.Iid);
        return $"{user} approves !{one.Iid}";
    }

    private string? Unapprove()
    {
        if (PickOrNone([.. OpenOnes.Where(one => one.Approvals.Length > 0)]) is not { } one)
        {
            return null;
        }

        var user = _gitLab.State.Users[Pick(one.Approvals).UserId].Username;
        _gitLab.Unapprove(user, ProjectId, one.Iid);
        return $"{user} takes the approval of !{one.Iid} back";
    }

    private string? Close()
    {
        if (PickOrNone(OpenOnes) is not { } one)
        {
            return null;
        }

        _gitLab.CloseMergeRequest(Somebody(), ProjectId, one.Iid);
        return $"closes !{one.Iid}";
    }

    private string? Reopen()
    {
        var closed = Project.MergeRequests.Values.Where(one =>
            one.State is MergeRequestState.Closed && Project.Branches.ContainsKey(one.SourceBranch) && !IsTaken(one.SourceBranch, one.TargetBranch));

        if (PickOrNone([.. closed]) is not { } one)
        {
            return null;
        }

        _gitLab.ReopenMergeRequest(Somebody(), ProjectId, one.Iid);
        return $"reopens !{one.Iid}";
    }

    private string? Merge()
    {
        if (PickOrNone([.. OpenOnes.Where(one => !one.IsDraft && Project.Branches.ContainsKey(one.TargetBranch))]) is not { } one)
        {
            return null;
        }

        var removes = _dice.Next(2) == 0;

        if (removes)
        {
            _left[one.SourceBranch] = one.HeadSha;
        }

        _gitLab.Merge(Somebody(), ProjectId, one.Iid, removesSourceBranch: removes);
        return $"merges !{one.Iid}{(removes ? $" and removes {one.SourceBranch}" : "")}";
    }

    /// <summary>GitLab allows one open merge request between two branches.</summary>
    private bool IsTaken(string source, string target) => OpenOnes.Any(one => one.SourceBranch == source && one.TargetBranch == target);

    private string Title() => Kept(_words.Title(_words.KeyOrNone(60), _words.Subject()));

    private string Description() => Kept(_words.Description(_words.KeyOrNone(60)));

    private string Kept(string text)
    {
        _written.Add(text);
        return text;
    }

    private static string Shown(MergeRequest one) => $"{one.Title} | {one.Description.ReplaceLineEndings(" ")}";
}
