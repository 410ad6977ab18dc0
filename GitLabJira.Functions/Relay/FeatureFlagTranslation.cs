using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Relay;

/// <summary>What a feature flag's event could have changed: one flag.</summary>
public sealed class FeatureFlagTranslation(CiReader reader, ISent sent)
{
    public async Task HookAsync(Turn turn, FeatureFlagHook hook, CancellationToken cancellationToken)
    {
        var entity = EntityRefs.FeatureFlag(turn.Link, hook.ProjectId, hook.Flag.Name);

        if (EntityKeys.OfFeatureFlag(hook.Flag).For(turn.Link).Count > 0 || await sent.IsHeldAsync(entity, cancellationToken))
        {
            await LookAsync(turn, LookRequest.At(entity) with { Told = Switch(hook.Flag) }, cancellationToken);
        }
    }

    public async Task LookAsync(Turn turn, LookRequest request, CancellationToken cancellationToken)
    {
        var look = await reader.FeatureFlagAsync(turn.Publication, request.ProjectId, request.Name, cancellationToken);

        // GitLab tells before the change can be read; what was told of a flag that has been switched again since never shows.
        turn.Take(look, request.Weigh(look.Flag is { } flag ? Switch(flag) : null), request);
    }

    private static string Switch(GitLabFeatureFlag flag) => flag.Active ? "on" : "off";
}
