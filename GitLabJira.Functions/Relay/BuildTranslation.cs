using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.Jira.Keys;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Relay;

/// <summary>What a pipeline's event could have changed: one build.</summary>
public sealed class BuildTranslation(CiReader reader, ISent sent)
{
    public async Task HookAsync(Turn turn, PipelineHook hook, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.Build(turn.Link, hook.Pipeline);

        if (!await MattersAsync(turn, hook, cancellationToken))
        {
            return;
        }

        var request = LookRequest.At(entity) with { Told = hook.Pipeline.Status.ToString() };
        var look = await reader.BuildAsync(turn.Publication, entity, hook.Head, cancellationToken);
        await TakeAsync(turn, look, request, cancellationToken);

        if (look.Pipeline is { IsFinished: true })
        {
            // GitLab gathers the tests' reports after it has told of the end.
            turn.LookAgain(request with { Told = null, Stage = Settling.LastStage, ReadFrom = (look.Note.Begun + Settling.Settled).ToUnixTimeMilliseconds() }, Settling.Settled);
        }
    }

    public async Task LookAsync(Turn turn, LookRequest request, CancellationToken cancellationToken) =>
        await TakeAsync(turn, await reader.BuildAsync(turn.Publication, request.Entity(turn.Link), head: null, cancellationToken), request, cancellationToken);

    private static Task TakeAsync(Turn turn, BuildLook look, LookRequest request, CancellationToken cancellationToken) =>
        turn.TakeAsync(look, request.Weigh(look.Pipeline?.Status.ToString()), request, cancellationToken);

    /// <summary>The body lacks the merge request's description; a key in there has brought the source branch to Jira.</summary>
    private async Task<bool> MattersAsync(Turn turn, PipelineHook hook, CancellationToken cancellationToken) =>
        hook.Texts.Any(text => IssueKeys.ContainsAny(text))
        || await sent.FindAsync(EntityRefs.Build(turn.Link, hook.Pipeline), cancellationToken) is { Tombstone: false }
        || (!hook.Pipeline.Tag && await sent.FindAsync(EntityRefs.Branch(turn.Link, hook.ProjectId, hook.Pipeline.SourceBranch ?? hook.Pipeline.Ref), cancellationToken) is { Tombstone: false });
}
