using GitLabJira.Functions.GitLab.Instances;

namespace GitLabJira.Functions.GitLab.Grants;

/// <summary>Keeps grants usable: refreshes each token pair once, whoever asks for it, and tells a passing refusal from a final one.</summary>
/// <remarks>GitLab ends the old pair at once and knows no grace (gl#364111), so one refresher at a time claims the row; and its look-up may hit a lagging replica (gl#599181), so a refused token is tried again before anyone has to sign in.</remarks>
public sealed partial class GrantTokens(GrantStore store, GitLabOAuth oauth, IInstances instances, TimeProvider clock, ILogger<GrantTokens> logger)
{
    /// <summary>The share of a token's life after which it is refreshed.</summary>
    private const double RefreshShare = 0.75;

    private static readonly TimeSpan Claim = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    /// <summary>When the same token is tried again after a refusal; after the last one the grant is dead.</summary>
    private static readonly TimeSpan[] Retries = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5)];

    /// <summary>Before a call: the grant with a token to use, refreshed when that is due.</summary>
    /// <returns>Null when the grant is of no use any more.</returns>
    /// <exception cref="GitLabRequestException">It cannot be refreshed right now, but may be later (with <see cref="GitLabRequestException.RetryAfter"/>).</exception>
    public async Task<Grant?> UsableAsync(Grant known, CancellationToken cancellationToken)
    {
        if (known.Dead)
        {
            return null;
        }

        return clock.GetUtcNow() < known.RefreshAt ? known : await RefreshAsync(known, mustChange: false, cancellationToken);
    }

    /// <summary>After a 401: somebody else's newer token, or one of our own refresh.</summary>
    /// <inheritdoc cref="UsableAsync"/>
    public Task<Grant?> AfterRefusalAsync(Grant refused, CancellationToken cancellationToken) => RefreshAsync(refused, mustChange: true, cancellationToken);

    /// <summary>A fresh token was refused too: the user is blocked, or a replica lags.</summary>
    /// <returns>When to try again; null when the grant is dead now.</returns>
    public async Task<TimeSpan?> RefusedTwiceAsync(Grant refused, CancellationToken cancellationToken)
    {
        while (await FindAsync(refused, cancellationToken) is { Dead: false } row && row.Generation == refused.Generation)
        {
            if (row.RetryRefreshAt is { } at && at > clock.GetUtcNow())
            {
                return at - clock.GetUtcNow();
            }

            if (await store.TryWriteAsync(AfterRefusal(row), cancellationToken) is { } written)
            {
                return Announce(written);
            }
        }

        return TimeSpan.Zero;
    }

    /// <summary>A call went through: earlier refusals were passing ones.</summary>
    public async Task WorkedAsync(Grant grant, CancellationToken cancellationToken)
    {
        while (await FindAsync(grant, cancellationToken) is { Refusals: > 0 } row && row.Generation == grant.Generation)
        {
            if (await store.TryWriteAsync(row with { Refusals = 0, RetryRefreshAt = null }, cancellationToken) is not null)
            {
                return;
            }
        }
    }

    /// <summary>Puts a token pair into a grant.</summary>
    public static Grant With(Grant grant, TokenPair pair, DateTimeOffset now) => grant with
    {
        AccessToken = pair.AccessToken,
        RefreshToken = pair.RefreshToken,
        RefreshAt = now + (pair.Life * RefreshShare),
        ExpiresAt = now + pair.Life,
        Generation = grant.Generation + 1,
        RefreshingUntil = null,
        RetryRefreshAt = null,
        Dead = false,
    };

    /// <param name="mustChange">The known token was refused; else it serves until it expires.</param>
    private async Task<Grant?> RefreshAsync(Grant known, bool mustChange, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The row first: another process may have been here.
            if (await FindAsync(known, cancellationToken) is not { Dead: false } row)
            {
                return null;
            }

            var now = clock.GetUtcNow();

            if (row.Generation != known.Generation && now < row.RefreshAt)
            {
                return row;
            }

            var serves = now < row.ExpiresAt && (!mustChange || row.Generation != known.Generation);

            if (row.RetryRefreshAt > now)
            {
                return serves ? row : throw Later(row.RetryRefreshAt.Value - now);
            }

            if (row.RefreshingUntil > now)
            {
                if (serves)
                {
                    return row;
                }

                await Task.Delay(Glance, clock, cancellationToken);
                continue;
            }

            if (await instances.FindAsync(row.ClientKey, row.Host, cancellationToken) is not { } instance)
            {
                return null;
            }

            if (await store.TryWriteAsync(row with { RefreshingUntil = now + Claim }, cancellationToken) is { } claimed)
            {
                return await RefreshAsync(instance, claimed, serves);
            }
        }
    }

    /// <summary>From here on nothing is cancelled: GitLab may have ended the old pair already.</summary>
    private async Task<Grant?> RefreshAsync(GitLabInstance instance, Grant claimed, bool serves)
    {
        try
        {
            var pair = await oauth.RefreshAsync(instance, claimed.RefreshToken, CancellationToken.None);
            return await SaveAsync(instance, claimed, pair);
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Unauthorized)
        {
            var row = await ChangeAsync(claimed, AfterRefusal);

            if (row is null or { Dead: true } || row.Generation != claimed.Generation)
            {
                return row is { Dead: false } ? row : null;
            }

            return serves ? row : throw Later(row.RetryRefreshAt - clock.GetUtcNow());
        }
        catch (GitLabRequestException exception)
        {
            await ChangeAsync(claimed, row => row with { RefreshingUntil = null });
            Log.NotRefreshed(logger, exception.Failure);
            return serves ? claimed : throw Later(exception.RetryAfter, exception);
        }
    }

    /// <summary>Writes the new pair whatever else was written meanwhile; only a newer sign-in outdoes it, and a grant that was taken back.</summary>
    private async Task<Grant?> SaveAsync(GitLabInstance instance, Grant claimed, TokenPair pair)
    {
        var saved = await ChangeAsync(claimed, row => With(row, pair, clock.GetUtcNow()));

        if (saved is not null && string.Equals(saved.AccessToken, pair.AccessToken, StringComparison.Ordinal))
        {
            Log.Refreshed(logger, saved.Generation);
            return saved;
        }

        // Nobody will use this pair.
        try
        {
            await oauth.RevokeAsync(instance, pair.AccessToken, CancellationToken.None);
        }
        catch (GitLabRequestException exception)
        {
            Log.NotRevoked(logger, exception.Failure);
        }

        return saved;
    }

    /// <summary>Changes the row as long as it is of the same generation.</summary>
    /// <returns>The row as it stands now.</returns>
    private async Task<Grant?> ChangeAsync(Grant claimed, Func<Grant, Grant> change)
    {
        Grant? row = claimed;

        while (row is { Dead: false } && row.Generation == claimed.Generation)
        {
            if (await store.TryWriteAsync(change(row), CancellationToken.None) is { } written)
            {
                Announce(written);
                return written;
            }

            row = await FindAsync(claimed, CancellationToken.None);
        }

        return row;
    }

    private Grant AfterRefusal(Grant row) => row with
    {
        RefreshingUntil = null,
        Refusals = row.Refusals + 1,
        RetryRefreshAt = row.Refusals < Retries.Length ? clock.GetUtcNow() + Retries[row.Refusals] : null,
        Dead = row.Refusals >= Retries.Length,
    };

    private TimeSpan? Announce(Grant written)
    {
        if (written.Dead)
        {
            Log.Died(logger, written.Generation);
            return null;
        }

        return written.RetryRefreshAt is { } at ? at - clock.GetUtcNow() : TimeSpan.Zero;
    }

    private Task<Grant?> FindAsync(Grant grant, CancellationToken cancellationToken) =>
        store.FindAsync(grant.ClientKey, grant.Host, grant.AccountId, cancellationToken);

    private static GitLabRequestException Later(TimeSpan? wait, GitLabRequestException? inner = null) =>
        new(inner?.Failure is GitLabFailure.RateLimited ? GitLabFailure.RateLimited : GitLabFailure.Unavailable, inner?.Status, wait, inner);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Refreshed a GitLab grant; generation {Generation}.")]
        public static partial void Refreshed(ILogger logger, int generation);

        [LoggerMessage(2, LogLevel.Warning, "Could not refresh a GitLab grant: {Failure}.")]
        public static partial void NotRefreshed(ILogger logger, GitLabFailure failure);

        [LoggerMessage(3, LogLevel.Warning, "GitLab refused a grant for good; generation {Generation}.")]
        public static partial void Died(ILogger logger, int generation);

        [LoggerMessage(4, LogLevel.Warning, "Could not revoke a token pair that nobody will use: {Failure}.")]
        public static partial void NotRevoked(ILogger logger, GitLabFailure failure);
    }
}
