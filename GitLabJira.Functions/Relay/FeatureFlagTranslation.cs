using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Relay;

/// <summary>What a feature flag's event could have changed: one flag.</summary>
public sealed class FeatureFlagTranslation(CiReader reader, ISent sent)
{
    private const string On = "on";
    private const string Off = "off";

    public async Task HookAsync(Turn turn, FeatureFlagHook hook, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.FeatureFlag(turn.Link, hook.ProjectId, hook.Flag.Name);

        if (EntityKeys.OfFeatureFlag(hook.Flag).Count > 0 || await sent.FindAsync(entity, cancellationToken) is { Tombstone: false })
        {
            await LookAsync(turn, LookRequest.At(entity) with { Told = hook.Flag.Active ? On : Off }, cancellationToken);
        }
    }

    public async Task LookAsync(Turn turn, LookRequest request, CancellationToken cancellationToken)
    {
        var look = await reader.FeatureFlagAsync(turn.Publication, request.ProjectId, request.Name, cancellationToken);

        // GitLab tells before the change can be read; what was told of a flag that has been switched again since never shows.
        var proof = look.Flag is not { } flag ? Proof.Older
            : request.Told is null || string.Equals(request.Told, flag.Active ? On : Off, StringComparison.Ordinal) ? Proof.Proven
            : Proof.Different;
        await turn.TakeAsync(look, proof, request, cancellationToken);
    }
}
