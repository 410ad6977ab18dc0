using System.Net;
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

        var index = 0;

        // Begun together: that many notes and reads of the storage take hardly longer than one.
        foreach (var together in keyed.Chunk(MostRead))
        {
            var begun = await Task.WhenAll(together.Select(commit => reader.BeginNewAsync(turn.Publication, EntityRefs.Commit(turn.Link, push.ProjectId, commit.Sha), cancellationToken)));

            foreach (var (commit, look) in together.Zip(begun))
            {
                var single = index++ >= keyed.Count - MostRead;

                if (await BringAsync(turn, push, commit, look, single, branch, proof, cancellationToken) is { } brought)
                {
                    parents.UnionWith(brought.Commit?.ParentShas ?? []);
                }
            }
        }

        // A push is a fast forward when what was the head is an ancestor now. Only otherwise GitLab is asked.
        if (!push.Creates && !parents.Contains(push.Before))
        {
            await LeftBehindAsync(turn, push.ProjectId, push.Before, push.After, settled: false, cancellationToken);
        }
    }

    /// <summary>A further look at one commit.</summary>
    public async Task LookAsync(Turn turn, LookRequest request, CancellationToken cancellationToken)
    {
        if (request is { MayBeDropped: true, DroppedFor: { } after })
        {
            await LeftBehindAsync(turn, request.ProjectId, request.Name, after, settled: true, cancellationToken);
            return;
        }

        var begun = await reader.BeginAsync(turn.Publication, EntityRefs.Commit(turn.Link, request.ProjectId, request.Name), cancellationToken);
        var look = await reader.CommitAsync(turn.Publication, begun, known: null, isOnABranch: null, cancellationToken);

        if (look is { Presence: Presence.Gone, IsHeld: true })
        {
            if (request.MayBeDropped || await IsBranchAsync(turn, request, cancellationToken))
            {
                await DropAsync(turn, request.ProjectId, request.Name, look.Commit?.Message, look.Sequence, cancellationToken);
            }

            return;
        }

        Take(turn, look, request);
    }

    private static void Take(Turn turn, CommitLook look, LookRequest again)
    {
        turn.Take(look, look.Presence is Presence.Present ? Proof.Proven : Proof.Older, again);

        if (look is { Change: not null, Held.Tombstone: true } && !(again is { MayBeDropped: true, Stage: Settling.LastStage }))
        {
            // It was dropped before, so it may only seem to be back. Once: it stays dropped at Jira if it names unknown projects only.
            turn.LookAgain(again with { Stage = Settling.LastStage, MayBeDropped = true }, Settling.Settled);
        }
    }

    private async Task<bool> IsBranchAsync(Turn turn, LookRequest request, CancellationToken cancellationToken) =>
        request.PushedTo is { } name
        && await grants.CallAsync(turn.Link, (access, token) => gitLab.BranchAsync(access, request.ProjectId, name, token), cancellationToken) is not null;

    private async Task<IReadOnlyList<GitLabCommit>> ListAsync(Turn turn, PushHook push, CancellationToken cancellationToken)
    {
        if (push.TotalCommits <= push.Commits.Count)
        {
            return push.Commits;
        }

        // A new branch brings what the default branch has not; the first push of a project makes that branch itself.
        var listed = push.Creates && string.Equals(push.Branch, push.Project?.DefaultBranch, StringComparison.Ordinal)
            ? await NewestAsync(turn, push, cancellationToken)
            : await CompareAsync(turn, push.ProjectId, push.Before, push.After, cancellationToken);
        return [.. listed.Concat(push.Commits).DistinctBy(commit => commit.Sha, StringComparer.Ordinal)];
    }

    /// <returns>Oldest first.</returns>
    private async Task<IReadOnlyList<GitLabCommit>> NewestAsync(Turn turn, PushHook push, CancellationToken cancellationToken)
    {
        var newest = await grants
            .PagesAsync<GitLabCommit>(turn.Link, (access, page, token) => gitLab.CommitsAsync(access, push.ProjectId, push.After, DateTimeOffset.UnixEpoch, page, token), cancellationToken)
            .SelectMany(page => page.Items)
            .Take(MostCommits)
            .ToListAsync(cancellationToken);
        newest.Reverse();
        return newest;
    }

    /// <returns>Null when Jira holds the commit already.</returns>
    private async Task<CommitLook?> BringAsync(Turn turn, PushHook push, GitLabCommit commit, BegunLook begun, bool single, BranchLook branch, Proof proof, CancellationToken cancellationToken)
    {
        if (begun.Held is { IsConfirmed: true })
        {
            return null;
        }

        // Under the head that the push made, all its commits are on the branch. A branch that is gone took none of them along. What a force push has dropped is a tombstone.
        bool? isOnABranch = begun.Held is null && (proof is Proof.Proven || branch.Branch is null) ? true : null;
        var look = await reader.CommitAsync(turn.Publication, begun, single ? null : commit, isOnABranch, cancellationToken);
        var again = LookRequest.At(begun.Entity) with { WasKeyed = true, PushedTo = push.Branch };

        // Not to be seen, or on no branch: not yet known to the replica, or dropped again by now.
        Take(turn, look, again);

        if (look.Change is not null)
        {
            // The head that proves it may have been read from before a force push that was seen already.
            turn.IfCrowded(branch.Note, again);
        }

        return look;
    }

    /// <summary>If <paramref name="before"/> is on no branch any more, it and what hung on it alone goes from Jira.</summary>
    /// <param name="settled">The push is longer ago than replicas lag: what is read now is the last word on it.</param>
    private async Task LeftBehindAsync(Turn turn, long projectId, string before, string after, bool settled, CancellationToken cancellationToken)
    {
        var sequence = await NoteAsync(turn, projectId, before, cancellationToken);
        var reachable = await IsOnABranchAsync(turn, projectId, before, cancellationToken);
        var left = reachable ? [] : await CompareAsync(turn, projectId, after, before, cancellationToken);

        if (left.Count == 0 && !settled)
        {
            // A lagging replica shows the branch as it was, or does not know the new head.
            turn.LookAgain(LookRequest.At(EntityRefs.Commit(turn.Link, projectId, before)) with { Stage = Settling.LastStage, MayBeDropped = true, DroppedFor = after }, Settling.Settled);
        }

        if (reachable)
        {
            return;
        }

        await DropAsync(turn, projectId, before, left.FirstOrDefault(commit => Is(commit.Sha, before))?.Message, sequence, cancellationToken);

        foreach (var commit in left.Where(commit => !Is(commit.Sha, before)))
        {
            await DropIfAloneAsync(turn, projectId, commit.Sha, commit.Message, settled, cancellationToken);
        }
    }

    private async Task DropIfAloneAsync(Turn turn, long projectId, string sha, string? message, bool settled, CancellationToken cancellationToken)
    {
        var held = await sent.FindAsync(EntityRefs.Commit(turn.Link, projectId, sha), cancellationToken);

        if (!IsToGo(held, message))
        {
            return;
        }

        var sequence = await NoteAsync(turn, projectId, sha, cancellationToken);

        if (!await IsOnABranchAsync(turn, projectId, sha, cancellationToken))
        {
            await DropAsync(turn, projectId, sha, message, sequence, cancellationToken);
        }
        else if (!settled)
        {
            turn.LookAgain(LookRequest.At(EntityRefs.Commit(turn.Link, projectId, sha)) with { Stage = Settling.LastStage, MayBeDropped = true }, Settling.Settled);
        }
    }

    private async Task DropAsync(Turn turn, long projectId, string sha, string? message, long sequence, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.Commit(turn.Link, projectId, sha);

        if (!IsToGo(await sent.FindAsync(entity, cancellationToken), message))
        {
            return;
        }

        turn.Add(EntityChanges.Deletion(turn.Publication, entity, sequence, fromRead: true));

        // It may have been pushed again elsewhere, which a lagging replica does not show.
        turn.LookAgain(LookRequest.At(entity) with { Stage = Settling.LastStage, WasKeyed = true, MayBeDropped = true }, Settling.Settled);
    }

    /// <summary>A commit that Jira does not hold but that names a key is deleted too: its push may still be on the way, and must find the tombstone.</summary>
    private static bool IsToGo(SentEntity? held, string? message) => held is { Tombstone: false } || (held is null && IssueKeys.ContainsAny(message));

    /// <summary>Notes that a commit is being judged, then takes the sequence.</summary>
    private async Task<long> NoteAsync(Turn turn, long projectId, string sha, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.Commit(turn.Link, projectId, sha);
        await log.NoteAsync(entity, cancellationToken);
        return sent.NextSequence(await sent.FindAsync(entity, cancellationToken), turn.Publication.Lane);
    }

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);

    /// <exception cref="GitLabRequestException">GitLab does not show the project either: nothing is known of its commits, and none is to be dropped.</exception>
    private async Task<bool> IsOnABranchAsync(Turn turn, long projectId, string sha, CancellationToken cancellationToken)
    {
        if (await grants.CallAsync(turn.Link, (access, token) => gitLab.IsOnABranchAsync(access, projectId, sha, token), cancellationToken) is { } answer)
        {
            return answer;
        }

        return await grants.CallAsync(turn.Link, (access, token) => gitLab.ProjectAsync(access, projectId, token), cancellationToken) is null
            ? throw new GitLabRequestException(GitLabFailure.NotFound, HttpStatusCode.NotFound, retryAfter: null)
            : false;
    }

    private Task<IReadOnlyList<GitLabCommit>> CompareAsync(Turn turn, long projectId, string from, string to, CancellationToken cancellationToken) =>
        grants.CallAsync(turn.Link, (access, token) => gitLab.CompareAsync(access, projectId, from, to, MostCommits, token), cancellationToken);
}
