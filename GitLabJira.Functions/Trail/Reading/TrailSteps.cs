using System.Globalization;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Trail.Reading;

/// <summary>Tells a note step by step: received, read, keys, and where that led.</summary>
public static class TrailSteps
{
    private const int MostListed = 20;

    /// <param name="entity">Position of the entity in the answer.</param>
    public static IEnumerable<TrailStep> Of(TrailNote note, DateTimeOffset at, int? entity)
    {
        if (note.ReceivedAt is { } received)
        {
            yield return new TrailStep(received, entity, TrailReasons.Received, $"GitLab sent a hook of kind {note.Cause}{(note.DeliveryId is { } id ? $" (delivery {id})" : "")}.", DeliveryId: note.DeliveryId, Cause: note.Cause);
        }

        if (Sight(note) is { } sight)
        {
            yield return new TrailStep(at, entity, sight.Reason, sight.Text, Cause: note.Cause);
        }

        if (Keys(note) is { } keys)
        {
            yield return new TrailStep(at, entity, keys.Reason, keys.Text, note.Keys);
        }

        var (reason, text) = End(note);
        yield return new TrailStep(at, entity, reason, text, Sequence: note.Sequence, Lane: note.Lane is { } lane ? Name(lane) : null, Cause: note.ReceivedAt is null ? note.Cause : null);
    }

    private static (string Reason, string Text)? Sight(TrailNote note) => note.Sight switch
    {
        TrailSight.Present => (TrailReasons.Read, "GitLab was asked and showed it."),
        TrailSight.Gone => (TrailReasons.ReadGone, "GitLab was asked and does not have it (any more)."),
        TrailSight.Hidden => (TrailReasons.ReadHidden, "GitLab was asked and shows neither it nor its project (404 or 403)."),
        TrailSight.Body => (TrailReasons.FromBody, "GitLab could not be asked: what the hook's body says was taken."),
        _ => null,
    };

    private static (string Reason, string Text)? Keys(TrailNote note) => note switch
    {
        // Of an end only the keys that count are told; they were found before.
        { Event: not TrailEvent.HandedOver } => null,
        { Keys.Count: 0, KeysBefore.Count: > 0 } => (TrailReasons.KeysLost, $"It names no issue any more; Jira holds it under {List(note.KeysBefore)}."),
        { Keys.Count: > 0, KeysBefore.Count: > 0 } when !note.Keys.Order(StringComparer.Ordinal).SequenceEqual(note.KeysBefore.Order(StringComparer.Ordinal), StringComparer.Ordinal) =>
            (TrailReasons.KeysFound, $"Keys found: {List(note.Keys)}; Jira holds it under {List(note.KeysBefore)}."),
        { Keys.Count: > 0 } => (TrailReasons.KeysFound, $"Keys found: {List(note.Keys)}."),
        _ => null,
    };

    private static (string Reason, string Text) End(TrailNote note) => note.Event switch
    {
        TrailEvent.HandedOver when note.Deletes => (TrailReasons.DeletionHandedOver, "Its deletion was handed over to delivery."),
        TrailEvent.HandedOver => (TrailReasons.HandedOver, note.Wait is { } again ? $"It was handed over to delivery, and is looked at once more in {Words(again)}." : "It was handed over to delivery."),

        TrailEvent.NoKey => (TrailReasons.NoKey, "Nothing is sent: it names no issue key, and Jira holds nothing of it."),
        TrailEvent.Gone => (TrailReasons.Gone, "Nothing is sent: it is gone from GitLab, and Jira holds nothing of it."),
        TrailEvent.HeldAlready => (TrailReasons.HeldAlready, "Nothing is sent: Jira holds it already, and it cannot have changed."),
        TrailEvent.Hidden => (TrailReasons.Hidden, $"Nothing is sent: nobody can tell whether it is gone or only hidden from the linking user.{Again(note)}"),
        TrailEvent.Older => (TrailReasons.Older, $"Not yet sent: GitLab still shows something older than the event.{Again(note)}"),
        TrailEvent.NoNumber => (TrailReasons.NoNumber, "Nothing is sent: GitLab tells no number of it (iid), without which Jira takes none."),
        TrailEvent.NothingToShow => (TrailReasons.NothingToShow, "Nothing is sent: what happened does not show in Jira."),
        TrailEvent.Unread => (TrailReasons.Unread, $"GitLab could not be read ({Failure(note.Detail)}).{Again(note)}"),
        TrailEvent.NeedsSignIn => (TrailReasons.NeedsSignIn, "GitLab could not be read: nobody who is signed in has a role in the group. Sign in again on the configuration page."),
        TrailEvent.TooPoor => (TrailReasons.TooPoor, "Nothing is sent: GitLab could not be read, and the hook's body lacks what Jira needs."),
        TrailEvent.Excluded => (TrailReasons.Excluded, "Nothing is sent: the link's settings leave its project out."),
        TrailEvent.Elsewhere => (TrailReasons.Elsewhere, "Nothing is sent: its project is not in the linked group any more."),
        TrailEvent.Duplicate => (TrailReasons.Duplicate, "Nothing is done: the same delivery was translated before."),

        TrailEvent.Sent when note.Deletes => (TrailReasons.Deleted, "Sent: Jira deleted it."),
        TrailEvent.Sent when note.Detail is { } unknown => (TrailReasons.SentUnknownIssues, $"Sent: Jira took it, but does not know {unknown.Replace(" ", ", ", StringComparison.Ordinal)}. It is sent again for seven days."),
        TrailEvent.Sent => (TrailReasons.Sent, "Sent: Jira took it."),
        TrailEvent.Unchanged => (TrailReasons.Unchanged, "Nothing is sent: Jira holds exactly this."),
        TrailEvent.Superseded => (TrailReasons.Superseded, "Not sent: something newer of it was sent or is on its way."),
        TrailEvent.UnknownIssue => (TrailReasons.UnknownIssue, "Not sent: the site has none of the projects whose keys it names. It is tried again within a day."),
        TrailEvent.Rejected => (TrailReasons.Rejected, note.Detail is { } why ? $"Jira did not take it: {why}" : "Jira did not take it."),
        TrailEvent.Cancelled => (TrailReasons.Cancelled, "Not sent: its link or installation was removed or made anew meanwhile."),
        TrailEvent.Expired => (TrailReasons.Expired, "Not sent: it waited for the site for 14 days."),
        TrailEvent.Unreadable => (TrailReasons.Unreadable, "Not sent: its row in the outbox cannot be opened. The operator finds it among the failures."),
        TrailEvent.Repaired => (TrailReasons.Repaired, string.Create(CultureInfo.InvariantCulture, $"Compared with GitLab: {note.Count ?? 0} repaired.")),
        _ => (note.Event.ToString(), ""),
    };

    private static string Again(TrailNote note) => note.Wait is { } wait ? $" It is looked at again in {Words(wait)}." : "";

    private static string Failure(string? detail) => Enum.TryParse<GitLabFailure>(detail, out var failure) ? failure switch
    {
        GitLabFailure.RateLimited => "it limits our requests",
        GitLabFailure.Unavailable => "it does not answer",
        GitLabFailure.Unauthorized => "it does not accept the sign-in",
        GitLabFailure.Forbidden => "it refuses, 403",
        GitLabFailure.NotFound => "it shows nothing, 404",
        _ => "it refused the request",
    } : "it refused the request";

    private static string Words(TimeSpan wait) => wait < TimeSpan.FromMinutes(2)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(wait.TotalSeconds)} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(wait.TotalMinutes)} min");

    private static string List(IReadOnlyList<string> keys) =>
        string.Join(", ", keys.Take(MostListed)) + (keys.Count > MostListed ? string.Create(CultureInfo.InvariantCulture, $" and {keys.Count - MostListed} more") : "");

    private static string Name(Lane lane) => lane switch
    {
        Lane.Live => "live",
        Lane.Repair => "repair",
        _ => "backfill",
    };
}
