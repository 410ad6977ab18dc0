using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Reading;

namespace GitLabJira.Functions.GitLab;

/// <summary>Reads from GitLab's REST API v4. Only GET: its registration repeats unnamed hiccups, which is safe for reads alone.</summary>
public sealed class GitLabClient(HttpClient http, IInstances instances, IRequestBudget budget, TimeProvider clock)
{
    /// <returns>Null when GitLab answers 404.</returns>
    internal async Task<T?> FindAsync<T>(GitLabAccess access, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await GetAsync(access, path, type, cancellationToken);
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.NotFound)
        {
            return null;
        }
    }

    internal async Task<T> GetAsync<T>(GitLabAccess access, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await SendAsync(access, Address(access.Host, path), cancellationToken);

        return await ReadAsync(response, type, cancellationToken);
    }

    /// <param name="path">The first page; ignored when <paramref name="page"/> is given.</param>
    internal async Task<ListPage<T>> PageAsync<T>(GitLabAccess access, string path, Uri? page, JsonTypeInfo<List<T>> type, CancellationToken cancellationToken)
    {
        var address = page is null ? Address(access.Host, path) : OnHost(access.Host, page);

        using var response = await SendAsync(access, address, cancellationToken);
        var items = await ReadAsync(response, type, cancellationToken);

        var next = LinkHeader.Next(response) is { } link ? OnHost(access.Host, new Uri(address, link)) : null;
        var total = int.TryParse(GitLabAnswers.Header(response, "x-total"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : (int?)null;

        return new ListPage<T>(items, next, total);
    }

    internal static Uri Address(Uri host, string path) => GitLabHosts.Address(host, $"api/v4/{path}");

    private async Task<HttpResponseMessage> SendAsync(GitLabAccess access, Uri address, CancellationToken cancellationToken)
    {
        await budget.TakeAsync(access, address, cancellationToken);

        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access.Token);

        var response = await GitLabAnswers.SendAsync(http, instances, access.Host, request, cancellationToken);
        await budget.SawAsync(access, address, response, cancellationToken);

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw GitLabAnswers.Failure(response, clock);
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken)
                ?? throw new GitLabRequestException(GitLabFailure.Unavailable, response.StatusCode, retryAfter: null);
        }
        catch (JsonException exception)
        {
            // A 200 that is not GitLab's JSON is a proxy's or a maintenance page.
            throw new GitLabRequestException(GitLabFailure.Unavailable, response.StatusCode, retryAfter: null, exception);
        }
    }

    /// <summary>The token goes with the request, so a link to anywhere else is not followed.</summary>
    private static Uri OnHost(Uri host, Uri link)
    {
        var root = host.AbsolutePath.TrimEnd('/') + "/api/v4/";
        var sameHost = Uri.Compare(host, link, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

        return sameHost && link.AbsolutePath.StartsWith(root, StringComparison.Ordinal)
            ? link
            : throw new GitLabRequestException(GitLabFailure.Refused, HttpStatusCode.OK, retryAfter: null);
    }
}
