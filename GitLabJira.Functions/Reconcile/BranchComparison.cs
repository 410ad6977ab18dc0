using System.Globalization;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Reconcile;

/// <summary>Compares a project's branches and open merge requests with what Jira holds: a push of more than three refs sends no hook at all, and nothing tells that a merge request was deleted.</summary>
/// <remarks>What is other at Jira is looked at by itself. What GitLab has no more is deleted from here, since Jira's ids do not tell the names that GitLab could be asked for.</remarks>
public sealed class BranchComparison(IGrantAccess grants, IGitLabReader reader, GitLabLists lists, GroupRound group, IDelivery delivery, ISent sent, ILookLog log)
{
    private const string Zeros = "0000000000000000000000000000000000000000";
    private const int NewestKeyed = 400;
    private const int MostCommits = 250;
    private const int MostMergeRequestPages = 10;

    /// <summary>Of more branches than this the whole list is read once a day only.</summary>
    private const int ManyBranches = 1_000;

    /// <summary>The approvals of an open merge request are asked for again after this time: they do not count as a change of it.</summary>
    private static readonly TimeSpan ApprovalsFor = TimeSpan.FromHours(20);

    /// <returns>Where the branches stand.</returns>
    public async Task<BranchHeads?> LookAsync(ProjectLook look, CancellationToken cancellationToken)
    {
        // Taken before the list, and a minute less: whatever came by an event since, or a moment before, is newer.
        var sequence = sent.NextSequence(held: null, Lane.Repair);
        var isWhole = look.IsDaily || look.Mark.Heads is not { Count: > ManyBranches };

        var branches = await grants.AllAsync(
            look.Link,
            (access, page, token) => isWhole ? lists.BranchesAsync(access, look.Project.Id, page, token) : reader.KeyedBranchesAsync(access, look.Project.Id, page, token),
            cancellationToken);

        if (branches is null)
        {
            return look.Mark.Heads;
        }

        // Null where the project has merge requests switched off.
        var open = await grants.AllAsync<GitLabMergeRequest>(look.Link, (access, page, token) => lists.OpenMergeRequestsAsync(access, look.Project.Id, page, token), cancellationToken);
        var held = await sent.ListAsync(look.Link.Id, look.Project.Id, EntityKind.Branch, cancellationToken).ToDictionaryAsync(entity => entity.EntityId, cancellationToken: cancellationToken);
        await CompareAsync(look, branches, open ?? [], held, cancellationToken);

        if (isWhole && IsCredible(look.Project, branches))
        {
            var there = branches.Select(branch => JiraIds.Branch(branch.Name)).ToHashSet(StringComparer.Ordinal);
            await DeleteAsync(look, EntityKind.Branch, held.Values.Where(entity => !there.Contains(entity.EntityId)), sequence, cancellationToken);
        }

        if (look.IsDaily && open is not null)
        {
            await LookAtMergeRequestsAsync(look, open, cancellationToken);
        }

        return isWhole ? BranchHeads.Of(branches) : look.Mark.Heads;
    }

    private async Task CompareAsync(
        ProjectLook look, IReadOnlyList<GitLabBranch> branches, IReadOnlyList<GitLabMergeRequest> open, Dictionary<string, SentEntity> held, CancellationToken cancellationToken)
    {
        var sources = open.Where(mergeRequest => mergeRequest.SourceProjectId == look.Project.Id).ToLookup(mergeRequest => mergeRequest.SourceBranch, StringComparer.Ordinal);
        var changes = new EntityChanges(new Publication(look.Link, Lane.Repair, "repair"), look.Project, fromRead: true);
        var newest = branches
            .Where(branch => look.Link.Settings.Kinds.Contains(SyncKind.Branches) && EntityKeys.OfBranch(branch.Name, []).For(look.Link).Count > 0)
            .OrderByDescending(branch => branch.LastCommit.CommittedAt)
            .Take(NewestKeyed)
            .Select(branch => branch.Name)
            .ToHashSet(StringComparer.Ordinal);

        foreach (var branch in branches)
        {
            var isNews = look.Mark.Heads?.IsNews(branch) ?? branch.LastCommit.CommittedAt >= look.Since;
            var keys = EntityKeys.OfBranch(branch.Name, sources[branch.Name]).For(look.Link);
            var entity = EntityRefs.Branch(look.Link, look.Project.Id, branch.Name);
            var known = held.GetValueOrDefault(entity.EntityId);

            // An empty hash: it is on its way, or names issues that Jira does not know, which are tried again elsewhere.
            var differs = known is null
                ? keys.Count > 0 && (isNews || (look.Mark.Heads is null && newest.Contains(branch.Name))) && await sent.FindAsync(entity, cancellationToken) is not { Tombstone: false }
                : keys.Count == 0 || (known.ContentHash.Length > 0 && !string.Equals(known.ContentHash, ContentHash.Of(changes.Branch(branch, keys, sequence: 0, mayFire: false)), StringComparison.Ordinal));

            if (differs || (isNews && await HasUnheardCommitsAsync(look, branch, cancellationToken)))
            {
                await group.AskAsync(look.Round, new RepairLook(entity) { Before = isNews ? BeforeOf(look, branch) : null }, cancellationToken);
            }
        }
    }

    /// <summary>Whether a branch that moved has commits with keys which no event brought. One request, unless its last commit tells already.</summary>
    private async Task<bool> HasUnheardCommitsAsync(ProjectLook look, GitLabBranch branch, CancellationToken cancellationToken)
    {
        // Made where another branch stood: it brought nothing.
        if (BeforeOf(look, branch) is not { } before || (look.Mark.Heads?.Holds(branch.LastCommit.Sha) is true && string.Equals(before, Zeros, StringComparison.Ordinal)))
        {
            return false;
        }

        if (EntityKeys.OfCommit(branch.LastCommit).For(look.Link).Count > 0)
        {
            return !await IsKnownAsync(look, branch.LastCommit.Sha, cancellationToken);
        }

        var commits = await grants.CallAsync(look.Link, (access, token) => reader.CompareAsync(access, look.Project.Id, before, branch.LastCommit.Sha, MostCommits, token), cancellationToken);

        foreach (var commit in commits.Where(commit => EntityKeys.OfCommit(commit).For(look.Link).Count > 0))
        {
            if (!await IsKnownAsync(look, commit.Sha, cancellationToken))
            {
                return true;
            }
        }

        // A force push leaves behind what was the head, and what hung on it alone: the head itself need not name a key.
        return !string.Equals(before, Zeros, StringComparison.Ordinal) && !commits.Any(commit => commit.ParentShas.Contains(before, StringComparer.Ordinal));
    }

    /// <summary>Sent, or dropped since.</summary>
    private async Task<bool> IsKnownAsync(ProjectLook look, string sha, CancellationToken cancellationToken) =>
        await sent.FindAsync(EntityRefs.Commit(look.Link, look.Project.Id, sha), cancellationToken) is not null;

    /// <returns>Null for the default branch at the first look: all its history would be new.</returns>
    private static string? BeforeOf(ProjectLook look, GitLabBranch branch) =>
        look.Mark.Heads?.Find(branch.Name)
        ?? (string.Equals(branch.Name, look.Project.DefaultBranch, StringComparison.Ordinal) ? null : Zeros);

    /// <summary>Merge requests that were deleted, and approvals of open ones, which leave the time of their last change alone.</summary>
    private async Task LookAtMergeRequestsAsync(ProjectLook look, IReadOnlyList<GitLabMergeRequest> open, CancellationToken cancellationToken)
    {
        foreach (var mergeRequest in open.Where(mergeRequest => EntityKeys.OfMergeRequest(mergeRequest).For(look.Link).Count > 0))
        {
            var entity = EntityRefs.MergeRequest(look.Link, look.Project.Id, mergeRequest.Id, mergeRequest.Iid);

            if (await sent.FindAsync(entity, cancellationToken) is { Tombstone: false } && !(await log.LastJudgedAsync(entity, cancellationToken) >= look.Round.At - ApprovalsFor))
            {
                await group.AskAsync(look.Round, new RepairLook(entity), cancellationToken);
            }
        }

        var held = await sent.ListAsync(look.Link.Id, look.Project.Id, EntityKind.MergeRequest, cancellationToken).ToListAsync(cancellationToken);

        if (held.Count == 0)
        {
            return;
        }

        var sequence = sent.NextSequence(held: null, Lane.Repair);
        var gone = await MissingAsync(look, held, cancellationToken);

        // While pages are read, a row that goes moves the others up, and one of them into a page that was read already: what is gone is missing from a second list too.
        if (gone.Count > 0)
        {
            gone = await MissingAsync(look, gone, cancellationToken);
        }

        await DeleteAsync(look, EntityKind.MergeRequest, gone, sequence, cancellationToken);
    }

    private async Task<IReadOnlyList<SentEntity>> MissingAsync(ProjectLook look, IReadOnlyList<SentEntity> held, CancellationToken cancellationToken)
    {
        var pages = await grants
            .PagesAsync<GitLabMergeRequest>(look.Link, (access, page, token) => reader.MergeRequestsAsync(access, look.Project.Id, page, token), cancellationToken)
            .Take(MostMergeRequestPages)
            .ToListAsync(cancellationToken);
        var (listed, isWhole) = (pages.SelectMany(page => page.Items).ToList(), pages[^1].Next is null);
        var there = listed.Select(mergeRequest => mergeRequest.Id).ToHashSet();

        // The list is by age. Where ids follow it, it shows all above its last one; those of an imported project do not.
        long? from = isWhole ? 0 : listed.Count > 0 && listed.Zip(listed.Skip(1)).All(two => two.First.Id > two.Second.Id) ? listed[^1].Id : null;

        return from is null ? [] : [.. held.Where(entity => long.TryParse(entity.EntityId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id >= from && !there.Contains(id))];
    }

    private async Task DeleteAsync(ProjectLook look, EntityKind kind, IEnumerable<SentEntity> gone, long sequence, CancellationToken cancellationToken)
    {
        var publication = new Publication(look.Link, Lane.Repair, "repair");
        EntityChange[] deletions =
        [
            .. gone
                // What is newer than the list was told since.
                .Where(entity => entity.Sequence < sequence)
                .Select(entity => EntityChanges.Deletion(publication, new EntityRef(look.Link, look.Project.Id, kind, entity.EntityId, Name: ""), sequence, fromRead: true)),
        ];

        if (deletions.Length > 0)
        {
            look.Round.NoteRepairs(deletions.Length);
            await delivery.SubmitAsync(look.Link, Lane.Repair, deletions, cancellationToken);
        }
    }

    /// <summary>A list without the default branch is cut: nothing is deleted for it.</summary>
    private static bool IsCredible(GitLabProject project, IReadOnlyList<GitLabBranch> branches) =>
        branches.Any(branch => string.Equals(branch.Name, project.DefaultBranch, StringComparison.Ordinal));
}
