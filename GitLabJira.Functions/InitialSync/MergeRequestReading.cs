using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;

namespace GitLabJira.Functions.InitialSync;

/// <summary>Reads a project's merge requests newest first, then the branches whose name holds a key, each with its open merge requests.</summary>
internal sealed class MergeRequestReading(ReadingState reading)
{
    private const int MostKeyed = 400;
    private const int MostRead = 1000;
    private const int PageSize = 100;

    private readonly EntityChanges _changes = new(reading.Publication, reading.Project, fromRead: true);
    private readonly OpenMergeRequests _open = new(reading.Project.Id);
    private readonly HashSet<string> _branches = new(StringComparer.Ordinal);
    private Uri? _rest;
    private int? _restCount;
    private long _listSequence;

    private KindCount Counted => reading.Counts.Of(SyncKind.MergeRequests);

    /// <returns>False when this reading has to break off.</returns>
    public async Task<bool> ReadMergeRequestsAsync(CancellationToken cancellationToken)
    {
        var fromTheFirst = reading.Cursor.Page is null;
        // What comes from the list is as old as its first page.
        _listSequence = reading.NextSequence();
        bool over;

        do
        {
            var page = reading.Cursor.Page;
            var sequence = reading.NextSequence();
            var answer = await reading.ListAsync(SyncKind.MergeRequests, (access, token) => reading.Tools.Reader.MergeRequestsAsync(access, reading.Project.Id, page, token), cancellationToken);

            _open.Add(answer.Items);
            reading.Count(SyncKind.MergeRequests, found: answer.Items.Count);
            reading.Cursor = reading.Cursor with { Page = answer.Next };
            await AppendMergeRequestsAsync(answer.Items, sequence, cancellationToken);

            over = answer.Next is null || Counted.Keyed >= MostKeyed || Counted.Found >= MostRead;

            if (over)
            {
                _open.IsComplete = fromTheFirst && answer.Next is null;
                (_rest, _restCount) = fromTheFirst ? (answer.Next, answer.Total - Counted.Found) : (null, null);
                reading.Cursor = reading.Cursor with { Phase = SyncKind.Branches, Page = null };
            }

            if (!await reading.KeepAsync())
            {
                return false;
            }
        }
        while (!over);

        return true;
    }

    private async Task AppendMergeRequestsAsync(IEnumerable<GitLabMergeRequest> page, long sequence, CancellationToken cancellationToken)
    {
        var changes = new List<EntityChange>();

        foreach (var listed in page)
        {
            if (Counted.Keyed >= MostKeyed || EntityKeys.OfMergeRequest(listed).For(reading.Link).Count == 0)
            {
                continue;
            }

            reading.Count(SyncKind.MergeRequests, keyed: 1);

            if (listed.CreatedAt > reading.Cursor.HookedAt)
            {
                await reading.LookAsync(EntityRefs.MergeRequest(reading.Link, reading.Project.Id, listed.Id, listed.Iid), cancellationToken);
                continue;
            }

            var open = listed.State is MergeRequestState.Opened or MergeRequestState.Locked;

            // Lists tell no approvals. While a merge request is open they matter, and what Jira holds may have them.
            var mergeRequest = !reading.Plan.DryRun && (open || await reading.Tools.Sent.FindAsync(EntityRefs.MergeRequest(reading.Link, reading.Project.Id, listed.Id, listed.Iid), cancellationToken) is { Tombstone: false })
                ? await reading.CallAsync((access, token) => reading.Tools.Reader.MergeRequestAsync(access, reading.Project.Id, listed.Iid, token), cancellationToken)
                : listed;

            if (mergeRequest is null || EntityKeys.OfMergeRequest(mergeRequest).For(reading.Link) is not { Count: > 0 } keys)
            {
                continue;
            }

            changes.Add(_changes.MergeRequest(mergeRequest, keys, sequence, mayFire: false));
            reading.Count(SyncKind.MergeRequests, sent: 1);

            if (open && reading.Reads(SyncKind.Branches) && mergeRequest.SourceProjectId == reading.Project.Id && await BringBranchAsync(mergeRequest.SourceBranch, cancellationToken) is { } branch)
            {
                changes.Add(branch);
            }
        }

        await reading.AppendAsync(changes, cancellationToken);
    }

    private async Task<EntityChange?> BringBranchAsync(string name, CancellationToken cancellationToken)
    {
        if (!_branches.Add(name))
        {
            return null;
        }

        var sequence = reading.NextSequence();
        var branch = await reading.CallAsync((access, token) => reading.Tools.Reader.BranchAsync(access, reading.Project.Id, name, token), cancellationToken);

        return branch is null ? null : await MapBranchAsync(branch, await AskOpenAsync(name, cancellationToken), sequence, cancellationToken);
    }

    /// <summary>Asking for each branch's merge requests costs one request a branch; where the rest of their list costs less, it is read for that alone.</summary>
    private async Task ReadRestAsync(int branches, CancellationToken cancellationToken)
    {
        if (_rest is null || _restCount is not { } count || (count + PageSize - 1) / PageSize >= branches)
        {
            return;
        }

        for (var page = _rest; page is not null;)
        {
            var next = page;
            var answer = await reading.CallAsync((access, token) => reading.Tools.Reader.MergeRequestsAsync(access, reading.Project.Id, next, token), cancellationToken);
            _open.Add(answer.Items);
            page = answer.Next;
        }

        _open.IsComplete = true;
    }

    /// <returns>False when this reading has to break off.</returns>
    public async Task<bool> ReadBranchesAsync(CancellationToken cancellationToken)
    {
        var ownSequence = reading.NextSequence();
        var branches = await reading.KeyedBranchesAsync(SyncKind.Branches, cancellationToken);
        await ReadRestAsync(branches.Count, cancellationToken);
        var sequence = _open.IsComplete ? _listSequence : ownSequence;
        var changes = new List<EntityChange>();

        foreach (var branch in branches.Where(IsAhead))
        {
            if (_branches.Add(branch.Name))
            {
                var open = _open.IsComplete ? _open.Of(branch.Name) : await AskOpenAsync(branch.Name, cancellationToken);

                if (await MapBranchAsync(branch, open, sequence, cancellationToken) is { } change)
                {
                    changes.Add(change);
                }
            }

            reading.Cursor = reading.Cursor with { LastBranchAt = branch.LastCommit.CommittedAt, LastBranchName = branch.Name };

            if (changes.Count == PageSize && !await FlushAsync())
            {
                return false;
            }
        }

        return await FlushAsync();

        async Task<bool> FlushAsync()
        {
            await reading.AppendAsync(changes, cancellationToken);
            changes.Clear();
            return await reading.KeepAsync();
        }
    }

    private async Task<EntityChange?> MapBranchAsync(GitLabBranch branch, IReadOnlyList<GitLabMergeRequest> open, long sequence, CancellationToken cancellationToken)
    {
        reading.Count(SyncKind.Branches, found: 1);

        if (EntityKeys.OfBranch(branch.Name, open).For(reading.Link) is not { Count: > 0 } keys)
        {
            return null;
        }

        reading.Count(SyncKind.Branches, keyed: 1);

        // What was pushed after the hook comes by it, and may fire automation: storing it here first would take that away. Times ahead of the clock are somebody's wrong clock.
        if (branch.LastCommit.CommittedAt > reading.Cursor.HookedAt && branch.LastCommit.CommittedAt <= reading.Tools.Clock.GetUtcNow())
        {
            await reading.LookAsync(EntityRefs.Branch(reading.Link, reading.Project.Id, branch.Name), cancellationToken);
            return null;
        }

        reading.Count(SyncKind.Branches, sent: 1);
        return _changes.Branch(branch, keys, sequence, mayFire: false);
    }

    private bool IsAhead(GitLabBranch branch) =>
        reading.Cursor.LastBranchAt is not { } at || reading.Cursor.LastBranchName is not { } name || KeyedBranches.Order(branch.LastCommit.CommittedAt, branch.Name, at, name) > 0;

    private Task<IReadOnlyList<GitLabMergeRequest>> AskOpenAsync(string branch, CancellationToken cancellationToken) =>
        reading.CallAsync((access, token) => reading.Tools.Reader.OpenMergeRequestsAsync(access, reading.Project.Id, branch, token), cancellationToken);
}
