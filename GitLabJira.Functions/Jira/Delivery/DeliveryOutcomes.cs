using GitLabJira.Functions.Jira.Entities;

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

    /// <summary>Jira did not take this one entity, or nobody could have sent it.</summary>
    Rejected,

    /// <summary>Its link or installation is not there any more.</summary>
    Cancelled,

    /// <summary>It waited for 14 days.</summary>
    Expired,
}

/// <summary>The one place that knows how each change ended, with ids only: what Jira says about an entity may quote it.</summary>
public sealed partial class DeliveryOutcomes(ILogger<DeliveryOutcomes> logger)
{
    public void Record(DeliveryOutcome outcome, Guid linkId, long projectId, EntityKind kind, string entityId, long sequence, string cause = "")
    {
        switch (outcome)
        {
            case DeliveryOutcome.Rejected:
                Log.Rejected(logger, kind, entityId, projectId, linkId, sequence, cause);
                break;
            case DeliveryOutcome.Expired:
                Log.Expired(logger, kind, entityId, projectId, linkId, sequence);
                break;
            default:
                Log.Ended(logger, kind, entityId, projectId, linkId, sequence, outcome, cause);
                break;
        }
    }

    public void Record(DeliveryOutcome outcome, EntityChange change) =>
        Record(outcome, change.Entity.Link.Id, change.Entity.ProjectId, change.Entity.Kind, change.Entity.EntityId, change.Sequence, change.Cause);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "{Kind} {EntityId} of project {ProjectId}, link {LinkId}, sequence {Sequence}: {Outcome} ({Cause}).")]
        public static partial void Ended(ILogger logger, EntityKind kind, string entityId, long projectId, Guid linkId, long sequence, DeliveryOutcome outcome, string cause);

        [LoggerMessage(2, LogLevel.Error, "{Kind} {EntityId} of project {ProjectId}, link {LinkId}, sequence {Sequence} was rejected ({Cause}).")]
        public static partial void Rejected(ILogger logger, EntityKind kind, string entityId, long projectId, Guid linkId, long sequence, string cause);

        [LoggerMessage(3, LogLevel.Warning, "{Kind} {EntityId} of project {ProjectId}, link {LinkId}, sequence {Sequence} waited for 14 days and was dropped.")]
        public static partial void Expired(ILogger logger, EntityKind kind, string entityId, long projectId, Guid linkId, long sequence);
    }
}
