namespace GitLabJira.Functions.Storage;

/// <summary>Names of the storage queues. Triggers use the same constants; their poison queues end in <c>-poison</c>.</summary>
public static class QueueNames
{
    public const string GitLabEvents = "gitlab-events";
    public const string JiraDeliveries = "jira-deliveries";

    /// <summary>Wake-ups for old data, apart so that they stand in nobody's way.</summary>
    public const string JiraBackfill = "jira-backfill";

    /// <summary>One message per link that is to be reconciled.</summary>
    public const string Reconciles = "reconciles";
}
