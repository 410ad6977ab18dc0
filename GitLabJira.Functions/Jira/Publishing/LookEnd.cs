using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>A look has ended, and all that follows from it is on its way.</summary>
public sealed record LookEnd(EntityRef Entity)
{
    /// <summary>More resends than GitLab makes of one entity's latest events; what is forgotten is only looked at once more.</summary>
    private const int MostDeliveries = 20;

    /// <summary>When it began, if it makes looks needless that were asked for before that. Only now: one that fails, or whose process dies, is made again.</summary>
    public DateTimeOffset? Begun { get; init; }

    /// <summary>As <see cref="KnownLooks.Deliveries"/>, with the one that it answered.</summary>
    public IReadOnlyList<string> Deliveries { get; private init; } = [];

    /// <summary>How a delivery is noted, whatever stands in its header.</summary>
    public static string KeyOf(string deliveryId) => TableKey.Of(deliveryId);

    /// <param name="deliveryId">The event that it has answered.</param>
    /// <param name="before">Those that were answered earlier.</param>
    public LookEnd With(string deliveryId, IReadOnlyList<string> before) => this with { Deliveries = [.. before.Append(KeyOf(deliveryId)).TakeLast(MostDeliveries)] };
}
