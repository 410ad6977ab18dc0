using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Groups;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.Configuration;

/// <summary>How a linking stands.</summary>
/// <param name="Link">The link, when it is made or still being made.</param>
/// <param name="Refusal">Why not; null beside a link.</param>
public sealed record LinkingResult(Link? Link, Refusal? Refusal);

/// <summary>Links a group: row, hook, active, sync, in this order (design 8). Whatever the row says can be taken up again from there, by the timer <see cref="FinishLinks"/>.</summary>
public sealed partial class Linking(
    AccountGrants grants, GitLabGroups groups, IInstances instances, LinkMaking making, LinkHooks hooks, LinkActivity activity, TimeProvider clock, ILogger<Linking> logger)
{
    /// <param name="user">Who links, and where.</param>
    /// <param name="grant">With whose role.</param>
    /// <param name="settings">What the first sync goes by already.</param>
    public async Task<LinkingResult> LinkAsync(PageUser user, Grant grant, long groupId, LinkSettings settings, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await instances.FindAsync(grant.ClientKey, grant.Host, cancellationToken) is not { } instance)
        {
            return No(new(StatusCodes.Status422UnprocessableEntity, Reasons.InstanceUnknown, "The GitLab instance of this site is not known to the app any more."));
        }

        GitLabGroup group;

        try
        {
            var found = await grants.CallAsync(grant, (access, token) => FindAsync(access, grant, groupId, token), cancellationToken);

            if (found.Refusal is { } refusal)
            {
                return No(refusal);
            }

            group = found.Group!;
        }
        catch (GitLabRequestException exception)
        {
            return No(Refusal.Of(exception));
        }

        var now = clock.GetUtcNow();
        var addition = await making.AddAsync(
            new Link
            {
                Id = Guid.NewGuid(),
                ClientKey = user.Installation.ClientKey,
                InstallationEpoch = user.Installation.Epoch,
                Host = GitLabHosts.Normal(grant.Host),
                HostTag = instance.Tag,
                GroupId = group.Id,
                GroupPath = group.FullPath,
                Epoch = 1,
                State = LinkState.Linking,
                LinkedByAccountId = user.AccountId,
                MadeByAccountId = user.AccountId,
                CreatedAt = now,
                StateChangedAt = now,
                Settings = settings,
            },
            cancellationToken);

        return addition.Link is { } link
            ? await FinishAsync(link, durable, cancellationToken)
            : No(InTheWay(addition.Outcome, group, addition.Other!));
    }

    /// <summary>Takes a link in <see cref="LinkState.Linking"/> to its end: active, undone, or, when GitLab does not answer, left as it is.</summary>
    public async Task<LinkingResult> FinishAsync(Link link, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        HookPlacement placement;

        try
        {
            placement = await hooks.PlaceAsync(link, cancellationToken);
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Unavailable or GitLabFailure.RateLimited)
        {
            Log.Waits(logger, link.Id, exception.Failure);
            return new LinkingResult(link, Refusal: null);
        }
        catch (GitLabRequestException exception)
        {
            Log.HookRefused(logger, link.Id, exception.Failure);
            return await UndoAsync(link, Refusal.HookRefused, cancellationToken);
        }
        catch (NoUsableGrantException)
        {
            return await UndoAsync(link, Refusal.NotSignedIn, cancellationToken);
        }

        // The run before its start: a crash in between leaves a run that the timer starts.
        var (run, hooked) = (Guid.NewGuid().ToString("N"), clock.GetUtcNow());
        var activation = await making.ActivateAsync(
            link,
            row => row with { HookKind = placement.Kind, GroupHookId = placement.GroupHookId, HookedAt = hooked, ActiveRunId = run },
            cancellationToken);

        foreach (var taken in activation.TakenOver)
        {
            await LinkStarts.CleanUpAsync(durable, taken, cancellationToken);
        }

        if (activation.Link is not { State: not LinkState.Unlinking } active)
        {
            await hooks.RemoveAsync(link with { HookKind = placement.Kind, GroupHookId = placement.GroupHookId }, cancellationToken);
            return No(new(StatusCodes.Status409Conflict, Reasons.RemovedMeanwhile, "The link was removed, or a group above was linked, while this one was being made."));
        }

        await activity.BeginAsync(active, cancellationToken);
        await LinkStarts.SyncAsync(durable, active, cancellationToken);
        Log.Linked(logger, active.Id, active.GroupId, active.HookKind);
        return new LinkingResult(active, Refusal: null);
    }

    /// <summary>Takes back a link that never became active.</summary>
    public async Task<LinkingResult> UndoAsync(Link link, Refusal refusal, CancellationToken cancellationToken)
    {
        try
        {
            // An answer may have been lost after GitLab had made the hook.
            await hooks.RemoveAsync(link, cancellationToken);
        }
        catch (GitLabRequestException exception)
        {
            Log.HookLeft(logger, link.Id, exception.Failure);
        }

        await making.UndoAsync(link, cancellationToken);
        return No(refusal);
    }

    private async Task<(GitLabGroup? Group, Refusal? Refusal)> FindAsync(GitLabAccess access, Grant grant, long groupId, CancellationToken cancellationToken)
    {
        if (await groups.FindAsync(access, groupId, cancellationToken) is not { } group)
        {
            return await groups.WhatElseAsync(access, groupId, cancellationToken) switch
            {
                NotAGroup.PersonalNamespace => (null, new(StatusCodes.Status422UnprocessableEntity, Reasons.IsAPersonalNamespace, "This is a personal namespace. Only groups and subgroups can be linked.", "groupId")),
                NotAGroup.Project => (null, new(StatusCodes.Status422UnprocessableEntity, Reasons.IsAProject, "This is a project. Only groups and subgroups can be linked.", "groupId")),
                _ => (null, NotFound),
            };
        }

        // One answer for both: whether a group exists is no stranger's business.
        return await groups.RoleAsync(access, groupId, grant.UserId, cancellationToken) >= GitLabGroups.Maintainer ? (group, null) : (null, NotFound);
    }

    private static Refusal NotFound { get; } = new(
        StatusCodes.Status404NotFound, Reasons.GroupNotFound, "Cannot find the group, or you are not a Maintainer or Owner of it. Make sure that you have sufficient permissions in GitLab.");

    private static Refusal InTheWay(LinkAdditionOutcome outcome, GitLabGroup group, Link other) => outcome switch
    {
        LinkAdditionOutcome.AlreadyLinked => new(StatusCodes.Status409Conflict, Reasons.AlreadyLinked, $"The group {group.FullPath} is linked already."),
        LinkAdditionOutcome.Covered => new(StatusCodes.Status409Conflict, Reasons.CoveredByParent, $"The group {group.FullPath} is covered by {other.GroupPath}, which is linked."),
        _ => new(
            StatusCodes.Status409Conflict,
            Reasons.CleanUpRunning,
            $"The data of {other.GroupPath} is still being removed from Jira after it was unlinked. This takes about a quarter of an hour; link the group then."),
    };

    private static LinkingResult No(Refusal refusal) => new(Link: null, refusal);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Linked group {GroupId} as {LinkId} with {Kind} hooks.")]
        public static partial void Linked(ILogger logger, Guid linkId, long groupId, HookKind kind);

        [LoggerMessage(2, LogLevel.Warning, "GitLab refused the hook of link {LinkId}: {Failure}.")]
        public static partial void HookRefused(ILogger logger, Guid linkId, GitLabFailure failure);

        [LoggerMessage(3, LogLevel.Warning, "Link {LinkId} waits for GitLab: {Failure}.")]
        public static partial void Waits(ILogger logger, Guid linkId, GitLabFailure failure);

        [LoggerMessage(4, LogLevel.Warning, "A hook of link {LinkId}, which was undone, may be left at GitLab: {Failure}.")]
        public static partial void HookLeft(ILogger logger, Guid linkId, GitLabFailure failure);
    }
}
