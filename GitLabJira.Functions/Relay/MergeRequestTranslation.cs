using System.Globalization;
using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Relay;

/// <summary>What a merge request's event could have changed: the merge request, and its source branch, which takes keys from it while it is open.</summary>
public sealed class MergeRequestTranslation(EntityReader reader, BranchTranslation branches, BuildTranslation builds, ISent sent, ILookLog log)
{
    public Task HookAsync(Turn turn, MergeRequestHook hook, CancellationToken cancellationToken) =>
        HookAsync(turn, hook.MergeRequest, MergeRequestEvidence.Of(hook), HookKeys.MayBeIn(hook), hook.PreviousTexts.Count > 0, cancellationToken);

    public Task HookAsync(Turn turn, NoteHook hook, CancellationToken cancellationToken) =>
        HookAsync(turn, hook.MergeRequest, MergeRequestEvidence.Of(hook), HookKeys.AreIn(hook.MergeRequest), changesTexts: false, cancellationToken);

    public async Task LookAsync(Turn turn, LookRequest request, CancellationToken cancellationToken)
    {
        if (request.FollowsBuild)
        {
            await builds.FollowAsync(turn, request, cancellationToken);
            return;
        }

        var (id, iid) = (long.Parse(request.EntityId, CultureInfo.InvariantCulture), long.Parse(request.Name, CultureInfo.InvariantCulture));
        var look = await reader.MergeRequestAsync(turn.Publication, request.ProjectId, id, iid, request.WasKeyed, cancellationToken);

        turn.Take(look, Weigh(look, request.MergeRequest), request);

        await FollowAsync(turn, look, changesTexts: false, cancellationToken);

        if (look.MergeRequest is { } mergeRequest)
        {
            await LookAtBranchAsync(turn, mergeRequest, request.MergeRequest, request.WasKeyed, request.Stage, cancellationToken);
        }
    }

    private async Task HookAsync(Turn turn, GitLabMergeRequest told, MergeRequestEvidence evidence, bool wasKeyed, bool changesTexts, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.MergeRequest(turn.Link, told.ProjectId, told.Id, told.Iid);

        if (!wasKeyed && !await sent.IsHeldAsync(entity, cancellationToken))
        {
            return;
        }

        var look = await reader.MergeRequestAsync(turn.Publication, told.ProjectId, told.Id, told.Iid, wasKeyed, cancellationToken);

        turn.Take(look, Weigh(look, evidence), LookRequest.At(entity) with { WasKeyed = wasKeyed, MergeRequest = evidence });
        await FollowAsync(turn, look, changesTexts, cancellationToken);
        await LookAtBranchAsync(turn, look.MergeRequest ?? told, evidence, wasKeyed, stage: 0, cancellationToken);
    }

    private async Task FollowAsync(Turn turn, MergeRequestLook look, bool changesTexts, CancellationToken cancellationToken)
    {
        if (look.MergeRequest is not { } mergeRequest)
        {
            return;
        }

        IReadOnlyList<string> before = look.IsHeld ? look.Held!.Keys : [];
        var now = EntityKeys.OfMergeRequest(mergeRequest).For(turn.Link);
        var changesKeys = !AreSame(before, now);

        if (changesKeys || changesTexts)
        {
            // First of all: should GitLab fail at what follows, the merge request goes to Jira all the same, and whoever repeats this finds nothing changed.
            turn.LookAgain(LookRequest.At(look.Entity) with { FollowsBuild = true, Stage = Settling.LastStage }, 2 * Settling.Settled);
        }

        if (changesKeys)
        {
            await builds.FollowAsync(turn, mergeRequest.HeadPipeline, before, now, cancellationToken);
        }
    }

    private static Proof Weigh(MergeRequestLook look, MergeRequestEvidence? evidence) => (look.MergeRequest, evidence) switch
    {
        // No event tells of a deletion; a replica that does not know it yet answers the same.
        (null, _) => Proof.Older,
        ({ } read, { } told) => told.Weigh(read),
        _ => Proof.Proven,
    };

    /// <summary>Looks at the source branch if its keys at Jira are not those that it should have with this merge request.</summary>
    private async Task LookAtBranchAsync(Turn turn, GitLabMergeRequest mergeRequest, MergeRequestEvidence? evidence, bool wasKeyed, int stage, CancellationToken cancellationToken)
    {
        // A fork's branch is none of this project's.
        if (mergeRequest.SourceProjectId != mergeRequest.ProjectId)
        {
            return;
        }

        var name = mergeRequest.SourceBranch;
        var entity = EntityRefs.Branch(turn.Link, mergeRequest.ProjectId, name);
        var held = await sent.FindAsync(entity, cancellationToken);

        if (Fits(turn.Link, held, name, mergeRequest))
        {
            // Noted like a look: who reads something older meanwhile must know that the branch was judged.
            await log.NoteAsync(entity, cancellationToken);
            return;
        }

        var told = evidence is null ? null : BranchEvidence.Of(mergeRequest.Id, evidence);
        await branches.LookAsync(turn, LookRequest.At(entity) with { WasKeyed = wasKeyed, Branch = told, Stage = stage }, cancellationToken);
    }

    private static bool Fits(Link link, SentEntity? held, string name, GitLabMergeRequest mergeRequest)
    {
        var expected = EntityKeys.OfBranch(name, [mergeRequest]).For(link);

        if (held is not { Tombstone: false })
        {
            // Closed and merged ones never bring their branch back; a branch with a key in its own name comes by its push.
            return EntityKeys.OfBranch("", [mergeRequest]).For(link).Count == 0;
        }

        return held.ContentHash.Length > 0 && AreSame(held.Keys, expected);
    }

    private static bool AreSame(IReadOnlyList<string> keys, IReadOnlyList<string> others) => keys.Count == others.Count && others.All(keys.Contains);
}
