using System.Collections.Concurrent;
using GitLabJira.Functions.GitLab.Groups;
using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.GitLab.Grants;

/// <summary>Calls GitLab for links: first as who linked the group, then as anyone else of the installation who has the role.</summary>
public sealed partial class GrantAccess(GrantStore store, GrantTokens tokens, GitLabGroups groups, ILinks links, TimeProvider clock, ILogger<GrantAccess> logger) : IGrantAccess, IRoles
{
    private const string NeedsSignIn = "No GitLab sign-in works for this group any more.";
    public const string RoleLost = "Nobody who signed in to GitLab is a Maintainer of this group any more.";

    private static readonly TimeSpan RoleLife = TimeSpan.FromMinutes(5);

    // Bounded by grants times groups, which an administrator makes by hand.
    private readonly ConcurrentDictionary<(string Grant, long GroupId), (bool Has, DateTimeOffset Until)> _roles = new();

    public async Task<T> CallAsync<T>(Link link, Func<GitLabAccess, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        GitLabRequestException? later = null;
        var tried = new HashSet<(string Account, int Generation)>();

        // What another process wrote in the last seconds counts before anyone is asked to sign in.
        foreach (var fresh in new[] { false, true })
        {
            if (later is not null)
            {
                break;
            }

            foreach (var candidate in await CandidatesAsync(link, fresh, cancellationToken))
            {
                if (!tried.Add((candidate.AccountId, candidate.Generation)))
                {
                    continue;
                }

                try
                {
                    if (await TryAsync(link, candidate, call, cancellationToken) is { } answer)
                    {
                        if (link.State is LinkState.NeedsSignIn)
                        {
                            await HandOverAsync(link, candidate, cancellationToken);
                        }

                        return answer.Value;
                    }
                }
                catch (GrantWaitsException exception)
                {
                    later = exception.Cause;
                }
            }
        }

        // A grant that GitLab refuses for a moment is no reason to ask anyone to sign in.
        if (later is not null)
        {
            throw later;
        }

        await AskForSignInAsync(link, NeedsSignIn, cancellationToken);
        throw new NoUsableGrantException(link.Id);
    }

    public async Task<RoleCheck> CheckRolesAsync(Link link, long userId, CancellationToken cancellationToken)
    {
        var candidates = (await CandidatesAsync(link, fresh: true, cancellationToken)).ToList();

        if (candidates.TrueForAll(candidate => candidate.UserId != userId))
        {
            return RoleCheck.NotOurs;
        }

        GitLabRequestException? later = null;

        foreach (var candidate in candidates)
        {
            _roles.TryRemove(RoleKey(link, candidate), out _);

            try
            {
                if (await TryAsync(link, candidate, (access, token) => HasRoleAsync(link, candidate, access, token), cancellationToken) is { Value: true })
                {
                    await HandOverAsync(link, candidate, cancellationToken);
                    return RoleCheck.Kept;
                }
            }
            catch (GrantWaitsException exception)
            {
                later = exception.Cause;
            }
        }

        if (later is not null)
        {
            throw later;
        }

        await AskForSignInAsync(link, RoleLost, cancellationToken);
        return RoleCheck.Lost;
    }

    public async Task<RoleCheck> CheckLinkerAsync(Link link, CancellationToken cancellationToken) =>
        (await CandidatesAsync(link, fresh: false, cancellationToken)).FirstOrDefault(candidate => IsLinker(link, candidate)) is { } linker
            ? await CheckRolesAsync(link, linker.UserId, cancellationToken)
            : RoleCheck.NotOurs;

    private async Task<IEnumerable<Grant>> CandidatesAsync(Link link, bool fresh, CancellationToken cancellationToken)
    {
        var grants = await store.ListAsync(link.ClientKey, link.Host, fresh, cancellationToken);

        return grants
            .Where(grant => !grant.Dead && grant.Epoch >= link.InstallationEpoch)
            .OrderByDescending(grant => IsLinker(link, grant));
    }

    /// <returns>Null when this grant is of no use for the link.</returns>
    private async Task<Answer<T>?> TryAsync<T>(Link link, Grant candidate, Func<GitLabAccess, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        if (await WaitingAsync(() => tokens.UsableAsync(candidate, cancellationToken)) is not { } grant)
        {
            return null;
        }

        for (var refreshed = false; ; refreshed = true)
        {
            var access = AccountGrants.Access(grant);

            try
            {
                // Who linked the group had the role then, and has it until we hear otherwise; of anyone else we do not know.
                if ((!IsLinker(link, grant) || link.State is LinkState.NeedsSignIn) && !await HasRoleAsync(link, grant, access, cancellationToken))
                {
                    return null;
                }

                var answer = new Answer<T>(await call(access, cancellationToken));

                if (grant.Refusals > 0)
                {
                    await tokens.WorkedAsync(grant, cancellationToken);
                }

                return answer;
            }
            catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Unauthorized)
            {
                if (refreshed)
                {
                    return await tokens.RefusedTwiceAsync(grant, cancellationToken) is { } wait
                        ? throw new GrantWaitsException(new GitLabRequestException(GitLabFailure.Unavailable, exception.Status, wait, exception))
                        : null;
                }

                if (await WaitingAsync(() => tokens.AfterRefusalAsync(grant, cancellationToken)) is not { } next)
                {
                    return null;
                }

                grant = next;
            }
            catch (GitLabRequestException exception) when (
                exception.Failure is GitLabFailure.Forbidden or GitLabFailure.NotFound && IsLinker(link, grant))
            {
                // The entity may be gone, or the user's role: then somebody else may still see it.
                if (await HasRoleAsync(link, grant, access, cancellationToken))
                {
                    throw;
                }

                return null;
            }
        }
    }

    private async Task<bool> HasRoleAsync(Link link, Grant grant, GitLabAccess access, CancellationToken cancellationToken)
    {
        var key = RoleKey(link, grant);
        var now = clock.GetUtcNow();

        if (_roles.TryGetValue(key, out var known) && now < known.Until)
        {
            return known.Has;
        }

        bool has;

        try
        {
            has = await groups.RoleAsync(access, link.GroupId, grant.UserId, cancellationToken) >= GitLabGroups.Maintainer;
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Forbidden)
        {
            has = false;
        }

        _roles[key] = (has, now + RoleLife);
        return has;
    }

    private static (string Grant, long GroupId) RoleKey(Link link, Grant grant) => ($"{grant.ClientKey} {GrantStore.Row(grant.Host, grant.AccountId)}", link.GroupId);

    private async Task AskForSignInAsync(Link link, string reason, CancellationToken cancellationToken)
    {
        var changed = false;
        await links.UpdateAsync(
            link.ClientKey,
            link.Id,
            row => (changed = row.State is LinkState.Active) ? row with { State = LinkState.NeedsSignIn, StateReason = reason } : null,
            cancellationToken);

        if (changed)
        {
            Log.NeedsSignIn(logger, link.Id);
        }
    }

    /// <summary>The link lives by this grant from now on: the others are asked for their role with every call, and who lost it must not be called as again.</summary>
    private async Task HandOverAsync(Link link, Grant grant, CancellationToken cancellationToken)
    {
        var handedOver = false;
        await links.UpdateAsync(
            link.ClientKey,
            link.Id,
            row =>
            {
                var waits = row.State is LinkState.NeedsSignIn;
                handedOver = !IsLinker(row, grant) && (waits || row.State is LinkState.Active);

                return handedOver || waits
                    ? row with { LinkedByAccountId = grant.AccountId, State = waits ? LinkState.Active : row.State, StateReason = waits ? null : row.StateReason }
                    : null;
            },
            cancellationToken);

        if (handedOver)
        {
            Log.HandedOver(logger, link.Id);
        }
    }

    private static async Task<Grant?> WaitingAsync(Func<Task<Grant?>> refresh)
    {
        try
        {
            return await refresh();
        }
        catch (GitLabRequestException exception)
        {
            throw new GrantWaitsException(exception);
        }
    }

    private static bool IsLinker(Link link, Grant grant) => string.Equals(grant.AccountId, link.LinkedByAccountId, StringComparison.Ordinal);

    private sealed record Answer<T>(T Value);

    /// <summary>Tells a grant that has to wait from a call that failed.</summary>
    private sealed class GrantWaitsException(GitLabRequestException cause) : Exception(cause.Message, cause)
    {
        public GitLabRequestException Cause { get; } = cause;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Link {LinkId} has no usable GitLab grant; someone has to sign in.")]
        public static partial void NeedsSignIn(ILogger logger, Guid linkId);

        [LoggerMessage(2, LogLevel.Information, "Link {LinkId} goes on with another GitLab grant: the user of the one before is no Maintainer any more.")]
        public static partial void HandedOver(ILogger logger, Guid linkId);
    }
}
