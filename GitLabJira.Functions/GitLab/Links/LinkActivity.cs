using GitLabJira.Functions.Storage;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>Tells reconcile of a link what others see: that something happens under it, or that something was not as Jira held it.</summary>
public sealed class LinkActivity(RepairStore states, IOptions<ReconcileOptions> options, TimeProvider clock)
{
    /// <summary>So much later than it could a look may come: less than the quarter of an hour that it is off in any case.</summary>
    private static readonly TimeSpan KnownFor = TimeSpan.FromMinutes(10);

    private readonly RowCache<RepairState> _known = new(clock, KnownFor);

    private TimeSpan Soon => options.Value.Shortest;

    /// <summary>A link stands from now on.</summary>
    public Task BeginAsync(Link link, CancellationToken cancellationToken)
    {
        var due = clock.GetUtcNow() + Soon;
        return states.UpdateAsync(link.ClientKey, link.Id, state => state.DueAt is null ? state with { DueAt = due } : null, cancellationToken);
    }

    /// <summary>Brings the next look forward, if it is far off. Called with every event, so it reads a row every ten minutes at most.</summary>
    public async Task NoteAsync(Link link, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        if (await _known.GetAsync(link.Id.ToString("N"), fresh: false, token => states.FindAsync(link.Id, token), cancellationToken) is { DueAt: { } due } && due > now + Soon)
        {
            await states.UpdateAsync(
                link.ClientKey,
                link.Id,
                state => state.DueAt > now + Soon && state.RoundAt is null ? state with { DueAt = now + Soon, Quiet = 0 } : null,
                cancellationToken);
            _known.Forget(link.Id.ToString("N"));
        }
    }

    /// <summary>Asks for a look now, at the hook too.</summary>
    /// <param name="hasGap">The hook told nothing for a while.</param>
    public Task LookNowAsync(Link link, bool hasGap, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return states.UpdateAsync(link.ClientKey, link.Id, state => state with { DueAt = now, Quiet = 0, HasGap = state.HasGap || hasGap, Hook = null, HookAt = null }, cancellationToken);
    }

    /// <summary>Counts what was other at Jira than in GitLab.</summary>
    public Task RepairedAsync(Link link, int count, CancellationToken cancellationToken) =>
        states.UpdateAsync(link.ClientKey, link.Id, state => state with { Repaired = state.Repaired + count }, cancellationToken);
}
