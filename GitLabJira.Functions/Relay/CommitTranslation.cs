using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Keys;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Relay;

/// <summary>The commits of a push. A commit goes to Jira when it names a key, and away only when a force push left it on no branch.</summary>
public sealed class CommitTranslation(EntityReader reader, IGrantAccess grants, IGitLabReader gitLab, ISent sent, ILookLog log)
{
    /// <summary>A push may bring more; GitLab itself looks at the last 100.</summary>
    private const int MostCommits = 250;

    /// <summary>Those are read singly, with their files; the rest goes as the list shows it.</summary>
    private const int MostRead = 20;

    public async Task PushedAsync(Turn turn, PushHook push, BranchLook branch, Proof proof, CancellationToken cancellationToken)
    {
        var pushed = await ListAsync(turn, push, cancellationToken);
        var keyed = pushed.Where(commit => IssueKeys.ContainsAny(commit.Message)).ToList();
        var parents = branch.Branch?.LastCommit.ParentShas.ToHashSet(StringComparer.Ordinal) ?? [];

        var brought = new List<string>();

        for (var index = 0; index < keyed.Count; index++)
        {
            var single = index >= keyed.Count - MostRead;

            if (await BringAsync(turn, push, keyed[index], single, branch, proof, cancellationToken) is { } look)
            {
                parents.UnionWith(look.Commit?.ParentShas ?? []);
                brought.AddRange(look.Change is null ? [] : [keyed[index].Sha]);
            }
        }

        // The head that proves them may have been read from before a force push that was seen already.
        if (brought.Count > 0 && await log.IsCrowdedAsync(branch.Note, cancellationToken))
        {
            brought.ForEach(sha => turn.LookAgain(LeftBehindRequest(turn, push.ProjectId, sha, push.After), Settling.Settled));
        }

        // A push is a fast forward when what was the head is an ancestor now. Only otherwise GitLab is asked.
        if (!push.Creates && !parents.Contains(push.Before))
        {
            await LeftBehindAsync(turn, push.ProjectId, push.Before, push.After, cancellationToken);
        }
    }

    /// <summary>A further look at one commit.</summary>
    public async Task LookAsync(Turn turn, LookRequest request, CancellationToken cancellationToken)
    {
        if (request.DroppedFor is { } after)
        {
            await LeftBehindAsync(turn, request.ProjectId, request.Name, after, cancellationToken, settled: true);
            return;
        }

        var look = await reader.CommitAsync(turn.Publication, request.ProjectId, request.Name, known: null, onABranch: null, cancellationToken);
        await turn.TakeAsync(look, look is { Presence: Presence.Present } || look.Held is not null ? Proof.Proven : Proof.Older, request, cancellationToken);
    }

    private async Task<IReadOnlyList<GitLabCommit>> ListAsync(Turn turn, PushHook push, CancellationToken cancellationToken)
    {
        if (push.TotalCommits <= push.Commits.Count)
        {
            return push.Commits;
        }

        var listed = await CompareAsync(turn, push.ProjectId, push.Before, push.After, cancellationToken);
        return [.. listed.Concat(push.Commits).DistinctBy(commit => commit.Sha, StringComparer.Ordinal)];
    }

    /// <returns>Null when Jira holds the commit already.</returns>
    private async Task<CommitLook?> BringAsync(Turn turn, PushHook push, GitLabCommit commit, bool single, BranchLook branch, Proof proof, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.Commit(turn.Link, push.ProjectId, commit.Sha);
        var held = await sent.FindAsync(entity, cancellationToken);

        if (held is { Tombstone: false })
        {
            return null;
        }

        // Under the head that the push made, all its commits are on the branch. A branch that is gone took none of them along. What a force push has dropped is a tombstone.
        bool? reachable = held is null && (proof is Proof.Proven || branch.Branch is null) ? true : null;
        var look = await reader.CommitAsync(turn.Publication, push.ProjectId, commit.Sha, single ? null : commit, reachable, cancellationToken);
        var again = LookRequest.At(entity) with { WasKeyed = true };

        // Not to be seen, or on no branch: not yet known to the replica, or dropped again by now.
        await turn.TakeAsync(look, look.Presence is Presence.Present ? Proof.Proven : Proof.Older, again, cancellationToken);

        return look;
    }

    /// <summary>If <paramref name="before"/> is on no branch any more, it and what hung on it alone goes from Jira.</summary>
    private async Task LeftBehindAsync(Turn turn, long projectId, string before, string after, CancellationToken cancellationToken, bool settled = false)
    {
        if (await IsOnABranchAsync(turn, projectId, before, cancellationToken))
        {
            if (!settled)
            {
                // A lagging replica shows the branch as it was.
                turn.LookAgain(LeftBehindRequest(turn, projectId, before, after), Settling.Settled);
            }

            return;
        }

        var left = await CompareAsync(turn, projectId, after, before, cancellationToken);

        foreach (var commit in left)
        {
            await DropAsync(turn, projectId, commit.Sha, IssueKeys.ContainsAny(commit.Message), cancellationToken);
        }

        if (!left.Any(commit => string.Equals(commit.Sha, before, StringComparison.Ordinal)))
        {
            await DropAsync(turn, projectId, before, isKeyed: false, cancellationToken);
        }
    }

    /// <summary>Deletes a commit that is on no branch. One that Jira does not hold but that names a key is deleted too: its push may still be on the way, and must find the tombstone.</summary>
    private async Task DropAsync(Turn turn, long projectId, string sha, bool isKeyed, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.Commit(turn.Link, projectId, sha);
        var held = await sent.FindAsync(entity, cancellationToken);

        if (held is { Tombstone: true } || (held is null && !isKeyed))
        {
            return;
        }

        await log.BeginAsync(entity, cancellationToken);
        var sequence = await sent.NextSequenceAsync(entity, turn.Publication.Lane, cancellationToken);

        if (!await IsOnABranchAsync(turn, projectId, sha, cancellationToken))
        {
            turn.Add(EntityChanges.Deletion(turn.Publication, entity, sequence, fromRead: true));

            // It may have been pushed again elsewhere, which a lagging replica does not show.
            turn.LookAgain(LookRequest.At(entity) with { Stage = Settling.LastStage, WasKeyed = true }, Settling.Settled);
        }
    }

    private static LookRequest LeftBehindRequest(Turn turn, long projectId, string sha, string after) =>
        LookRequest.At(EntityRefs.Commit(turn.Link, projectId, sha)) with { Stage = Settling.LastStage, DroppedFor = after };

    private async Task<bool> IsOnABranchAsync(Turn turn, long projectId, string sha, CancellationToken cancellationToken) =>
        await grants.CallAsync(turn.Link, (access, token) => gitLab.IsOnABranchAsync(access, projectId, sha, token), cancellationToken) is true;

    private Task<IReadOnlyList<GitLabCommit>> CompareAsync(Turn turn, long projectId, string from, string to, CancellationToken cancellationToken) =>
        grants.CallAsync(turn.Link, (access, token) => gitLab.CompareAsync(access, projectId, from, to, MostCommits, token), cancellationToken);
}
