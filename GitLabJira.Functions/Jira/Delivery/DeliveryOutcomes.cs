using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Outbox;
using GitLabJira.Functions.Trail;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>How a change ends. Each ends in one of these ways, and <see cref="DeliveryOutcomes"/> hears of it.</summary>
public enum DeliveryOutcome
{
    /// <summary>Jira took it.</summary>
    Sent,

    /// <summary>Jira held it already.</summary>
    Unchanged,

    /// <summary>Something newer of the same entity went instead.</summary>
    Superseded,

    /// <summary>It names only issues of projects that the site does not have.</summary>
    Skipped,

    /// <summary>Jira did not take this one entity.</summary>
    Rejected,

    /// <summary>Its row cannot be opened; it stands among the failures.</summary>
    Unreadable,

    /// <summary>Its link or installation is not there any more.</summary>
    Cancelled,

    /// <summary>It waited for 14 days.</summary>
    Expired,
}

/// <summary>The one place that knows how each change ended. Logs hear ids only: what Jira says about an entity may quote it, and goes to the trail without what it quotes.</summary>
public sealed partial class DeliveryOutcomes(ITrail trail, ILogger<DeliveryOutcomes> logger)
{
    /// <param name="detail">For the trail: a code, an id, or what <see cref="JiraMessage"/> left.</param>
    public void Record(DeliveryOutcome outcome, EntityChange change, string? detail = null) =>
        Record(outcome, TrailSubject.Of(change.Entity), change.Sequence, change.Cause, detail, change);

    /// <summary>For a row whose change cannot be told, or need not.</summary>
    public void Record(DeliveryOutcome outcome, OutboxRow row, string? detail = null) =>
        Record(outcome, new TrailSubject(row.LinkId, row.ProjectId, row.Kind, row.EntityId), row.Sequence, cause: "", detail, change: null);

    private void Record(DeliveryOutcome outcome, TrailSubject subject, long sequence, string cause, string? detail, EntityChange? change)
    {
        trail.Add(new TrailNote
        {
            Subject = subject,
            Event = Event(outcome),
            Cause = cause.Length > 0 ? cause : null,
            Sequence = sequence,
            Keys = change?.Keys ?? [],
            Deletes = change is { Body: null },
            Detail = detail,
        });

        switch (outcome)
        {
            case DeliveryOutcome.Rejected:
                Log.Rejected(logger, subject.Kind, subject.EntityId, subject.ProjectId, subject.LinkId, sequence, cause);
                break;
            case DeliveryOutcome.Expired:
                Log.Expired(logger, subject.Kind, subject.EntityId, subject.ProjectId, subject.LinkId, sequence);
                break;
            default:
                Log.Ended(logger, subject.Kind, subject.EntityId, subject.ProjectId, subject.LinkId, sequence, outcome, cause);
                break;
        }
    }

    private static TrailEvent Event(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Sent => TrailEvent.Sent,
        DeliveryOutcome.Unchanged => TrailEvent.Unchanged,
        DeliveryOutcome.Superseded => TrailEvent.Superseded,
        DeliveryOutcome.Skipped => TrailEvent.UnknownIssue,
        DeliveryOutcome.Cancelled => TrailEvent.Cancelled,
        DeliveryOutcome.Expired => TrailEvent.Expired,
        DeliveryOutcome.Unreadable => TrailEvent.Unreadable,
        _ => TrailEvent.Rejected,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "{Kind} {EntityId} of project {ProjectId}, link {LinkId}, sequence {Sequence}: {Outcome} ({Cause}).")]
        public static partial void Ended(ILogger logger, EntityKind? kind, string entityId, long projectId, Guid linkId, long sequence, DeliveryOutcome outcome, string cause);

        [LoggerMessage(2, LogLevel.Error, "{Kind} {EntityId} of project {ProjectId}, link {LinkId}, sequence {Sequence} was rejected ({Cause}).")]
        public static partial void Rejected(ILogger logger, EntityKind? kind, string entityId, long projectId, Guid linkId, long sequence, string cause);

        [LoggerMessage(3, LogLevel.Warning, "{Kind} {EntityId} of project {ProjectId}, link {LinkId}, sequence {Sequence} waited for 14 days and was dropped.")]
        public static partial void Expired(ILogger logger, EntityKind? kind, string entityId, long projectId, Guid linkId, long sequence);
    }
}
