using GitLabJira.Functions.Jira.Publishing;

namespace GitLabJira.Functions.Relay;

/// <summary>Looks at a branch on behalf of a push, a merge request or a further look.</summary>
public sealed class BranchTranslation(EntityReader reader)
{
    /// <returns>What was seen.</returns>
    public async Task<(BranchLook Look, Proof Proof)> LookAsync(Turn turn, LookRequest request, CancellationToken cancellationToken)
    {
        var look = await reader.BranchAsync(turn.Publication, request.ProjectId, request.Name, request.WasKeyed, cancellationToken);

        // Without an event that tells of it, a branch that is not to be seen is looked for once more before it counts as gone.
        var proof = request.Branch?.Weigh(look) ?? (look.Branch is null ? Proof.Older : Proof.Proven);

        turn.Take(look, proof, request);
        return (look, proof);
    }
}
