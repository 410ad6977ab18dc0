using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Installations;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>What the holder does after a failed call.</summary>
public enum Reaction
{
    /// <summary>Stop; the site's row says until when.</summary>
    Wait,

    /// <summary>Try again with fewer entities.</summary>
    Smaller,

    /// <summary>The one entity in the request is bad: out with it.</summary>
    Reject,

    /// <summary>The one entity in the request has to wait; the others need not.</summary>
    Postpone,

    /// <summary>No call was made: it was judged by a row that somebody has written since.</summary>
    Judge,
}

/// <summary>The failure table of design 9, as a pure function of the site's state and Jira's answer.</summary>
public static class FailurePolicy
{
    /// <summary>So many bad entities in a row are no accident: stop before more are lost.</summary>
    public const int MostRejectedInRow = 20;

    /// <summary>How fast a limit that Jira once named as too large is tried again.</summary>
    private const int SizeStep = 10;

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstGoneWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstUnauthorizedWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestSiteWait = TimeSpan.FromHours(6);
    private static readonly TimeSpan FamilyWait = TimeSpan.FromHours(1);

    /// <param name="entities">How many entities the failed request held.</param>
    /// <param name="jitter">0.7 to 1.3: so that sites that failed together do not come back together.</param>
    public static (SiteState State, Reaction Reaction) After(
        SiteState state, JiraRequestException failure, ApiFamily family, int entities, Installation installation, DateTimeOffset now, double jitter)
    {
        switch (failure.Failure)
        {
            case JiraFailure.BadRequest when entities > 1:
                return (state with { PostLimit = entities / 2 }, Reaction.Smaller);

            case JiraFailure.TooLarge when entities > 1:
                return (state with { PostLimit = entities / 2, SizeLimit = entities / 2 }, Reaction.Smaller);

            // The answer names no issue, so halving finds the entity that is written too often.
            case JiraFailure.IssueLimited:
                return entities > 1 ? (state with { PostLimit = entities / 2 }, Reaction.Smaller) : (state, Reaction.Postpone);

            case JiraFailure.BadRequest or JiraFailure.TooLarge when state.RejectedInRow < MostRejectedInRow:
                return (state with { RejectedInRow = state.RejectedInRow + 1 }, Reaction.Reject);

            case JiraFailure.BadRequest or JiraFailure.TooLarge or JiraFailure.Forbidden:
                return (Hold(state, family, now + FamilyWait), Reaction.Wait);

            // Nothing but another secret or address helps, and both come with `installed`. Asked again now and then, should the clocks be at fault.
            case JiraFailure.Unauthorized:
                return (Pause(state, failure, now + Doubled(FirstUnauthorizedWait, state.Attempts, LongestSiteWait)) with { Credential = SiteState.CredentialOf(installation) }, Reaction.Wait);

            case JiraFailure.Gone:
                return (Pause(state, failure, now + Doubled(FirstGoneWait, state.Attempts, LongestSiteWait)) with { Credential = SiteState.CredentialOf(installation) }, Reaction.Wait);

            // A wait that Jira names costs no attempt.
            case JiraFailure.RateLimited when failure.RetryAfter is { } named:
                return (Pause(state, failure, now + named) with { Attempts = state.Attempts }, Reaction.Wait);

            default:
                return (Pause(state, failure, now + (Doubled(FirstBackOff, state.Attempts, LongestBackOff) * jitter)), Reaction.Wait);
        }
    }

    /// <summary>Jira took a request.</summary>
    public static SiteState AfterSuccess(SiteState state) => state with
    {
        NotBefore = null,
        Reason = null,
        Attempts = 0,
        RejectedInRow = 0,
        PostLimit = Math.Min(state.SizeLimit, Math.Max(1, state.PostLimit) * 2),
        SizeLimit = Math.Min(SiteState.LargestPost, state.SizeLimit + SizeStep),
        Credential = null,
    };

    private static SiteState Pause(SiteState state, JiraRequestException failure, DateTimeOffset until) =>
        state with { NotBefore = until, Reason = failure.Failure, Attempts = state.Attempts + 1, Credential = null };

    private static SiteState Hold(SiteState state, ApiFamily family, DateTimeOffset until) =>
        state with { RejectedInRow = 0, FamilyWaits = new Dictionary<ApiFamily, DateTimeOffset>(state.FamilyWaits) { [family] = until } };

    private static TimeSpan Doubled(TimeSpan first, int attempts, TimeSpan longest)
    {
        var wait = first * Math.Pow(2, Math.Min(attempts, 16));
        return wait < longest ? wait : longest;
    }
}
