using System.Text.Json;
using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Trail;

namespace GitLabJira.Functions.Relay;

/// <summary>Translates one event: drops what belongs to the past, has the entities looked at, and decides what a failure of GitLab means.</summary>
public sealed partial class EventTranslation(
    ILinks links,
    IInstallations installations,
    IMessageQueue queue,
    IDelivery delivery,
    LookQueue looks,
    ILookLog log,
    EntityTranslations entities,
    IProjectArrivals arrivals,
    LinkActivity activity,
    HookCounts counts,
    ITrail trail,
    TimeProvider clock,
    ILogger<EventTranslation> logger)
{
    private static readonly TimeSpan LinkingPatience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan BodyAfter = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    /// <exception cref="MessageUnreadableException">Nobody can translate this, however often it is tried.</exception>
    public async Task TranslateAsync(OpenedMessage message, CancellationToken cancellationToken)
    {
        var header = message.Header;

        if (header.LinkId is not { } linkId)
        {
            throw new MessageUnreadableException("The message names no link.");
        }

        if (await FindAsync(linkId, header, cancellationToken) is not { } link)
        {
            Log.Dropped(logger, header.Kind, linkId);
            return;
        }

        if (link.State is LinkState.Linking)
        {
            // Its hook stands, but it may still be undone.
            if (Age(header) < LinkingPatience)
            {
                await PostponeAsync(header, message.Body, FirstWait + FirstWait, cancellationToken);
            }

            return;
        }

        switch (header.Kind)
        {
            case MessageKinds.Hook or MessageKinds.FedHook:
                await HookAsync(link, header, message.Body, cancellationToken);
                break;
            case MessageKinds.Look:
                await LookAsync(link, header, message.Body, cancellationToken);
                break;
            default:
                throw new MessageUnreadableException("The message is of an unknown kind.");
        }
    }

    /// <returns>Null when the event is of a link, or an epoch of it, that is over.</returns>
    private async Task<Link?> FindAsync(Guid linkId, MessageHeader header, CancellationToken cancellationToken) =>
        await FindAsync(linkId, header, fresh: false, cancellationToken) ?? await FindAsync(linkId, header, fresh: true, cancellationToken);

    private async Task<Link?> FindAsync(Guid linkId, MessageHeader header, bool fresh, CancellationToken cancellationToken) =>
        await links.FindAsync(linkId, fresh, cancellationToken) is (LinkLookup.Known, { State: not LinkState.Unlinking } link) && (header.Epoch is null || header.Epoch == link.Epoch)
            ? link
            : null;

    /// <summary>An event is dropped only by what the row says now: the app may just have been installed again.</summary>
    private async Task<bool> IsInstalledAsync(Link link, CancellationToken cancellationToken) =>
        IsOf(link, await installations.RecallAsync(link.ClientKey, cancellationToken)) || IsOf(link, await installations.FindAsync(link.ClientKey, fresh: true, cancellationToken));

    private static bool IsOf(Link link, Installation? installation) => installation is { State: InstallationState.Installed } && installation.Epoch == link.InstallationEpoch;

    private async Task HookAsync(Link link, MessageHeader header, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (HookReader.Read(body.Span).Hook is not { } hook)
        {
            throw new MessageUnreadableException("The stored body is not that of a hook.");
        }

        var mayHoldKeys = HookKeys.MayBeIn(hook);

        // Should what names no key matter after all, who delivers asks for the installation.
        if (mayHoldKeys && !await IsInstalledAsync(link, cancellationToken))
        {
            Log.Dropped(logger, header.Kind, link.Id);
            return;
        }

        // What names no key is mostly about nothing: it costs less when it comes again than if each were remembered.
        var known = mayHoldKeys && HookSubjects.EntityOf(link, hook) is { } subject ? await KnownAsync(hook, subject, cancellationToken) : null;

        if (known is not null && header.DeliveryId is { } deliveryId && known.Answered(deliveryId))
        {
            Log.Known(logger, link.Id, deliveryId);
            return;
        }

        // What happens to the group or its members is of no project.
        if (hook is not (GroupHook or MemberHook) && link.Settings.Excludes(hook.ProjectId))
        {
            Log.Excluded(logger, hook.Kind, link.Id, hook.ProjectId);
            Note(link, header, hook, TrailEvent.Excluded);
            return;
        }

        var (wait, fed) = await TryAtItsPlaceAsync(link, header, hook, known, cancellationToken);

        if (wait is { } delay)
        {
            await PostponeAsync(header with { Kind = fed ? MessageKinds.FedHook : header.Kind }, body, delay, cancellationToken);
            return;
        }

        await activity.NoteAsync(link, cancellationToken);
        counts.Add(hook.Kind, HookCounts.Translated);
        Log.Translated(logger, hook.Kind, link.Id, hook.ProjectId, header.DeliveryId);
    }

    /// <summary>Nobody has looked at what was just made, unless its own event comes again: then it is only looked at once more.</summary>
    private async Task<KnownLooks> KnownAsync(GitLabHook hook, EntityRef subject, CancellationToken cancellationToken) =>
        hook is PushHook { Creates: true } or MergeRequestHook { Opens: true } ? log.PresumeNone(subject) : await log.ReadAsync(subject, cancellationToken);

    private async Task<(TimeSpan? Wait, bool Fed)> TryAtItsPlaceAsync(Link link, MessageHeader header, GitLabHook hook, KnownLooks? known, CancellationToken cancellationToken)
    {
        try
        {
            return await TryHookAsync(link, header, hook, known, cancellationToken);
        }
        catch (ProjectElsewhereException)
        {
            // Neither what was read nor what the body says goes to Jira: the event is a late one of the old place.
            Log.Elsewhere(logger, hook.Kind, link.Id, hook.ProjectId);
            Note(link, header, hook, TrailEvent.Elsewhere);
            await LookWhereItIsAsync(link, hook.ProjectId, cancellationToken);
            return (null, true);
        }
    }

    private Task LookWhereItIsAsync(Link link, long projectId, CancellationToken cancellationToken) =>
        looks.RequestAsync(link, LookRequest.At(EntityRefs.Repository(link, projectId)) with { ReadFrom = clock.GetUtcNow().ToUnixTimeMilliseconds() }, TimeSpan.Zero, cancellationToken);

    /// <returns>How long to wait for GitLab, null when the hook is done with; and whether Jira has what its body says.</returns>
    /// <exception cref="ProjectElsewhereException">The project is not under the link any more.</exception>
    private async Task<(TimeSpan? Wait, bool Fed)> TryHookAsync(Link link, MessageHeader header, GitLabHook hook, KnownLooks? known, CancellationToken cancellationToken)
    {
        var turn = NewTurn(new Publication(link, Lane.Live, hook.Kind) { Known = known }, header);
        var subjects = HookSubjects.Of(link, hook);
        Exception? failure = null;

        try
        {
            await entities.HookAsync(turn, hook, cancellationToken);
        }
        catch (Exception refused) when (refused is NoUsableGrantException or GitLabRequestException)
        {
            failure = refused;
        }

        var wait = failure is null ? null : Wait(header, failure);

        if (failure is not null)
        {
            Log.Unread(logger, hook.Kind, link.Id, hook.ProjectId, Describe(failure), wait);
            turn.Trail.Failed(subjects, failure, wait);
        }

        var waitsQuietly = wait is not null && IsPassing(failure) && Age(header) < BodyAfter;
        var fromBody = header.Kind is MessageKinds.Hook && (turn.SawHidden || (failure is not null && !waitsQuietly));

        if (fromBody && !await entities.Bodies.HookAsync(turn, hook, header.ReceivedAt, cancellationToken))
        {
            Log.Poor(logger, hook.Kind, link.Id, hook.ProjectId);
            turn.Trail.Nothing(subjects, TrailEvent.TooPoor);
        }

        if (failure is null)
        {
            turn.Trail.Nothing(subjects);
        }

        // Also what was seen before GitLab failed.
        await turn.CloseAsync(cancellationToken);

        // Nothing tells that a project was moved in but that it speaks.
        if (hook is { ProjectId: not 0 } and not ProjectHook && link.ActiveRunId is null && !await arrivals.IsKnownAsync(link, hook.ProjectId, cancellationToken))
        {
            await LookWhereItIsAsync(link, hook.ProjectId, cancellationToken);
        }

        var repeat = wait is null && header.Kind is MessageKinds.Hook ? turn.RepeatAfter : null;
        await turn.EndAsync(standsForOthers: false, wait is null && repeat is null && known is not null ? header.DeliveryId : null, cancellationToken);

        return repeat is not null ? (repeat, true) : (wait, fromBody || header.Kind is MessageKinds.FedHook);
    }

    private async Task LookAsync(Link link, MessageHeader header, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var request = Parse(body);

        if (!await IsInstalledAsync(link, cancellationToken))
        {
            Log.Dropped(logger, header.Kind, link.Id);
            return;
        }

        // Of what is known by Jira's id alone, GitLab cannot be asked.
        if (request.Name.Length == 0)
        {
            return;
        }

        // What may still stand at Jira of an excluded project goes by a look at its repository.
        if (link.Settings.Excludes(request.ProjectId) && request.Kind is not EntityKind.Repository)
        {
            return;
        }

        var known = request is { ReadFrom: > 0, IsShared: true } ? await log.ReadAsync(request.Entity(link), cancellationToken) : null;

        if (known?.FinishedAt is { } last && last.ToUnixTimeMilliseconds() >= request.ReadFrom)
        {
            return;
        }

        using var priority = request.IsRepair ? Work.As(WorkPriority.Repair) : null;
        var turn = NewTurn(new Publication(link, request.IsRepair ? Lane.Repair : Lane.Live, request.IsRepair ? "repair" : "look") { Known = known }, header);
        var hasSeen = false;

        try
        {
            await entities.LookAsync(turn, request, cancellationToken);
            hasSeen = true;
        }
        catch (ProjectElsewhereException)
        {
            Log.Elsewhere(logger, "look", link.Id, request.ProjectId);
            await LookWhereItIsAsync(link, request.ProjectId, cancellationToken);
            return;
        }
        catch (Exception refused) when (refused is NoUsableGrantException or GitLabRequestException)
        {
            var wait = Wait(header, refused);
            Log.Unread(logger, "look", link.Id, request.ProjectId, Describe(refused), wait);
            turn.Trail.Failed([HookSubjects.Of(link, request)], refused, wait);

            if (wait is { } delay)
            {
                await PostponeAsync(header, body, delay, cancellationToken);
            }
            else if (refused is GitLabRequestException { Failure: GitLabFailure.Forbidden or GitLabFailure.NotFound } && request.Stage < Settling.LastStage)
            {
                turn.LookAgain(request with { Stage = Settling.LastStage, ReadFrom = 0 }, Settling.Settled);
            }
        }

        await turn.CloseAsync(cancellationToken);
        await turn.EndAsync(hasSeen && request.IsShared, deliveryId: null, cancellationToken);

        if (request.IsRepair && turn.Shown > 0)
        {
            Log.Repaired(logger, request.Kind, link.Id, request.ProjectId, turn.Shown);
            await activity.RepairedAsync(link, turn.Shown, cancellationToken);
        }
    }

    /// <returns>Null when waiting does not help, or has lasted long enough.</returns>
    private TimeSpan? Wait(MessageHeader header, Exception failure)
    {
        if (failure is GitLabRequestException { Failure: GitLabFailure.Forbidden or GitLabFailure.NotFound } && header.Kind is MessageKinds.Hook)
        {
            // Once more: a role or an address rule may just be changing.
            return Settling.Settled;
        }

        if (!IsPassing(failure) || Age(header) >= GiveUpAfter)
        {
            return null;
        }

        // What GitLab names is obeyed, however long (design 6.6).
        var wait = (failure as GitLabRequestException)?.RetryAfter ?? Min(FirstWait * Math.Pow(2, Math.Min(header.Attempt, 10)), LongestWait);
        wait = wait < ShortestWait ? ShortestWait : Min(wait, GiveUpAfter);

        // The body goes to Jira in time, whatever GitLab says.
        var left = BodyAfter - Age(header);
        return header.Kind is MessageKinds.Hook && left > TimeSpan.Zero ? Min(wait, left) : wait;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static bool IsPassing(Exception? failure) => failure is GitLabRequestException { Failure: GitLabFailure.RateLimited or GitLabFailure.Unavailable };

    private Turn NewTurn(Publication publication, MessageHeader header) => new(publication, delivery, looks, log, new TurnTrail(trail, publication, header));

    private void Note(Link link, MessageHeader header, GitLabHook hook, TrailEvent why)
    {
        var notes = new TurnTrail(trail, new Publication(link, Lane.Live, hook.Kind), header);
        notes.Nothing(HookSubjects.Of(link, hook), why);
        notes.Close();
    }

    private TimeSpan Age(MessageHeader header) => clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(header.ReceivedAt);

    /// <summary>A new message, so that the wait costs none of the host's attempts.</summary>
    private Task PostponeAsync(MessageHeader header, ReadOnlyMemory<byte> body, TimeSpan delay, CancellationToken cancellationToken)
    {
        AppMetrics.Retried(at: "translate");
        return queue.SendAsync(QueueNames.GitLabEvents, header with { Id = Guid.NewGuid().ToString("N"), Attempt = header.Attempt + 1 }, body, delay, cancellationToken);
    }

    private static LookRequest Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return LookRequest.Parse(body.Span);
        }
        catch (JsonException malformed)
        {
            throw new MessageUnreadableException("The stored body is not a request for a look.", malformed);
        }
    }

    private static string Describe(Exception failure) => failure is GitLabRequestException { Failure: var kind } ? kind.ToString() : nameof(NoUsableGrantException);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Translated {Kind} of link {LinkId}, project {ProjectId}, delivery {DeliveryId}.")]
        public static partial void Translated(ILogger logger, string kind, Guid linkId, long projectId, string? deliveryId);

        [LoggerMessage(2, LogLevel.Information, "Dropped {Kind}: link {LinkId} is gone, or was made anew since.")]
        public static partial void Dropped(ILogger logger, string kind, Guid linkId);

        [LoggerMessage(3, LogLevel.Information, "Delivery {DeliveryId} of link {LinkId} was translated before.")]
        public static partial void Known(ILogger logger, Guid linkId, string deliveryId);

        [LoggerMessage(4, LogLevel.Warning, "GitLab could not be read for {Kind} of link {LinkId}, project {ProjectId}: {Failure}; waiting {Wait}.")]
        public static partial void Unread(ILogger logger, string kind, Guid linkId, long projectId, string failure, TimeSpan? wait);

        [LoggerMessage(6, LogLevel.Information, "Nothing of {Kind} of link {LinkId}: its project {ProjectId} is excluded.")]
        public static partial void Excluded(ILogger logger, string kind, Guid linkId, long projectId);

        [LoggerMessage(7, LogLevel.Information, "Nothing of {Kind} of link {LinkId}: project {ProjectId} is not under it any more.")]
        public static partial void Elsewhere(ILogger logger, string kind, Guid linkId, long projectId);

        [LoggerMessage(8, LogLevel.Information, "Reconcile: {Kind} of link {LinkId}, project {ProjectId} was other than Jira held it; repaired {Count}.")]
        public static partial void Repaired(ILogger logger, EntityKind kind, Guid linkId, long projectId, int count);

        [LoggerMessage(5, LogLevel.Warning, "The body of {Kind} of link {LinkId}, project {ProjectId} lacks what Jira needs.")]
        public static partial void Poor(ILogger logger, string kind, Guid linkId, long projectId);
    }
}
