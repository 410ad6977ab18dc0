using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Wire;

namespace GitLabJira.Functions.GitLab.Branches;

/// <summary>What GitLab made of a wish for a branch.</summary>
public enum BranchOutcome
{
    Created,
    Exists,
    NoSuchSource,

    /// <summary>No branch can have this name, or the project's push rules forbid it.</summary>
    NameRefused,

    /// <summary>The name is protected, and the user is not among those who may create it.</summary>
    NameProtected,

    /// <summary>The user may not push to the project at all.</summary>
    NoPushRight,
    NoSuchProject,
    Refused,
}

/// <param name="WebUrl">The branch's page; null unless it was created.</param>
public sealed record BranchCreation(BranchOutcome Outcome, string? WebUrl = null);

/// <summary>Creates branches. Nothing is repeated in place: the second attempt would be told that the branch exists.</summary>
public sealed class GitLabBranchWriter(HttpClient http, IInstances instances, TimeProvider clock)
{
    /// <param name="access">Of the user whose branch it shall be.</param>
    /// <param name="source">A branch, tag or commit of the project.</param>
    /// <exception cref="GitLabRequestException">GitLab does not answer, limits requests, or does not take the token.</exception>
    public async Task<BranchCreation> CreateAsync(GitLabAccess access, long projectId, string name, string source, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(new NewBranchWire(name, source), GitLabJson.Default.NewBranchWire);
        using var request = new HttpRequestMessage(HttpMethod.Post, GitLabClient.Address(access.Host, $"projects/{projectId}/repository/branches")) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access.Token);

        using var response = await GitLabAnswers.SendAsync(http, instances, access.Host, request, cancellationToken);

        return response.StatusCode switch
        {
            HttpStatusCode.Created => new(BranchOutcome.Created, (await ReadAsync(response, GitLabJson.Default.BranchWire, cancellationToken))?.WebUrl),
            HttpStatusCode.Forbidden => new(BranchOutcome.NoPushRight),
            HttpStatusCode.NotFound => new(BranchOutcome.NoSuchProject),
            HttpStatusCode.BadRequest => new(Why((await ReadAsync(response, GitLabJson.Default.ErrorWire, cancellationToken))?.Text)),
            _ => throw GitLabAnswers.Failure(response, clock),
        };
    }

    /// <summary>GitLab tells these apart by words alone (<c>Branches::CreateService</c> and the access checks behind it); the words themselves quote names and go no further.</summary>
    private static BranchOutcome Why(string? message) => message switch
    {
        null => BranchOutcome.Refused,
        _ when Says(message, "already exists") => BranchOutcome.Exists,
        _ when Says(message, "protected") => BranchOutcome.NameProtected,
        _ when Says(message, "invalid reference name") || Says(message, "Invalid reference") => BranchOutcome.NoSuchSource,
        _ when Says(message, "name is invalid") || Says(message, "does not follow the pattern") || Says(message, "does not match the pattern") => BranchOutcome.NameRefused,
        _ when Says(message, "not allowed to push") => BranchOutcome.NoPushRight,
        _ => BranchOutcome.Refused,
    };

    private static bool Says(string message, string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static async Task<T?> ReadAsync<T>(HttpResponseMessage response, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
