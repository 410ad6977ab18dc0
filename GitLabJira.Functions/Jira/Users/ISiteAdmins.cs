using GitLabJira.Functions.Jira.Installations;

namespace GitLabJira.Functions.Jira.Users;

public enum SiteAdminVerdict
{
    Admin,

    /// <summary>The user is in none of the groups that make a site admin.</summary>
    NotAdmin,

    /// <summary>Jira does not show the user (unknown, inactive, permissions of the app).</summary>
    CouldNotFetchUser,

    /// <summary>Jira does not answer.</summary>
    NoAnswer,
}

/// <summary>Decides whether a user may change or see what belongs to a site (design 6.10): members of the site's or organization's admin group.</summary>
public interface ISiteAdmins
{
    /// <summary>For showing: a yes holds 60 s.</summary>
    Task<SiteAdminVerdict> CheckForReadAsync(Installation installation, string accountId, CancellationToken cancellationToken);

    /// <summary>For changing: Jira is asked each time.</summary>
    Task<SiteAdminVerdict> CheckForChangeAsync(Installation installation, string accountId, CancellationToken cancellationToken);
}
