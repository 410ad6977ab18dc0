using GitLabJira.Sandbox.Jira.Checks;
using GitLabJira.Sandbox.Jira.Issues;
using GitLabJira.Sandbox.Jira.Store;

namespace GitLabJira.Sandbox.Jira.Rest;

/// <summary>
/// What becomes of each entity of a request. One that names only unknown issues is not stored: builds, deployments and flags are rejected for it,
/// a commit, branch or pull request is merely missing from the accepted ones. Whatever Jira held of it before stays.
/// </summary>
internal sealed class BulkOutcome
{
    private readonly Dictionary<EntityKey, IReadOnlyList<string>> _known = [];

    public List<SubmittedEntity> Accepted { get; } = [];

    public List<(SubmittedEntity Entity, IReadOnlyList<string> Errors)> Failed { get; } = [];

    public IReadOnlyList<string> UnknownIssueKeys { get; private set; } = [];

    /// <summary>Services and other things that were associated and do not exist here.</summary>
    public IReadOnlyList<object> UnknownAssociations { get; private set; } = [];

    public IReadOnlyList<string> KnownIssuesOf(SubmittedEntity entity) => _known[entity.Key];

    public static BulkOutcome Of(Submission submission, JiraIssues issues)
    {
        var outcome = new BulkOutcome();
        var unknown = new List<string>();
        var services = new List<string>();
        foreach (var entity in submission.Entities)
        {
            if (!entity.Findings.Clean)
            {
                outcome.Failed.Add((entity, [.. entity.Findings.Errors]));
                continue;
            }

            var named = entity.NamedIssues;
            var known = named.Select(issues.Find).OfType<JiraIssue>().Select(i => i.Key).Distinct(StringComparer.Ordinal).ToList();
            unknown.AddRange(named.Where(n => issues.Find(n) is null));
            services.AddRange(IssueLinks.Associations(entity.Data, "serviceIdOrKeys").SelectMany(a => a.GetProperty("values").EnumerateArray()).Select(v => v.GetString()!));
            outcome._known[entity.Key] = known;
            if (known.Count > 0 || entity.Key.Kind is EntityKind.Repository)
            {
                outcome.Accepted.Add(entity);
            }
            else if (entity.Key.RepositoryId is null)
            {
                outcome.Failed.Add((entity, ["Only associated with unknown issue keys."]));
            }
        }

        outcome.UnknownIssueKeys = [.. unknown.Distinct(StringComparer.Ordinal)];
        outcome.UnknownAssociations =
        [
            .. outcome.UnknownIssueKeys.Count > 0 ? [new { associationType = "issueIdOrKeys", values = outcome.UnknownIssueKeys }] : Array.Empty<object>(),
            .. services.Count > 0 ? [new { associationType = "serviceIdOrKeys", values = services.Distinct(StringComparer.Ordinal) }] : Array.Empty<object>(),
        ];
        return outcome;
    }
}
