using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>The only way to Jira for entities. When a call returns, the changes are at Jira or in durable storage.</summary>
public interface IDelivery
{
    /// <summary>Live and repair: sends in this invocation when the site is idle, else appends to the outbox and marks the site dirty. What this process has for a site at the same time goes together.</summary>
    Task SubmitAsync(Link link, Lane lane, IReadOnlyList<EntityChange> changes, CancellationToken cancellationToken);

    /// <summary>Backfill: upserts rows under deterministic keys, never tries the site's lease. Call <see cref="WakeAsync"/> once per wave.</summary>
    Task AppendBackfillAsync(Link link, IReadOnlyList<EntityChange> changes, CancellationToken cancellationToken);

    /// <summary>Makes sure that Deliver looks at the site soon, at all lanes.</summary>
    Task WakeAsync(string clientKey, CancellationToken cancellationToken);
}

/// <summary>Asks for another look at an entity; implemented over the <c>gitlab-events</c> queue.</summary>
public interface ILooks
{
    /// <summary>Looks at the entity again after <paramref name="delay"/>. Used when what was dropped as not newer differs in content, and when content changed twice within a minute (a lagging replica may have answered).</summary>
    Task RequestAsync(EntityRef entity, TimeSpan delay, CancellationToken cancellationToken);
}
