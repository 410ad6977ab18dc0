using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Tokens;

namespace GitLabJira.Functions.Jira.Users;

/// <summary>Asks Jira about a user: which groups they are in, and for the page what they are called.</summary>
public sealed class JiraUserClient(HttpClient http, IConnectTokens tokens)
{
    /// <returns>Null when Jira does not show the user, or not as an active one.</returns>
    /// <exception cref="HttpRequestException">Jira did not answer, or not in a form that we know.</exception>
    public async Task<JiraUser?> FindAsync(Installation installation, string accountId, CancellationToken cancellationToken)
    {
        var user = await GetAsync(
            installation, $"rest/api/3/user?accountId={Uri.EscapeDataString(accountId)}&expand=groups", static (content, cancel) => content.ReadFromJsonAsync(JiraUserJson.Default.JiraUser, cancel), cancellationToken);
        return user is { Active: true } ? user : null;
    }

    /// <summary>All groups of a user: the expansion of the user itself can be cut.</summary>
    /// <returns>Null when Jira does not show them.</returns>
    /// <exception cref="HttpRequestException">Jira did not answer, or not in a form that we know.</exception>
    public Task<IReadOnlyList<JiraGroup>?> FindGroupsAsync(Installation installation, string accountId, CancellationToken cancellationToken) =>
        GetAsync(
            installation, $"rest/api/3/user/groups?accountId={Uri.EscapeDataString(accountId)}", static (content, cancel) => content.ReadFromJsonAsync(JiraUserJson.Default.IReadOnlyListJiraGroup, cancel), cancellationToken);

    /// <summary>What Jira calls a person now. Nobody may store it.</summary>
    /// <returns>Null when Jira does not show the user.</returns>
    /// <exception cref="HttpRequestException">Jira did not answer, or not in a form that we know.</exception>
    public async Task<string?> FindNameAsync(Installation installation, string accountId, CancellationToken cancellationToken) => (await GetAsync(
        installation, $"rest/api/3/user?accountId={Uri.EscapeDataString(accountId)}", static (content, cancel) => content.ReadFromJsonAsync(JiraUserJson.Default.JiraPerson, cancel), cancellationToken))?.DisplayName;

    private async Task<T?> GetAsync<T>(Installation installation, string path, Func<HttpContent, CancellationToken, Task<T?>> read, CancellationToken cancellationToken)
        where T : class
    {
        var url = new Uri(installation.BaseUrl.AbsoluteUri.TrimEnd('/') + "/" + path);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("JWT", tokens.Create(installation, HttpMethod.Get, url));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

        using var response = await http.SendAsync(request, cancellationToken);

        if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            return null;
        }

        if (response.StatusCode is not HttpStatusCode.OK)
        {
            throw new HttpRequestException($"Jira answered {(int)response.StatusCode}.", inner: null, response.StatusCode);
        }

        try
        {
            return await read(response.Content, cancellationToken);
        }
        catch (System.Text.Json.JsonException unknown)
        {
            throw new HttpRequestException("Jira answered in an unknown form.", unknown);
        }
    }
}
