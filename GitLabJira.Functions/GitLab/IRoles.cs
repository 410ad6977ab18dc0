using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.GitLab;

/// <summary>Keeps to what people may do at GitLab now, not to what they might when they signed in.</summary>
public interface IRoles
{
    /// <summary>
    /// Somebody's role may have changed: if a grant of the installation is that GitLab user's, GitLab is asked who of them is a Maintainer of the link's group now. The link goes on with the grant of
    /// whoever linked it, else with another's; without any it is put into <see cref="LinkState.NeedsSignIn"/>, which ends when somebody has the role again.
    /// </summary>
    /// <param name="userId">The GitLab user.</param>
    /// <exception cref="GitLabRequestException">GitLab does not tell just now.</exception>
    Task<RoleCheck> CheckRolesAsync(Link link, long userId, CancellationToken cancellationToken);

    /// <summary>The same for whoever the link lives by, when nobody told of a change: hooks of projects do not.</summary>
    /// <exception cref="GitLabRequestException">GitLab does not tell just now.</exception>
    Task<RoleCheck> CheckLinkerAsync(Link link, CancellationToken cancellationToken);
}

/// <summary>What a change of somebody's role means for a link.</summary>
public enum RoleCheck
{
    /// <summary>No grant is that user's.</summary>
    NotOurs,

    /// <summary>The link has a grant whose user is a Maintainer.</summary>
    Kept,

    /// <summary>Somebody has to sign in.</summary>
    Lost,
}
