using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>The tables <c>Deliveries</c>yyyyMMdd: what was translated and looked at lately, three days of it.</summary>
public static class DeliveryTable
{
    public const string Name = "Deliveries";

    public static TimeSpan KeptFor { get; } = TimeSpan.FromDays(3);

    public static string PartitionKey(Guid linkId) => TableKey.Of(linkId.ToString("N"));
}
