using GitLabJira.Functions.Jira.Installations;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>One holding of a site's lease.</summary>
public sealed class SiteSession(SiteLease lease, Installation installation)
{
    public SiteLease Lease { get; } = lease;

    /// <summary>Read again once when Jira refuses its secret.</summary>
    public Installation Installation { get; set; } = installation;

    public bool HasReread { get; set; }

    /// <summary>What came of a call has left news in the outbox.</summary>
    public bool LeavesNews { get; set; }
}
