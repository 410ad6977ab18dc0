using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.Jira.Publishing;

namespace GitLabJira.Functions.Relay;

/// <summary>What a deployment's event could have changed: one deployment. It is always looked at, since its keys stand in commits that no body names.</summary>
public sealed class DeploymentTranslation(CiReader reader)
{
    public async Task HookAsync(Turn turn, DeploymentHook hook, CancellationToken cancellationToken)
    {
        // An approval's state is not the deployment's.
        if (hook.Status is { } status)
        {
            var request = LookRequest.At(EntityRefs.Deployment(turn.Link, hook.ProjectId, hook.DeploymentId)) with { Told = status.ToString() };
            await LookAsync(turn, request, cancellationToken);
        }
    }

    public async Task LookAsync(Turn turn, LookRequest request, CancellationToken cancellationToken)
    {
        var look = await reader.DeploymentAsync(turn.Publication, request.Entity(turn.Link), cancellationToken);
        var proof = request.Weigh(look.Deployment?.Status.ToString());

        // The environment may be as new as the deployment, and its read of another replica, which does not know it yet.
        proof = proof is Proof.Proven && look.Deployment is { Environment.Tier: null } ? Proof.Unclear : proof;
        turn.Take(look, proof, request with { EntityId = look.Entity.EntityId });
    }
}
