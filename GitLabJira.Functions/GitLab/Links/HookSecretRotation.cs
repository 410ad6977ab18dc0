using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>Gives a link's hooks another secret now and then: both are valid until each hook was surely written with the newer one.</summary>
/// <remarks>
/// Whoever looks at a hook while two secrets are valid writes it anew (<see cref="HookChecks"/>). Reconcile looks at a group's hook in each round and at a project's once a day, so the hooks of all
/// projects are written when a whole round has begun more than a day after the secret was issued. Where a hook cannot be written, that day begins anew.
/// </remarks>
public sealed partial class HookSecretRotation(LinkStore links, IOptions<ReconcileOptions> options, TimeProvider clock, ILogger<HookSecretRotation> logger)
{
    private static readonly TimeSpan EachWasLookedAt = TimeSpan.FromDays(1);

    /// <param name="link">The link.</param>
    /// <param name="lastRound">When its last whole round of reconcile began; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RotateAsync(Link link, DateTimeOffset? lastRound, CancellationToken cancellationToken)
    {
        if (Next(link, await links.HookSecretsAsync(link, cancellationToken), lastRound) is not null
            && await links.UpdateHookSecretsAsync(link, secrets => Next(link, secrets, lastRound), cancellationToken))
        {
            Log.Rotated(logger, link.Id);
        }
    }

    /// <summary>A hook could not be written: the older secret stays valid as if the newer one were issued now.</summary>
    public async Task PutOffAsync(Link link, CancellationToken cancellationToken)
    {
        if (await links.HookSecretsAsync(link, cancellationToken) is { Count: > 1 })
        {
            await links.UpdateHookSecretsAsync(link, secrets => secrets.Count > 1 ? [secrets[0] with { IssuedAt = clock.GetUtcNow() }, .. secrets.Skip(1)] : null, cancellationToken);
        }
    }

    /// <returns>Null to leave them.</returns>
    private IReadOnlyList<HookSecret>? Next(Link link, IReadOnlyList<HookSecret> secrets, DateTimeOffset? lastRound)
    {
        if (secrets is not [var newest, ..])
        {
            return null;
        }

        var issued = newest.IssuedAt ?? link.CreatedAt;

        if (secrets.Count > 1)
        {
            return lastRound - issued > EachWasLookedAt ? [newest] : null;
        }

        return clock.GetUtcNow() - issued > options.Value.HookSecretLife ? [HookSecret.New(clock.GetUtcNow()), newest] : null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The hook secrets of link {LinkId} were changed.")]
        public static partial void Rotated(ILogger logger, Guid linkId);
    }
}
