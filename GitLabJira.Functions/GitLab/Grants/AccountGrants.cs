using GitLabJira.Functions.GitLab.Groups;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.GitLab.Grants;

/// <summary>The grants of people as the page sees them: signing in, acting, signing out.</summary>
public sealed partial class AccountGrants(GrantStore store, GrantTokens tokens, GitLabOAuth oauth, IInstances instances, ILinks links, TimeProvider clock, ILogger<AccountGrants> logger)
{
    /// <returns>Null when the account is not signed in: it has no grant, left, or GitLab refused the grant for good.</returns>
    public async Task<Grant?> FindAsync(string clientKey, int epoch, Uri host, string accountId, CancellationToken cancellationToken) =>
        await store.FindAsync(clientKey, host, accountId, cancellationToken) is { Dead: false, SignedOut: false } grant && grant.Epoch == epoch ? grant : null;

    /// <summary>Calls GitLab as that very user.</summary>
    /// <exception cref="GitLabRequestException"><see cref="GitLabFailure.Unauthorized"/>: the user has to sign in again. Any other failure of the call.</exception>
    public async Task<T> CallAsync<T>(Grant grant, Func<GitLabAccess, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var usable = await tokens.UsableAsync(grant, cancellationToken) ?? throw SignInAgain();

        try
        {
            return await call(Access(usable), cancellationToken);
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Unauthorized)
        {
            usable = await tokens.AfterRefusalAsync(usable, cancellationToken) ?? throw SignInAgain();
            return await call(Access(usable), cancellationToken);
        }
    }

    /// <summary>Keeps the tokens of a sign-in; replaces whatever the account had for that host, and revives it.</summary>
    public async Task<Grant> SignInAsync(Grant grant, CancellationToken cancellationToken)
    {
        while (true)
        {
            var known = await store.FindAsync(grant.ClientKey, grant.Host, grant.AccountId, cancellationToken);
            var written = await store.TryWriteAsync(grant with { Generation = (known?.Generation ?? 0) + 1, ETag = known?.ETag ?? default }, cancellationToken);

            if (written is not null)
            {
                // The clean-up of an install that has ended looks for its grants in their rows, and this one's is taken over.
                if (known is not null && known.Epoch < grant.Epoch)
                {
                    await RevokeAsync(known, cancellationToken);
                }

                return written;
            }
        }
    }

    /// <summary>Ends the page's session. The grant itself is revoked only if no link lives by it.</summary>
    public async Task SignOutAsync(string clientKey, Uri host, string accountId, CancellationToken cancellationToken)
    {
        while (await store.FindAsync(clientKey, host, accountId, cancellationToken) is { } grant)
        {
            if (await IsUsedAsync(grant, cancellationToken))
            {
                if (grant.SignedOut || await store.TryWriteAsync(grant with { SignedOut = true }, cancellationToken) is not null)
                {
                    return;
                }
            }
            else if (await store.TryDeleteAsync(grant, cancellationToken))
            {
                await RevokeAsync(grant, cancellationToken);
                return;
            }
        }
    }

    /// <summary>Revokes at GitLab, as far as it answers: the pair is of no use to anyone but us, and we have dropped it.</summary>
    internal async Task RevokeAsync(Grant grant, CancellationToken cancellationToken)
    {
        try
        {
            if (!grant.Dead && await instances.FindAsync(grant.ClientKey, grant.Host, cancellationToken) is { } instance)
            {
                await oauth.RevokeAsync(instance, grant.AccessToken, cancellationToken);
            }
        }
        catch (GitLabRequestException exception)
        {
            Log.NotRevoked(logger, exception.Failure);
        }
    }

    internal Grant New(string clientKey, int epoch, Uri host, string accountId, GitLabUser user, TokenPair pair) => GrantTokens.With(
        new Grant
        {
            ClientKey = clientKey,
            Epoch = epoch,
            Host = host,
            AccountId = accountId,
            UserId = user.Id,
            Username = user.Username,
            AccessToken = "",
            RefreshToken = "",
            RefreshAt = default,
            ExpiresAt = default,
        },
        pair,
        clock.GetUtcNow());

    internal static GitLabAccess Access(Grant grant) => new(GitLabHosts.Normal(grant.Host), grant.AccessToken, GrantStore.Row(grant.Host, grant.AccountId));

    /// <summary>A link lives by the grant of whoever linked it, and by any other when that one is gone.</summary>
    private async Task<bool> IsUsedAsync(Grant grant, CancellationToken cancellationToken)
    {
        var living = (await store.ListAsync(grant.ClientKey, grant.Host, fresh: true, cancellationToken))
            .Where(other => !other.Dead)
            .Select(other => other.AccountId)
            .ToHashSet(StringComparer.Ordinal);

        return await links.ListAsync(grant.ClientKey, cancellationToken).AnyAsync(
            link => link.State is not LinkState.Unlinking
                && GitLabHosts.Same(link.Host, grant.Host)
                && (string.Equals(link.LinkedByAccountId, grant.AccountId, StringComparison.Ordinal) || !living.Contains(link.LinkedByAccountId)),
            cancellationToken);
    }

    private static GitLabRequestException SignInAgain() => new(GitLabFailure.Unauthorized, status: null, retryAfter: null);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Could not revoke a GitLab grant: {Failure}. Its tokens are dropped.")]
        public static partial void NotRevoked(ILogger logger, GitLabFailure failure);
    }
}
