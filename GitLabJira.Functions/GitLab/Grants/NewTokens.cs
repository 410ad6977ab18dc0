using GitLabJira.Functions.GitLab.Groups;
using GitLabJira.Functions.GitLab.Instances;

namespace GitLabJira.Functions.GitLab.Grants;

/// <summary>Whose tokens GitLab has just given.</summary>
internal static class NewTokens
{
    private static readonly TimeSpan[] Retries = [TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)];

    /// <summary>A replica may not know the token in its first moment, so a refusal is asked again.</summary>
    /// <returns>Null when GitLab does not say.</returns>
    public static async Task<GitLabUser?> WhoAsync(this GitLabGroups groups, GitLabInstance instance, TokenPair pair, TimeProvider clock, CancellationToken cancellationToken)
    {
        var access = new GitLabAccess(instance.Host, pair.AccessToken, GrantKey: "sign-in");

        foreach (var wait in Retries)
        {
            try
            {
                return await groups.CurrentUserAsync(access, cancellationToken);
            }
            catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Unauthorized)
            {
                await Task.Delay(wait, clock, cancellationToken);
            }
        }

        try
        {
            return await groups.CurrentUserAsync(access, cancellationToken);
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Unauthorized)
        {
            return null;
        }
    }
}
