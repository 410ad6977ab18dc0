using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Tokens;

namespace GitLabJira.Functions.Jira.Client;

/// <summary>Calls Jira's provider APIs on behalf of one installation. One attempt each: what to do after a failure is decided under the site's delivery lease (design 6.3), never here.</summary>
public sealed class JiraClient(HttpClient http, IConnectTokens tokens, JiraRates rates, TimeProvider clock)
{
    /// <summary>Longest time for one call; the lease leaves 25 s for it.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>Longest time for a call inside the invocation that translated an event.</summary>
    public static readonly TimeSpan DirectTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="JiraRequestException">Jira did not take the request as a whole.</exception>
    public async Task<SubmissionReceipt> SubmitAsync(Installation installation, DevInfoSubmission submission, TimeSpan timeout, CancellationToken cancellationToken) =>
        DevInfoReceipts.Read(await PostAsync(installation, ApiFamily.DevInfo, DevInfoBody.Write(submission), timeout, cancellationToken), submission);

    /// <exception cref="JiraRequestException">Jira did not take the request as a whole.</exception>
    public async Task<SubmissionReceipt> SubmitAsync(Installation installation, ProviderSubmission submission, TimeSpan timeout, CancellationToken cancellationToken) =>
        ProviderReceipts.Read(await PostAsync(installation, submission.Family, ProviderBody.Write(submission), timeout, cancellationToken));

    /// <summary>Deletes one entity of a repository. The sequence is sent along and never relied on: Jira no longer promises to look at it.</summary>
    public Task DeleteEntityAsync(Installation installation, string repositoryId, EntityKind kind, string entityId, long sequence, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var type = kind switch
        {
            EntityKind.Commit => "commit",
            EntityKind.Branch => "branch",
            EntityKind.MergeRequest => "pull_request",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not an entity of a repository."),
        };

        return DeleteAsync(
            installation,
            string.Create(CultureInfo.InvariantCulture, $"{ApiFamilies.Path(ApiFamily.DevInfo)}/repository/{repositoryId}/{type}/{entityId}?_updateSequenceId={sequence}"),
            timeout,
            cancellationToken);
    }

    /// <summary>Deletes a build, deployment or feature flag.</summary>
    /// <param name="entityId">As <see cref="ProviderKeys"/> joins it.</param>
    public Task DeleteEntityAsync(Installation installation, EntityKind kind, string entityId, TimeSpan timeout, CancellationToken cancellationToken) =>
        DeleteAsync(installation, $"{ApiFamilies.Path(ApiFamilies.Of(kind))}/{ProviderKeys.Path(kind, entityId)}", timeout, cancellationToken);

    /// <summary>Deletes a repository and everything in it.</summary>
    /// <param name="sequence">Null when everything goes, however new.</param>
    public Task DeleteRepositoryAsync(Installation installation, string repositoryId, long? sequence, TimeSpan timeout, CancellationToken cancellationToken) =>
        DeleteAsync(
            installation,
            string.Create(CultureInfo.InvariantCulture, $"{ApiFamilies.Path(ApiFamily.DevInfo)}/repository/{repositoryId}{(sequence is null ? "" : "?_updateSequenceId=")}{sequence}"),
            timeout,
            cancellationToken);

    /// <summary>Deletes everything of the family that was sent with the link's property.</summary>
    public Task DeleteByLinkAsync(Installation installation, ApiFamily family, Guid linkId, CancellationToken cancellationToken) =>
        DeleteAsync(installation, $"{ApiFamilies.Path(family)}/bulkByProperties?{DevInfoBody.LinkProperty}={DevInfoBody.LinkValue(linkId)}", Timeout, cancellationToken);

    /// <summary>Deletes everything of the family that was sent with the properties of this project of the link. Only what belongs to no repository has the project's.</summary>
    public Task DeleteByProjectAsync(Installation installation, ApiFamily family, Guid linkId, long projectId, TimeSpan timeout, CancellationToken cancellationToken) =>
        DeleteAsync(
            installation,
            string.Create(CultureInfo.InvariantCulture, $"{ApiFamilies.Path(family)}/bulkByProperties?{DevInfoBody.LinkProperty}={DevInfoBody.LinkValue(linkId)}&{ProviderBody.ProjectProperty}={projectId}"),
            timeout,
            cancellationToken);

    /// <summary>Whether Jira holds a repository that was sent with the link's property.</summary>
    public async Task<bool> ExistsByLinkAsync(Installation installation, Guid linkId, CancellationToken cancellationToken)
    {
        try
        {
            var body = await SendAsync(
                installation,
                HttpMethod.Get,
                $"{ApiFamilies.Path(ApiFamily.DevInfo)}/existsByProperties?{DevInfoBody.LinkProperty}={DevInfoBody.LinkValue(linkId)}",
                content: null,
                Timeout,
                cancellationToken);

            // An answer that cannot be read is no proof that nothing is left.
            return Parse(body, ReceiptJson.Default.ExistsForProperties)?.HasDataMatchingProperties ?? true;
        }
        catch (JiraRequestException exception) when (exception.Failure is JiraFailure.Gone)
        {
            return false;
        }
    }

    /// <summary>Whether the site says that it is running. Asked after a 503 without a word, before the next attempt.</summary>
    public async Task<bool> IsRunningAsync(Installation installation, CancellationToken cancellationToken) =>
        string.Equals((await ProbeAsync(installation, "status", ReceiptJson.Default.SiteStatus, cancellationToken))?.State, "RUNNING", StringComparison.Ordinal);

    /// <summary>Whether the installation's site still stands at its address. An address that was given up may belong to somebody else by now.</summary>
    public async Task<bool> IsSameSiteAsync(Installation installation, CancellationToken cancellationToken) =>
        await ProbeAsync(installation, "_edge/tenant_info", ReceiptJson.Default.TenantInfo, cancellationToken) is { CloudId: { Length: > 0 } cloudId }
        && (installation.CloudId is null || string.Equals(cloudId, installation.CloudId, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the site has a project of this key. 404 is also the answer for one that is hidden from the app.</summary>
    /// <returns>Null when Jira does not say.</returns>
    public async Task<bool?> HasProjectAsync(Installation installation, string projectKey, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(installation, HttpMethod.Get, $"rest/api/3/project/{Uri.EscapeDataString(projectKey)}", content: null, DirectTimeout, cancellationToken);
            return true;
        }
        catch (JiraRequestException exception) when (exception.Status is HttpStatusCode.NotFound)
        {
            // A site that was given up answers 404 to everything.
            return await IsSameSiteAsync(installation, cancellationToken) ? false : null;
        }
        catch (JiraRequestException)
        {
            return null;
        }
    }

    private async Task<byte[]> PostAsync(Installation installation, ApiFamily family, ReadOnlyMemory<byte> body, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await SendAsync(installation, HttpMethod.Post, $"{ApiFamilies.Path(family)}/bulk", content, timeout, cancellationToken);
    }

    private async Task DeleteAsync(Installation installation, string path, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(installation, HttpMethod.Delete, path, content: null, timeout, cancellationToken);
        }
        catch (JiraRequestException exception) when (exception.Failure is JiraFailure.Gone)
        {
            // Nothing there: done.
        }
    }

    /// <summary>Both addresses are open to anybody: no token, and no answer is an answer.</summary>
    private async Task<T?> ProbeAsync<T>(Installation installation, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Address(installation, path));
            return Parse(await SendAsync(installation.ClientKey, request, DirectTimeout, cancellationToken), type);
        }
        catch (JiraRequestException)
        {
            return null;
        }
    }

    private async Task<byte[]> SendAsync(Installation installation, HttpMethod method, string path, HttpContent? content, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, Address(installation, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("JWT", tokens.Create(installation, method, request.RequestUri!));
        return await SendAsync(installation.ClientKey, request, timeout, cancellationToken);
    }

    private async Task<byte[]> SendAsync(string clientKey, HttpRequestMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

        // HttpClient's own timeout runs on wall time.
        using var late = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);

        try
        {
            using var response = await http.SendAsync(request, either.Token);
            rates.Saw(clientKey, response);
            AppMetrics.Answered((int)response.StatusCode);
            return response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(either.Token) : throw JiraAnswers.Failure(response, clock);
        }
        catch (Exception exception) when (
            exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            AppMetrics.Answered(status: null);
            throw new JiraRequestException(JiraFailure.Unavailable, status: null, retryAfter: null, inner: exception);
        }
    }

    private static Uri Address(Installation installation, string path) => new($"{installation.BaseUrl.AbsoluteUri.TrimEnd('/')}/{path}");

    private static T? Parse<T>(byte[] body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
