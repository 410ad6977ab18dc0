using System.Collections.Immutable;
using System.Globalization;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Tests.GitLab.Hooks;

namespace GitLabJira.Functions.Tests.Relay.Convergence;

/// <summary>People who work on the project in every way that changes what Jira shows. Each change answers with the hooks that GitLab would send.</summary>
internal sealed class SimulatedTeam(SimulatedTime time, SimulatedGitLab gitLab, Random random)
{
    private static readonly string[] Names = ["ABC-1-fix", "feature/ABC-2", "tidy", "rework"];
    private static readonly string[] Texts = ["ABC-3 Fix", "Fix", "ABC-4 and ABC-5", "Tidy up"];

    private int _commits;

    /// <summary>Commits that a force push left behind, with their branch: Jira must not show them unless they came back. Once the branch itself is deleted, Jira may have kept them: deleting a branch never deletes commits.</summary>
    public Dictionary<string, string> Dropped { get; } = new(StringComparer.Ordinal);

    public void Begin()
    {
        var root = Commit("Start", parent: null);
        gitLab.Become(new Snapshot(time.Now, ImmutableDictionary<string, string>.Empty.Add("main", root.Sha), ImmutableDictionary<string, GitLabCommit>.Empty.Add(root.Sha, root), ImmutableDictionary<long, GitLabMergeRequest>.Empty));
    }

    public IReadOnlyList<string> Act()
    {
        var hooks = random.Next(10) switch
        {
            0 or 1 or 2 => Push(),
            3 => Delete(),
            4 or 5 => Open(),
            6 or 7 => Edit(),
            8 => Approve(),
            _ => Finish(),
        };

        return hooks.Count > 0 ? hooks : Push();
    }

    private List<string> Push()
    {
        var name = Pick(Names);
        var exists = gitLab.Now.Branches.TryGetValue(name, out var before);
        var start = before ?? gitLab.Now.Branches["main"];
        var force = exists && random.Next(4) == 0 && gitLab.Now.Commits[start].ParentShas.Count > 0;
        var parent = force ? gitLab.Now.Commits[start].ParentShas[0] : start;
        var commits = Enumerable.Range(0, random.Next(exists ? 1 : 0, 4)).Select(_ =>
        {
            var commit = Commit(Pick(Texts), parent);
            parent = commit.Sha;
            return commit;
        }).ToList();

        gitLab.Become(gitLab.Now with
        {
            Branches = gitLab.Now.Branches.SetItem(name, parent),
            Commits = gitLab.Now.Commits.AddRange(commits.Select(commit => KeyValuePair.Create(commit.Sha, commit))),
        });

        if (force && !gitLab.Now.IsOnABranch(start))
        {
            Dropped[start] = name;
        }

        return [PushBody(name, before ?? HookBodies.Zeros, parent, commits), .. gitLab.Now.OpenFrom(name).SelectMany(open => Change(open.Iid, open => open with { HeadSha = parent }, "update"))];
    }

    private List<string> Delete()
    {
        var name = Pick(Names);

        if (!gitLab.Now.Branches.TryGetValue(name, out var head))
        {
            return [];
        }

        foreach (var sha in Dropped.Where(dropped => string.Equals(dropped.Value, name, StringComparison.Ordinal)).Select(dropped => dropped.Key).ToList())
        {
            Dropped.Remove(sha);
        }

        gitLab.Become(gitLab.Now with { Branches = gitLab.Now.Branches.Remove(name) });
        return [PushBody(name, head, HookBodies.Zeros, []), .. gitLab.Now.OpenFrom(name).SelectMany(open => Change(open.Iid, open => open with { State = MergeRequestState.Closed }, "close"))];
    }

    private List<string> Open()
    {
        var name = Pick(Names);

        if (!gitLab.Now.Branches.TryGetValue(name, out var head) || gitLab.Now.OpenFrom(name).Count > 1)
        {
            return [];
        }

        var iid = gitLab.Now.MergeRequests.Count + 1;
        var opened = new GitLabMergeRequest
        {
            Id = 900 + iid,
            Iid = iid,
            ProjectId = SimulatedGitLab.ProjectId,
            Reference = $"acme/anvil!{iid}",
            Title = Pick(Texts),
            Description = random.Next(3) == 0 ? Pick(Texts) : "",
            State = MergeRequestState.Opened,
            SourceBranch = name,
            TargetBranch = "main",
            SourceProjectId = SimulatedGitLab.ProjectId,
            CreatedAt = time.Now,
            UpdatedAt = time.Now,
            WebUrl = $"https://gitlab.example/acme/anvil/-/merge_requests/{iid}",
            HeadSha = head,
        };

        gitLab.Become(gitLab.Now with { MergeRequests = gitLab.Now.MergeRequests.Add(iid, opened) });
        return [MergeRequestBody(opened, "open", opened, user: 1)];
    }

    private List<string> Edit() => Any(state: null) is { } mergeRequest
        ? Change(mergeRequest.Iid, old => random.Next(2) == 0 ? old with { Title = Pick(Texts) } : old with { Description = Pick(Texts) }, "update")
        : [];

    private List<string> Approve()
    {
        if (Any(MergeRequestState.Opened) is not { } mergeRequest)
        {
            return [];
        }

        var user = random.Next(1, 4);
        var approved = mergeRequest.Reviewers.Any(reviewer => reviewer.Person.Id == user);
        var person = new GitLabPerson { Id = user, Name = $"User {user}" };
        var after = mergeRequest with
        {
            Reviewers = approved ? [.. mergeRequest.Reviewers.Where(reviewer => reviewer.Person.Id != user)] : [.. mergeRequest.Reviewers, new GitLabReviewer(person, Approved: true)],
        };

        // Approvals leave updated_at alone.
        gitLab.Become(gitLab.Now with { MergeRequests = gitLab.Now.MergeRequests.SetItem(mergeRequest.Iid, after) });
        return [MergeRequestBody(after, approved ? "unapproved" : "approved", after, user)];
    }

    private List<string> Finish() => Any(state: null) switch
    {
        { State: MergeRequestState.Opened } open when random.Next(2) == 0 => Change(open.Iid, old => old with { State = MergeRequestState.Closed }, "close"),
        { State: MergeRequestState.Opened } open => Merge(open),
        { State: MergeRequestState.Closed } closed when gitLab.Now.Branches.ContainsKey(closed.SourceBranch) =>
            Change(closed.Iid, old => old with { State = MergeRequestState.Opened }, "reopen"),
        _ => [],
    };

    private List<string> Merge(GitLabMergeRequest open)
    {
        if (!gitLab.Now.Branches.TryGetValue(open.SourceBranch, out var head))
        {
            return [];
        }

        var before = gitLab.Now.Branches["main"];
        var known = gitLab.Now.History(before).Select(commit => commit.Sha).ToHashSet(StringComparer.Ordinal);

        // Fast forward where possible, else the merge request stays as it is.
        if (!gitLab.Now.History(head).Any(commit => commit.Sha == before))
        {
            return [];
        }

        var brought = gitLab.Now.History(head).Where(commit => !known.Contains(commit.Sha)).Reverse().ToList();
        gitLab.Become(gitLab.Now with { Branches = gitLab.Now.Branches.SetItem("main", head) });
        return [.. Change(open.Iid, old => old with { State = MergeRequestState.Merged }, "merge"), PushBody("main", before, head, brought)];
    }

    private List<string> Change(long iid, Func<GitLabMergeRequest, GitLabMergeRequest> change, string action)
    {
        var before = gitLab.Now.MergeRequests[iid];
        var after = change(before) with { UpdatedAt = time.Now };
        gitLab.Become(gitLab.Now with { MergeRequests = gitLab.Now.MergeRequests.SetItem(iid, after) });
        return [MergeRequestBody(after, action, before, user: 1)];
    }

    private GitLabMergeRequest? Any(MergeRequestState? state)
    {
        var found = gitLab.Now.MergeRequests.Values.Where(mergeRequest => state is null || mergeRequest.State == state).OrderBy(mergeRequest => mergeRequest.Iid).ToList();
        return found.Count == 0 ? null : found[random.Next(found.Count)];
    }

    private GitLabCommit Commit(string message, string? parent) => new()
    {
        Sha = (++_commits).ToString("x40", CultureInfo.InvariantCulture),
        Message = message,
        Author = new GitLabPerson { Name = "Ada" },
        CommittedAt = time.Now,
        WebUrl = "https://gitlab.example/acme/anvil/-/commit",
        ParentShas = parent is null ? [] : [parent],
    };

    private string Pick(string[] from) => from[random.Next(from.Length)];

    private static string PushBody(string branch, string before, string after, List<GitLabCommit> commits) => $$"""
        {
          "object_kind": "push", "before": "{{before}}", "after": "{{after}}", "ref": "refs/heads/{{branch}}", "project_id": 7, {{HookBodies.Project}},
          "commits": [{{string.Join(',', commits.Select(commit => HookBodies.Commit(commit.Sha, commit.Message)))}}], "total_commits_count": {{commits.Count}}
        }
        """;

    private static string MergeRequestBody(GitLabMergeRequest now, string action, GitLabMergeRequest before, long user) => $$"""
        {
          "object_kind": "merge_request", "user": { "id": {{user}}, "name": "User {{user}}" }, {{HookBodies.Project}},
          "object_attributes": {
            "id": {{now.Id}}, "iid": {{now.Iid}}, "title": "{{now.Title}}", "description": "{{now.Description}}", "state": "{{now.State.ToString().ToLowerInvariant()}}", "action": "{{action}}",
            "source_branch": "{{now.SourceBranch}}", "target_branch": "main", "source_project_id": 7, "target_project_id": 7,
            "created_at": "{{Time(now.CreatedAt)}}", "updated_at": "{{Time(now.UpdatedAt)}}"
          },
          "changes": {
            "title": { "previous": "{{before.Title}}", "current": "{{now.Title}}" },
            "description": { "previous": "{{before.Description}}", "current": "{{now.Description}}" }
          }
        }
        """;

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
