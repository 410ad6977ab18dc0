using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Keys;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Relay;

/// <summary>Publishes from a hook's body alone, when GitLab cannot be asked: poorer, not lost. The sequence is the receive time; reads that come later win.</summary>
public sealed class BodyTranslation(ISent sent, ILookLog log)
{
    /// <param name="turn">Takes the changes.</param>
    /// <param name="receivedAt">Unix milliseconds.</param>
    /// <returns>False when the body lacks what Jira needs.</returns>
    public async Task<bool> HookAsync(Turn turn, GitLabHook hook, long receivedAt, CancellationToken cancellationToken)
    {
        if (hook.Project is not { } project)
        {
            return false;
        }

        // Nobody can be asked where the project is now; what left the link must not come back by a late body.
        if (!GroupPaths.IsBelow(project.PathWithNamespace, turn.Link.GroupPath)
            || IsBuried(await sent.FindAsync(EntityRefs.Repository(turn.Link, project.Id), cancellationToken), DateTimeOffset.FromUnixTimeMilliseconds(receivedAt)))
        {
            return true;
        }

        var changes = new EntityChanges(turn.Publication, project, fromRead: false);
        var sequence = Sequence(receivedAt);

        switch (hook)
        {
            case MergeRequestHook mergeRequest:
                await MergeRequestAsync(turn, changes, mergeRequest, sequence, cancellationToken);
                break;
            case PushHook { Branch: { } branch } push:
                await BranchAsync(turn, changes, push, branch, sequence, cancellationToken);
                await CommitsAsync(turn, changes, push, sequence, cancellationToken);
                break;
            case PipelineHook { Pipeline.Iid: not null } pipeline:
                await BuildAsync(turn, changes, pipeline, receivedAt, cancellationToken);
                break;
            case FeatureFlagHook flag:
                await FlagAsync(turn, changes, flag, receivedAt, cancellationToken);
                break;
        }

        return true;
    }

    private async Task MergeRequestAsync(Turn turn, EntityChanges changes, MergeRequestHook hook, long sequence, CancellationToken cancellationToken)
    {
        var told = hook.MergeRequest;
        var entity = EntityRefs.MergeRequest(turn.Link, told.ProjectId, told.Id, told.Iid);
        var keys = EntityKeys.OfMergeRequest(told).For(turn.Link);
        var held = await sent.FindAsync(entity, cancellationToken);

        if ((keys.Count == 0 && held is not { Tombstone: false }) || IsBuried(held, told.UpdatedAt) || !await log.TryAdvanceBodyAsync(entity, told.UpdatedAt, cancellationToken))
        {
            return;
        }

        turn.Add(keys.Count > 0
            ? changes.MergeRequest(told, keys, sequence, MayFire(held))
            : EntityChanges.Deletion(turn.Publication, entity, sequence, fromRead: false));

        if (told.SourceProjectId == told.ProjectId && hook.Head is { } head)
        {
            await SourceBranchAsync(turn, changes, told, head, sequence, cancellationToken);
        }
    }

    private async Task SourceBranchAsync(Turn turn, EntityChanges changes, GitLabMergeRequest told, GitLabCommit head, long sequence, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.Branch(turn.Link, told.ProjectId, told.SourceBranch);
        var held = await sent.FindAsync(entity, cancellationToken);
        var keys = EntityKeys.OfBranch(told.SourceBranch, [told]).For(turn.Link);

        if (keys.Count == 0)
        {
            Delete(turn, entity, held, sequence);
        }
        else if (held is { Tombstone: false } || (EntityKeys.OfBranch("", [told]).For(turn.Link).Count > 0 && !IsBuried(held, told.UpdatedAt)))
        {
            // Closed and merged ones never bring their branch back.
            turn.Add(changes.Branch(new GitLabBranch { Name = told.SourceBranch, LastCommit = head }, keys, sequence, MayFire(held)));
        }
    }

    private async Task BranchAsync(Turn turn, EntityChanges changes, PushHook push, string name, long sequence, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.Branch(turn.Link, push.ProjectId, name);
        var held = await sent.FindAsync(entity, cancellationToken);

        if (push.Deletes)
        {
            Delete(turn, entity, held, sequence);
            return;
        }

        // Open merge requests are not in the body; what they gave the branch before, it keeps.
        IReadOnlyList<string> known = held is { Tombstone: false } ? held.Keys : [];
        IReadOnlyList<string> keys = [.. IssueKeys.Extract(name).For(turn.Link).Union(known, StringComparer.Ordinal)];

        // A branch made of an old commit names none: without its last commit there is nothing to send.
        if (keys.Count > 0 && push.Commits.LastOrDefault(commit => string.Equals(commit.Sha, push.After, StringComparison.Ordinal)) is { } head)
        {
            turn.Add(changes.Branch(new GitLabBranch { Name = name, LastCommit = head }, keys, sequence, MayFire(held)));
        }
    }

    private async Task CommitsAsync(Turn turn, EntityChanges changes, PushHook push, long sequence, CancellationToken cancellationToken)
    {
        foreach (var commit in push.Commits)
        {
            if (EntityKeys.OfCommit(commit).For(turn.Link) is { Count: > 0 } keys
                && await sent.FindAsync(EntityRefs.Commit(turn.Link, push.ProjectId, commit.Sha), cancellationToken) is null or { IsConfirmed: false, Tombstone: false })
            {
                turn.Add(changes.Commit(commit, keys, sequence, mayFire: true));
            }
        }
    }

    private async Task BuildAsync(Turn turn, EntityChanges changes, PipelineHook hook, long receivedAt, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.Build(turn.Link, hook.Pipeline);
        var held = await sent.FindAsync(entity, cancellationToken);

        // The description of its merge request is not in the body; what that gave the build before, it keeps.
        IReadOnlyList<string> keys = [.. IssueKeys.Extract([.. hook.Texts]).For(turn.Link).Union(held is { Tombstone: false } ? held.Keys : [], StringComparer.Ordinal)];
        var at = DateTimeOffset.FromUnixTimeMilliseconds(receivedAt);

        if (keys.Count > 0 && !IsBuried(held, at) && await log.TryAdvanceBodyAsync(entity, at, cancellationToken))
        {
            turn.Add(changes.Build(hook.Pipeline with { UpdatedAt = at }, [], tests: null, keys, Sequence(receivedAt)));
        }
    }

    private async Task FlagAsync(Turn turn, EntityChanges changes, FeatureFlagHook hook, long receivedAt, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.FeatureFlag(turn.Link, hook.ProjectId, hook.Flag.Name);
        var held = await sent.FindAsync(entity, cancellationToken);
        var at = DateTimeOffset.FromUnixTimeMilliseconds(receivedAt);

        if (EntityKeys.OfFeatureFlag(hook.Flag).For(turn.Link) is { Count: > 0 } keys)
        {
            if (!IsBuried(held, at) && await log.TryAdvanceBodyAsync(entity, at, cancellationToken))
            {
                turn.Add(changes.FeatureFlag(hook.Flag with { UpdatedAt = at }, keys, Sequence(receivedAt)));
            }
        }
        else
        {
            Delete(turn, entity, held, Sequence(receivedAt));
        }
    }

    private static void Delete(Turn turn, EntityRef entity, SentEntity? held, long sequence)
    {
        if (held is { Tombstone: false })
        {
            turn.Add(EntityChanges.Deletion(turn.Publication, entity, sequence, fromRead: false));
        }
    }

    /// <summary>Late news never bring back what was deleted after them.</summary>
    private static bool IsBuried(SentEntity? held, DateTimeOffset told) => held is { Tombstone: true } && held.SentAt >= told;

    private static bool MayFire(SentEntity? held) => held is not { Tombstone: true };

    private static long Sequence(long receivedAt) => receivedAt * 1000;
}
