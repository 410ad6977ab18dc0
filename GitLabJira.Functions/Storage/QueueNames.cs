namespace GitLabJira.Functions.Storage;

/// <summary>Names of the storage queues. Triggers use the same constants; their poison queues end in <c>-poison</c>.</summary>
public static class QueueNames
{
    public const string GitLabEvents = "gitlab-events";
    public const string JiraDeliveries = "jira-deliveries";
}
