using System.Globalization;
using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Relay;

/// <summary>What a pipeline's event could have changed: one build.</summary>
public sealed class BuildTranslation(CiReader reader, ISent sent, ILookLog log)
{
    public async Task HookAsync(Turn turn, PipelineHook hook, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.Build(turn.Link, hook.Pipeline);

        if (!await MattersAsync(turn, hook, cancellationToken))
        {
            // So that reconcile knows that its event was heard.
            await log.NoteAsync(entity, cancellationToken);
            return;
        }

        var request = LookRequest.At(entity) with { Told = hook.Pipeline.Status.ToString() };
        var look = await reader.BuildAsync(turn.Publication, entity, hook.Head, cancellationToken);
        Take(turn, look, request);

        if (look.Pipeline is { IsFinished: true })
        {
            // GitLab gathers the tests' reports after it has told of the end.
            turn.LookAgain(request with { Told = null, Stage = Settling.LastStage, ReadFrom = (look.Note.Begun + Settling.Settled).ToUnixTimeMilliseconds() }, Settling.Settled);
        }
    }

    public async Task LookAsync(Turn turn, LookRequest request, CancellationToken cancellationToken) =>
        Take(turn, await reader.BuildAsync(turn.Publication, request.Entity(turn.Link), head: null, cancellationToken), request);

    /// <summary>A build takes keys from its merge requests: when those change, that of the head pipeline follows. Deployments follow with their next event.</summary>
    /// <param name="turn">Takes the changes.</param>
    /// <param name="pipeline">The head pipeline, if there is one.</param>
    /// <param name="before">Keys of the merge request as Jira holds them.</param>
    /// <param name="now">As GitLab shows them: others.</param>
    public async Task FollowAsync(Turn turn, GitLabPipeline? pipeline, IReadOnlyList<string> before, IReadOnlyList<string> now, CancellationToken cancellationToken)
    {
        if (pipeline is not { Iid: not null })
        {
            return;
        }

        var entity = EntityRefs.Build(turn.Link, pipeline);
        var held = await sent.FindAsync(entity, cancellationToken) is { Tombstone: false } living ? living.Keys : [];
        var lost = before.Except(now, StringComparer.Ordinal).ToList();

        if (Follows(held))
        {
            return;
        }

        var look = await reader.BuildAsync(turn.Publication, entity, head: null, cancellationToken);

        // A replica may still show the merge request as it was, and another text may name what this one does not any more.
        turn.Take(look, Follows(look.Change?.Keys ?? []) ? Proof.Proven : Proof.Unclear, LookRequest.At(entity));

        bool Follows(IReadOnlyList<string> keys) => now.All(keys.Contains) && !lost.Exists(keys.Contains);
    }

    /// <summary>
    /// The same once more, two lags later. A replica may have shown the merge request without a pipeline that was just made, and that pipeline's own event the merge request as it was before:
    /// only what is younger than a lag after the change looks at the right texts by itself, and only now is all that is older surely seen.
    /// </summary>
    public async Task FollowAsync(Turn turn, LookRequest mergeRequest, CancellationToken cancellationToken)
    {
        var iid = long.Parse(mergeRequest.Name, CultureInfo.InvariantCulture);

        if (await reader.HeadPipelineAsync(turn.Publication, mergeRequest.ProjectId, iid, cancellationToken) is { Iid: not null } pipeline)
        {
            var entity = EntityRefs.Build(turn.Link, pipeline);
            turn.Take(await reader.BuildAsync(turn.Publication, entity, head: null, cancellationToken), Proof.Proven, LookRequest.At(entity));
        }
    }

    private static void Take(Turn turn, BuildLook look, LookRequest request) => turn.Take(look, request.Weigh(look.Pipeline?.Status.ToString()), request);

    /// <summary>The body lacks the merge requests' descriptions, and closed ones altogether: whether those name a key costs a request. Hardly any comes from the default branch, where most pipelines run; those of a merge request bear the name of its source branch, which may be called so in a fork.</summary>
    private async Task<bool> MattersAsync(Turn turn, PipelineHook hook, CancellationToken cancellationToken) =>
        HookKeys.MayBeIn(hook)
        || await sent.IsHeldAsync(EntityRefs.Build(turn.Link, hook.Pipeline), cancellationToken)
        || (!hook.Pipeline.Tag
            && (hook.Pipeline.MergeRequestIid is not null || !string.Equals(hook.Pipeline.Ref, hook.Project?.DefaultBranch, StringComparison.Ordinal))
            && await reader.IsNamedByMergeRequestAsync(turn.Publication, hook.Pipeline, cancellationToken));
}
