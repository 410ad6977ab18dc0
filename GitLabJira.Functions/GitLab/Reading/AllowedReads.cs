namespace GitLabJira.Functions.GitLab.Reading;

/// <summary>For what a project may lack.</summary>
internal static class AllowedReads
{
    /// <summary>For what only adds to an entity: a feature may be off in the project, or above the user's role.</summary>
    /// <returns>Null for 403.</returns>
    public static async Task<T?> IfAllowedAsync<T>(this Task<T?> read)
        where T : class
    {
        try
        {
            return await read;
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Forbidden)
        {
            return null;
        }
    }
}
