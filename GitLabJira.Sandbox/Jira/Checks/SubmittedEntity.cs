using System.Text.Json;
using GitLabJira.Sandbox.Jira.Store;

namespace GitLabJira.Sandbox.Jira.Checks;

/// <summary>One entity of a request, checked by itself: a bad one does not spoil the others.</summary>
public sealed record SubmittedEntity(EntityKey Key, JsonElement Data, long Sequence, Findings Findings)
{
    public IReadOnlyList<string> NamedIssues => IssueLinks.Named(Data);
}

/// <summary>A request as read. With <paramref name="Problems"/> it is refused as a whole.</summary>
public sealed record Submission(
    IReadOnlyList<string> Problems,
    IReadOnlyList<SubmittedEntity> Entities,
    IReadOnlyDictionary<string, string> Properties,
    IReadOnlyList<string> UnknownFields,
    bool PreventTransitions = false,
    bool Backfill = false)
{
    public static Submission Refused(IReadOnlyList<string> problems, IReadOnlyList<string>? unknownFields = null) =>
        new(problems, [], new Dictionary<string, string>(StringComparer.Ordinal), unknownFields ?? []);
}
