using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Client;

/// <summary>An entity as Jira's answers name it.</summary>
/// <param name="RepositoryId">Empty for what belongs to no repository.</param>
public readonly record struct AnsweredEntity(string RepositoryId, EntityKind Kind, string Id);

/// <summary>Why Jira did not take one entity. The messages may quote the entity: they are for the trail, never for a log.</summary>
public sealed record RejectedEntity(AnsweredEntity Entity, IReadOnlyList<string> Messages)
{
    public override string ToString() => $"{Entity.Kind} {Entity.Id}";
}

/// <summary>Jira's answer to a submission that it took as a whole. What is neither rejected nor accepted was not mentioned.</summary>
public sealed record SubmissionReceipt(IReadOnlySet<AnsweredEntity> Accepted, IReadOnlyList<RejectedEntity> Rejected, IReadOnlySet<string> UnknownIssueKeys)
{
    /// <summary>A 202 says that Jira has the data, whatever stands in the body: one that cannot be read mentions nothing.</summary>
    public static SubmissionReceipt Empty { get; } = new(new HashSet<AnsweredEntity>(), [], new HashSet<string>(StringComparer.Ordinal));
}
