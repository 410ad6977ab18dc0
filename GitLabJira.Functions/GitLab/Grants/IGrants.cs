namespace GitLabJira.Functions.GitLab.Grants;

/// <summary>Ends the grants of a site that has gone.</summary>
public interface IGrants
{
    /// <summary>Revokes at GitLab, as far as it answers, and removes every grant of the installation that was made under <paramref name="epoch"/> or an earlier one; what a newer install got stays. Sign-ins under way and the site's own OAuth applications go as well. Idempotent.</summary>
    Task RevokeAllAsync(string clientKey, int epoch, CancellationToken cancellationToken);
}
