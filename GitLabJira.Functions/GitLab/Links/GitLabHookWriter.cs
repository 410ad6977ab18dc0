using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Wire;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>Writes hooks at GitLab. Nothing is repeated in place: a repeated creation would leave two hooks.</summary>
public sealed class GitLabHookWriter(HttpClient http, IInstances instances, TimeProvider clock)
{
    internal Task<HookWire> CreateAsync(GitLabAccess access, string owner, HookBodyWire body, CancellationToken cancellationToken) =>
        WriteAsync(access, HttpMethod.Post, $"{owner}/hooks", body, cancellationToken);

    internal Task<HookWire> ReplaceAsync(GitLabAccess access, string owner, long hookId, HookBodyWire body, CancellationToken cancellationToken) =>
        WriteAsync(access, HttpMethod.Put, $"{owner}/hooks/{hookId}", body, cancellationToken);

    /// <summary>Has GitLab deliver a sample now and wait for the answer: a hook that was switched off for its failures works again when that succeeds.</summary>
    /// <returns>False when the sample was not delivered.</returns>
    internal async Task<bool> TestAsync(GitLabAccess access, string owner, long hookId, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(access, HttpMethod.Post, $"{owner}/hooks/{hookId}/test/push_events", content: null, cancellationToken);
            return true;
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Refused)
        {
            // 422: our answer was no success, or there is no commit to make a sample of.
            return false;
        }
    }

    /// <summary>A missing hook counts as removed.</summary>
    internal async Task RemoveAsync(GitLabAccess access, string owner, long hookId, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(access, HttpMethod.Delete, $"{owner}/hooks/{hookId}", content: null, cancellationToken);
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.NotFound)
        {
            // Somebody removed it, or its project.
        }
    }

    private async Task<HookWire> WriteAsync(GitLabAccess access, HttpMethod method, string path, HookBodyWire body, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(body, HookBodyJson.Default.HookBodyWire);
        using var response = await SendAsync(access, method, path, content, cancellationToken);

        try
        {
            return await response.Content.ReadFromJsonAsync(GitLabJson.Default.HookWire, cancellationToken) is { Id: not null } hook
                ? hook
                : throw new GitLabRequestException(GitLabFailure.Unavailable, response.StatusCode, retryAfter: null);
        }
        catch (JsonException exception)
        {
            throw new GitLabRequestException(GitLabFailure.Unavailable, response.StatusCode, retryAfter: null, exception);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(GitLabAccess access, HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, GitLabClient.Address(access.Host, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access.Token);
        var response = await GitLabAnswers.SendAsync(http, instances, access.Host, request, cancellationToken);

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw GitLabAnswers.Failure(response, clock);
        }
    }
}
