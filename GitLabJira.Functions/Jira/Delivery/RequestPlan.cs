using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>One call to Jira: a POST of several entities, or a DELETE of one.</summary>
public sealed record JiraRequest(IReadOnlyList<Candidate> Candidates, bool PreventTransitions)
{
    public bool IsDeletion => Candidates[0].IsDeletion;

    public ApiFamily Family => ApiFamilies.Of(Candidates[0].Change.Entity.Kind);
}

/// <summary>
/// Cuts what goes to Jira into calls that keep its limits (design 6.3 and 6.4): never two families, two links, two lanes, or allowed and forbidden automation in one POST; of builds, deployments
/// and flags never two projects.
/// </summary>
public static class RequestPlan
{
    private const int MaxRepositories = 100;
    private const int MaxOfAKind = 400;

    /// <summary>Jira answers 413 at a size that it does not tell. Counted in characters as stored, where what is not ASCII counts six, so a body has fewer bytes.</summary>
    private const int MaxBytes = 768 * 1024;

    /// <summary>The next call: a deleted repository first, because it takes along what is older; else what stands first, with all that may go with it.</summary>
    /// <param name="waiting">Not empty, in order.</param>
    /// <param name="prevents">Whether automation must not fire for a candidate.</param>
    public static JiraRequest Next(IReadOnlyList<Candidate> waiting, int limit, Func<Candidate, bool> prevents)
    {
        var first = waiting.FirstOrDefault(c => c.IsRepository) ?? waiting[0];

        if (first.IsDeletion)
        {
            return new JiraRequest([first], PreventTransitions: true);
        }

        var family = ApiFamilies.Of(first.Key.Kind);
        var largest = family is ApiFamily.DevInfo ? SiteState.LargestPost : ProviderSubmission.Largest;
        var prevent = prevents(first);
        var taken = new List<Candidate>();
        var repositories = new HashSet<string>(StringComparer.Ordinal);
        var kinds = new Dictionary<(string, EntityKind), int>();
        var bytes = 0L;

        foreach (var candidate in waiting.Where(MayGoAlong))
        {
            var repository = candidate.Change.Repository?.Id ?? "";
            var kind = (repository, candidate.Key.Kind);
            var count = kinds.GetValueOrDefault(kind);
            var size = candidate.Change.Body!.Value.GetRawText().Length;

            if (count == MaxOfAKind || (repositories.Count == MaxRepositories && !repositories.Contains(repository)) || (taken.Count > 0 && bytes + size > MaxBytes))
            {
                continue;
            }

            taken.Add(candidate);
            repositories.Add(repository);
            kinds[kind] = count + 1;
            bytes += size;

            if (taken.Count >= Math.Clamp(limit, 1, largest))
            {
                break;
            }
        }

        return new JiraRequest(taken, prevent);

        // Only development information can be told to fire nothing.
        bool MayGoAlong(Candidate c) =>
            !c.IsDeletion
            && c.Lane == first.Lane
            && c.Key.LinkId == first.Key.LinkId
            && ApiFamilies.Of(c.Key.Kind) == family
            && (family is ApiFamily.DevInfo ? prevents(c) == prevent : c.Key.ProjectId == first.Key.ProjectId);
    }
}
