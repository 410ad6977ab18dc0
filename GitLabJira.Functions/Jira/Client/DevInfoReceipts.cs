using System.Text.Json;
using System.Text.Json.Serialization;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Client;

/// <summary>Reads the 202 of <c>/rest/devinfo/0.10/bulk</c>.</summary>
internal static class DevInfoReceipts
{
    public static SubmissionReceipt Read(ReadOnlySpan<byte> body, DevInfoSubmission submission)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ReceiptJson.Default.StoreDevinfoResult) is { } result ? Read(result, submission) : SubmissionReceipt.Empty;
        }
        catch (JsonException)
        {
            return SubmissionReceipt.Empty;
        }
    }

    private static SubmissionReceipt Read(StoreDevinfoResult result, DevInfoSubmission submission)
    {
        var accepted = new HashSet<AnsweredEntity>();

        foreach (var (repository, ids) in result.AcceptedDevinfoEntities ?? [])
        {
            accepted.UnionWith((ids.Commits ?? []).Select(id => new AnsweredEntity(repository, EntityKind.Commit, id)));
            accepted.UnionWith((ids.Branches ?? []).Select(id => new AnsweredEntity(repository, EntityKind.Branch, id)));
            accepted.UnionWith((ids.PullRequests ?? []).Select(id => new AnsweredEntity(repository, EntityKind.MergeRequest, id)));
        }

        var rejected = new List<RejectedEntity>();

        foreach (var (repository, errors) in result.FailedDevinfoEntities ?? [])
        {
            rejected.AddRange((errors.Commits ?? []).Select(e => new RejectedEntity(new(repository, EntityKind.Commit, e.Id ?? ""), Messages(e.ErrorMessages))));
            rejected.AddRange((errors.Branches ?? []).Select(e => new RejectedEntity(new(repository, EntityKind.Branch, e.Id ?? ""), Messages(e.ErrorMessages))));
            rejected.AddRange((errors.PullRequests ?? []).Select(e => new RejectedEntity(new(repository, EntityKind.MergeRequest, e.Id ?? ""), Messages(e.ErrorMessages))));

            // A repository that fails takes along what hangs on it.
            if (Messages(errors.ErrorMessages) is { Count: > 0 } messages)
            {
                rejected.AddRange(submission.Entities
                    .Where(e => string.Equals(e.Repository.Id, repository, StringComparison.Ordinal) && !accepted.Contains(new AnsweredEntity(repository, e.Kind, e.Id)))
                    .Select(e => new RejectedEntity(new(repository, e.Kind, e.Id), messages)));
            }
        }

        return new SubmissionReceipt(accepted, rejected, new HashSet<string>(result.UnknownIssueKeys ?? [], StringComparer.Ordinal));
    }

    private static IReadOnlyList<string> Messages(List<ErrorMessage>? messages) => [.. (messages ?? []).Select(m => m.Message ?? "")];
}

internal sealed record StoreDevinfoResult
{
    public Dictionary<string, EntityIds>? AcceptedDevinfoEntities { get; init; }
    public Dictionary<string, RepositoryErrors>? FailedDevinfoEntities { get; init; }
    public List<string>? UnknownIssueKeys { get; init; }
}

internal sealed record EntityIds(List<string>? Commits, List<string>? Branches, List<string>? PullRequests);

internal sealed record RepositoryErrors(List<ErrorMessage>? ErrorMessages, List<EntityError>? Commits, List<EntityError>? Branches, List<EntityError>? PullRequests);

internal sealed record EntityError(string? Id, List<ErrorMessage>? ErrorMessages);

internal sealed record ErrorMessage(string? Message);

internal sealed record ExistsForProperties(bool? HasDataMatchingProperties);

internal sealed record TenantInfo(string? CloudId);

internal sealed record SiteStatus(string? State);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoreDevinfoResult))]
[JsonSerializable(typeof(ExistsForProperties))]
[JsonSerializable(typeof(TenantInfo))]
[JsonSerializable(typeof(SiteStatus))]
internal sealed partial class ReceiptJson : JsonSerializerContext;
