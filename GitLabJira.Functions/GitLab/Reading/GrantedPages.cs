using System.Runtime.CompilerServices;
using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.GitLab.Reading;

/// <summary>Reads lists page by page, each page as a call with a grant of its own.</summary>
internal static class GrantedPages
{
    /// <summary>The pages of a list, each read when it is asked for.</summary>
    public static async IAsyncEnumerable<ListPage<T>> PagesAsync<T>(
        this IGrantAccess grants, Link link, Func<GitLabAccess, Uri?, CancellationToken, Task<ListPage<T>>> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Uri? page = null;

        do
        {
            var next = page;
            var answer = await grants.CallAsync(link, (access, token) => read(access, next, token), cancellationToken);
            yield return answer;
            page = answer.Next;
        }
        while (page is not null);
    }

    /// <summary>All of a list.</summary>
    /// <returns>Null when GitLab refuses it: the user may not see such things, or the project has none.</returns>
    public static async Task<IReadOnlyList<T>?> AllAsync<T>(
        this IGrantAccess grants, Link link, Func<GitLabAccess, Uri?, CancellationToken, Task<ListPage<T>>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await grants.PagesAsync(link, read, cancellationToken).SelectMany(page => page.Items).ToListAsync(cancellationToken);
        }
        catch (GitLabRequestException failure) when (failure.Failure is GitLabFailure.Forbidden or GitLabFailure.NotFound)
        {
            return null;
        }
    }
}
