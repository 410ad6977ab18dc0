using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.World.Order;

public sealed partial class ProjectStory
{
    /// <summary>More refs of one action in a push, and GitLab tells of none of them.</summary>
    private const int MostRefs = 3;

    private static readonly string[] OddEndings = ["", "", "", "", "#2", "+fix", "-grün", "%25"];

    private string? Push()
    {
        if (PickOrNone(Branches) is not { } branch)
        {
            return null;
        }

        var commits = Commits();
        _gitLab.Push(Somebody(), ProjectId, branch.Name, commits);
        return $"pushes to {branch.Name}: {Shown(commits)}";
    }

    private string? PushToDefault()
    {
        var commits = Commits();
        _gitLab.Push(Somebody(), ProjectId, Project.DefaultBranch, commits);
        return $"pushes to {Project.DefaultBranch}: {Shown(commits)}";
    }

    private string? CreateBranch()
    {
        var name = NewName();

        if (_dice.Next(3) > 0)
        {
            var commits = Commits();
            _gitLab.Push(Somebody(), ProjectId, name, commits);
            return $"pushes the new branch {name}: {Shown(commits)}";
        }

        var from = Pick([.. Project.Branches.Values]).Name;
        _gitLab.CreateBranch(Somebody(), ProjectId, name, from);
        return $"creates {name} from {from}";
    }

    private string? DeleteBranch()
    {
        if (PickOrNone(Branches) is not { } branch)
        {
            return null;
        }

        _left[branch.Name] = branch.Sha;
        _gitLab.DeleteBranch(Somebody(), ProjectId, branch.Name);
        return $"deletes {branch.Name}";
    }

    /// <summary>The same name again, at the default branch or where it was.</summary>
    private string? BringBranchBack()
    {
        if (PickOrNone([.. _left.Keys.Where(name => !Project.Branches.ContainsKey(name)).Order(StringComparer.Ordinal)]) is not { } name)
        {
            return null;
        }

        var from = _dice.Next(2) == 0 ? _left[name] : null;
        _gitLab.CreateBranch(Somebody(), ProjectId, name, from);
        return $"brings {name} back {(from is null ? "as new" : "as it was")}";
    }

    private string? ForcePush()
    {
        if (PickOrNone(Branches) is not { } branch)
        {
            return null;
        }

        var commits = _dice.Next(3) == 0 ? [] : Commits();
        var before = Project.Commits[branch.Sha];

        // To where another branch stands, a few commits back, or undoing an earlier one.
        var from = _dice.Next(3) switch
        {
            0 => Project.DefaultBranch,
            1 when before.ParentIds is [var parent, ..] => parent,
            _ => _left.TryGetValue(branch.Name, out var earlier) ? earlier : Project.DefaultBranch,
        };

        if (from == branch.Sha)
        {
            return null;
        }

        _left[branch.Name] = branch.Sha;
        _gitLab.ForcePush(Somebody(), ProjectId, branch.Name, from, commits);
        return $"forces {branch.Name} to {(from.Length > 8 ? from[..8] : from)}: {Shown(commits)}";
    }

    private string? PushSeveral()
    {
        var known = Branches.OrderBy(_ => _dice.Next()).Take(_dice.Next(1, MostRefs + 1)).Select(branch => new RefChange(branch.Name, Commits()));
        var fresh = Enumerable.Range(0, _dice.Next(1, MostRefs + 1)).Select(_ => new RefChange(NewName(), Commits()));
        IReadOnlyList<RefChange> refs = [.. known, .. fresh];
        _gitLab.PushRefs(Somebody(), ProjectId, refs);
        return $"pushes {string.Join(", ", refs.Select(one => $"{one.Branch}: {Shown(one.Commits!)}"))}";
    }

    private string NewName() => _words.BranchName(_words.KeyOrNone(60), _words.Subject(), ++_names) + Pick(OddEndings);

    private IReadOnlyList<NewCommit> Commits() =>
        [.. Enumerable.Range(0, _dice.Next(1, 4)).Select(_ => new NewCommit(_words.Message(_words.KeyOrNone(60), _words.Subject())))];

    private static string Shown(IReadOnlyList<NewCommit> commits) => commits.Count == 0 ? "nothing new" : string.Join(" / ", commits.Select(commit => commit.Message.Split('\n')[0]));
}
