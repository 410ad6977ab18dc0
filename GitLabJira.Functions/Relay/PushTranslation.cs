using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.Jira.Keys;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Relay;

/// <summary>What a push could have changed: its branch, the commits that it brought, and those that it left behind.</summary>
public sealed class PushTranslation(BranchTranslation branches, CommitTranslation commits, ISent sent, ILookLog log)
{
    public async Task HookAsync(Turn turn, PushHook push, CancellationToken cancellationToken)
    {
        if (push.Branch is not { } branch || !await MattersAsync(turn, push, branch, cancellationToken))
        {
            return;
        }

        var entity = EntityRefs.Branch(turn.Link, push.ProjectId, branch);
        var request = LookRequest.At(entity) with { WasKeyed = IssueKeys.ContainsAny(branch), Branch = BranchEvidence.Of(push) };
        var (look, proof) = await branches.LookAsync(turn, request, cancellationToken);

        // Deleting a branch never deletes commits.
        if (!push.Deletes)
        {
            await commits.PushedAsync(turn, push, look, proof, cancellationToken);
        }
    }

    /// <summary>A push of which no event told: more than three refs at once, or a hook that was off.</summary>
    public async Task LookAsync(Turn turn, LookRequest request, CancellationToken cancellationToken)
    {
        var (look, proof) = await branches.LookAsync(turn, request, cancellationToken);

        if (look.Branch is { } branch && request.Before is { } before)
        {
            // How many commits it had, nobody told.
            var push = new PushHook { ProjectId = request.ProjectId, Ref = $"refs/heads/{branch.Name}", Before = before, After = branch.LastCommit.Sha, TotalCommits = int.MaxValue };
            await commits.PushedAsync(turn, push, look, proof, cancellationToken);
        }
    }

    private async Task<bool> MattersAsync(Turn turn, PushHook push, string branch, CancellationToken cancellationToken)
    {
        if (HookKeys.MayBeIn(push))
        {
            return true;
        }

        // Somebody may be about to send something of this branch: either that shows in Sent after this note, or they see the note.
        await log.NoteAsync(EntityRefs.Branch(turn.Link, push.ProjectId, branch), cancellationToken);
        return await IsHeldAsync(turn, push, branch, cancellationToken);
    }

    private async Task<bool> IsHeldAsync(Turn turn, PushHook push, string branch, CancellationToken cancellationToken)
    {
        if (await sent.IsHeldAsync(EntityRefs.Branch(turn.Link, push.ProjectId, branch), cancellationToken))
        {
            return true;
        }

        // A commit that Jira holds may have been left behind.
        return !push.Creates
            && !push.Deletes
            && await sent.IsHeldAsync(EntityRefs.Commit(turn.Link, push.ProjectId, push.Before), cancellationToken);
    }
}
