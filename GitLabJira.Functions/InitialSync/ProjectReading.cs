using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Keys;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.InitialSync;

/// <summary>What a project reading needs.</summary>
public sealed record ReadingTools(IGrantAccess Grants, IGitLabReader Reader, ISent Sent, IDelivery Delivery, ILooks Looks, TimeProvider Clock);

/// <summary>Reads one project's recent history and puts it on its way to Jira: merge requests newest first, then the branches whose name holds a key, each with its open merge requests.</summary>
/// <param name="checkpoint">Keeps the cursor; answers false when the run was stopped.</param>
public sealed class ProjectReading(ReadingTools tools, Link link, GitLabProject project, ProjectCursor start, Func<ProjectCursor, Task<bool>> checkpoint)
{
    private const int MostKeyed = 400;
    private const int MostRead = 1000;
    private const int MostBranches = 400;
    private const int PageSize = 100;

    /// <summary>Time for the webhook of what is newer than the hook, which shall come first.</summary>
    private static readonly TimeSpan HookFirst = TimeSpan.FromSeconds(60);

    private readonly EntityChanges _changes = new(new Publication(link, Lane.Backfill, "initial sync"), project, fromRead: true);
    private readonly OpenMergeRequests _open = new(project.Id);
    private readonly HashSet<string> _branches = new(StringComparer.Ordinal);
    private ProjectCursor _cursor = start;
    private Uri? _rest;
    private int? _restCount;
    private string _notes = "";

    /// <returns>What was read, in words for the page; null when the run was stopped.</returns>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        // What comes from the list of merge requests is as old as its first page.
        var sequence = await SequenceAsync(cancellationToken);

        if (_cursor.Phase is ReadingPhase.MergeRequests && !await ReadMergeRequestsAsync(cancellationToken))
        {
            return null;
        }

        if (!project.EmptyRepository && !await ReadBranchesAsync(sequence, cancellationToken))
        {
            return null;
        }

        return $"{_cursor.Keyed} merge requests, {_cursor.Branches} branches.{_notes}";
    }

    private async Task<bool> ReadMergeRequestsAsync(CancellationToken cancellationToken)
    {
        var fromTheFirst = _cursor.Page is null;
        bool over;

        do
        {
            var page = _cursor.Page;
            var sequence = await SequenceAsync(cancellationToken);
            var answer = await ListAsync("merge requests", (access, token) => tools.Reader.MergeRequestsAsync(access, project.Id, page, token), cancellationToken);

            _open.Add(answer.Items);
            _cursor = _cursor with { Read = _cursor.Read + answer.Items.Count, Page = answer.Next };
            await AppendMergeRequestsAsync(answer.Items, sequence, cancellationToken);

            over = answer.Next is null || _cursor.Keyed >= MostKeyed || _cursor.Read >= MostRead;

            if (over)
            {
                _open.IsComplete = fromTheFirst && answer.Next is null;
                (_rest, _restCount) = fromTheFirst ? (answer.Next, answer.Total - _cursor.Read) : (null, null);
                _cursor = _cursor with { Phase = ReadingPhase.Branches, Page = null };
            }

            if (!await checkpoint(_cursor))
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
            if (_cursor.Keyed >= MostKeyed || EntityKeys.OfMergeRequest(listed).Count == 0)
            {
                continue;
            }

            _cursor = _cursor with { Keyed = _cursor.Keyed + 1 };

            if (listed.CreatedAt > _cursor.HookedAt)
            {
                await tools.Looks.RequestAsync(EntityRefs.MergeRequest(link, project.Id, listed.Id, listed.Iid), HookFirst, cancellationToken);
                continue;
            }

            var open = listed.State is MergeRequestState.Opened or MergeRequestState.Locked;

            // Lists tell no approvals. While a merge request is open they matter, and what Jira holds may have them.
            var mergeRequest = open || await tools.Sent.FindAsync(EntityRefs.MergeRequest(link, project.Id, listed.Id, listed.Iid), cancellationToken) is { Tombstone: false }
                ? await CallAsync((access, token) => tools.Reader.MergeRequestAsync(access, project.Id, listed.Iid, token), cancellationToken)
                : listed;

            if (mergeRequest is null || EntityKeys.OfMergeRequest(mergeRequest) is not { Count: > 0 } keys)
            {
                continue;
            }

            changes.Add(_changes.MergeRequest(mergeRequest, keys, sequence, mayFire: false));

            if (open && mergeRequest.SourceProjectId == project.Id && await BringBranchAsync(mergeRequest.SourceBranch, cancellationToken) is { } branch)
            {
                changes.Add(branch);
            }
        }

        await AppendAsync(changes, cancellationToken);
    }

    private async Task<EntityChange?> BringBranchAsync(string name, CancellationToken cancellationToken)
    {
        if (!_branches.Add(name))
        {
            return null;
        }

        var sequence = await SequenceAsync(cancellationToken);
        var branch = await CallAsync((access, token) => tools.Reader.BranchAsync(access, project.Id, name, token), cancellationToken);

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
            var answer = await CallAsync((access, token) => tools.Reader.MergeRequestsAsync(access, project.Id, next, token), cancellationToken);
            _open.Add(answer.Items);
            page = answer.Next;
        }

        _open.IsComplete = true;
    }

    private async Task<bool> ReadBranchesAsync(long listSequence, CancellationToken cancellationToken)
    {
        var ownSequence = await SequenceAsync(cancellationToken);
        var branches = await ListBranchesAsync(cancellationToken);
        await ReadRestAsync(branches.Count, cancellationToken);
        var sequence = _open.IsComplete ? listSequence : ownSequence;
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

            _cursor = _cursor with { LastBranchAt = branch.LastCommit.CommittedAt, LastBranchName = branch.Name };

            if (changes.Count == PageSize && !await FlushAsync())
            {
                return false;
            }
        }

        return await FlushAsync();

        async Task<bool> FlushAsync()
        {
            await AppendAsync(changes, cancellationToken);
            changes.Clear();
            return await checkpoint(_cursor);
        }
    }

    /// <summary>Newest first, at most 400. GitLab sorts by name, and its list has been cut short before (gl#605032): so all pages, counted.</summary>
    private async Task<IReadOnlyList<GitLabBranch>> ListBranchesAsync(CancellationToken cancellationToken)
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
                var answer = await ListAsync("branches", (access, token) => tools.Reader.KeyedBranchesAsync(access, project.Id, next, token), cancellationToken);
                listed += answer.Items.Count;
                total ??= answer.Total;

                foreach (var branch in answer.Items.Where(branch => IssueKeys.ContainsAny(branch.Name)))
                {
                    newest.Enqueue(branch, branch);

                    if (newest.Count > MostBranches)
                    {
                        newest.Dequeue();
                    }
                }

                page = answer.Next;
            }
            while (page is not null);

            if (attempt > 1 || total is null || listed >= total)
            {
                _notes += listed < total ? $" GitLab listed {listed} of {total} branches." : "";
                return [.. newest.UnorderedItems.Select(item => item.Element).Order(Comparer<GitLabBranch>.Create(Order))];
            }
        }
    }

    private async Task<EntityChange?> MapBranchAsync(GitLabBranch branch, IReadOnlyList<GitLabMergeRequest> open, long sequence, CancellationToken cancellationToken)
    {
        if (EntityKeys.OfBranch(branch.Name, open) is not { Count: > 0 } keys)
        {
            return null;
        }

        _cursor = _cursor with { Branches = _cursor.Branches + 1 };

        // What was pushed after the hook comes by it, and may fire automation: storing it here first would take that away. Times ahead of the clock are somebody's wrong clock.
        if (branch.LastCommit.CommittedAt > _cursor.HookedAt && branch.LastCommit.CommittedAt <= tools.Clock.GetUtcNow())
        {
            await tools.Looks.RequestAsync(EntityRefs.Branch(link, project.Id, branch.Name), HookFirst, cancellationToken);
            return null;
        }

        return _changes.Branch(branch, keys, sequence, mayFire: false);
    }

    private bool IsAhead(GitLabBranch branch) =>
        _cursor.LastBranchAt is not { } at || _cursor.LastBranchName is not { } name || Order(branch.LastCommit.CommittedAt, branch.Name, at, name) > 0;

    private static int Order(GitLabBranch one, GitLabBranch other) => Order(one.LastCommit.CommittedAt, one.Name, other.LastCommit.CommittedAt, other.Name);

    /// <summary>Newest first, then by name.</summary>
    private static int Order(DateTimeOffset at, string name, DateTimeOffset otherAt, string otherName) =>
        otherAt.CompareTo(at) is not 0 and var byTime ? byTime : string.CompareOrdinal(name, otherName);

    private Task<IReadOnlyList<GitLabMergeRequest>> AskOpenAsync(string branch, CancellationToken cancellationToken) =>
        CallAsync((access, token) => tools.Reader.OpenMergeRequestsAsync(access, project.Id, branch, token), cancellationToken);

    private Task<T> CallAsync<T>(Func<GitLabAccess, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        tools.Grants.CallAsync(link, call, cancellationToken);

    /// <summary>Merge requests or the repository may be switched off or kept from us while the project is to be seen: that list is empty then, and the other one still counts.</summary>
    private async Task<ListPage<T>> ListAsync<T>(string what, Func<GitLabAccess, CancellationToken, Task<ListPage<T>>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(call, cancellationToken);
        }
        catch (GitLabRequestException failure) when (failure.Failure is GitLabFailure.Forbidden or GitLabFailure.NotFound)
        {
            _notes += $" GitLab does not show the {what}.";
            return new ListPage<T>([], Next: null, Total: null);
        }
    }

    private Task AppendAsync(List<EntityChange> changes, CancellationToken cancellationToken) =>
        changes.Count == 0 ? Task.CompletedTask : tools.Delivery.AppendBackfillAsync(link, changes, cancellationToken);

    /// <summary>Taken before the first request of a read, and kept for all that it answers.</summary>
    private Task<long> SequenceAsync(CancellationToken cancellationToken) =>
        tools.Sent.NextSequenceAsync(EntityRefs.Repository(link, project.Id), Lane.Backfill, cancellationToken);
}
