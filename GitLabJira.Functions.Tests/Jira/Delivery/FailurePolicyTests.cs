using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Delivery;

namespace GitLabJira.Functions.Tests.Jira.Delivery;

[TestClass]
public sealed class FailurePolicyTests
{
    private static readonly DateTimeOffset Now = DeliverySamples.Start;

    [TestMethod]
    [DataRow(JiraFailure.BadRequest, Reaction.Smaller)]
    [DataRow(JiraFailure.TooLarge, Reaction.Smaller)]
    [DataRow(JiraFailure.Unauthorized, Reaction.Wait)]
    [DataRow(JiraFailure.Forbidden, Reaction.Wait)]
    [DataRow(JiraFailure.Gone, Reaction.Wait)]
    [DataRow(JiraFailure.RateLimited, Reaction.Wait)]
    [DataRow(JiraFailure.IssueLimited, Reaction.Smaller)]
    [DataRow(JiraFailure.Down, Reaction.Wait)]
    [DataRow(JiraFailure.Unavailable, Reaction.Wait)]
    public void Has_an_answer_to_each_failure_of_a_large_request(JiraFailure failure, Reaction expected) =>
        Assert.AreEqual(expected, After(new SiteState(), failure, entities: 8).Reaction);

    [TestMethod]
    public void Has_a_row_for_each_failure()
    {
        var rows = typeof(FailurePolicyTests).GetMethod(nameof(Has_an_answer_to_each_failure_of_a_large_request))!.GetCustomAttributes(typeof(DataRowAttribute), inherit: false);

        Assert.HasCount(Enum.GetValues<JiraFailure>().Length, rows);
    }

    [TestMethod]
    [DataRow(1000, 500)]
    [DataRow(7, 3)]
    [DataRow(3, 1)]
    [DataRow(2, 1)]
    public void Halves_a_request_that_was_refused_as_a_whole(int entities, int limit)
    {
        var (state, reaction) = After(new SiteState(), JiraFailure.BadRequest, entities);

        Assert.AreEqual(Reaction.Smaller, reaction);
        Assert.AreEqual(limit, state.PostLimit);
        Assert.IsNull(state.NotBefore);
    }

    [TestMethod]
    public void Grows_again_with_each_success_but_slowly_past_what_was_too_large()
    {
        var bad = After(new SiteState(), JiraFailure.BadRequest, entities: 100).State;
        var large = After(new SiteState(), JiraFailure.TooLarge, entities: 100).State;

        Assert.AreEqual(100, FailurePolicy.AfterSuccess(bad).PostLimit);
        Assert.AreEqual(50, FailurePolicy.AfterSuccess(large).PostLimit);
        Assert.AreEqual(60, FailurePolicy.AfterSuccess(FailurePolicy.AfterSuccess(large)).PostLimit);
    }

    [TestMethod]
    [DataRow(JiraFailure.BadRequest)]
    [DataRow(JiraFailure.TooLarge)]
    public void Puts_out_a_bad_entity_and_stops_after_twenty_in_a_row(JiraFailure failure)
    {
        var state = new SiteState();

        for (var n = 1; n <= 20; n++)
        {
            (state, var reaction) = After(state, failure, entities: 1);
            Assert.AreEqual(Reaction.Reject, reaction);
        }

        (state, var last) = After(state, failure, entities: 1);
        Assert.AreEqual(Reaction.Wait, last);
        Assert.IsFalse(state.IsOpen(ApiFamily.DevInfo, Now));
        Assert.IsTrue(state.IsOpen(ApiFamily.DevInfo, Now + TimeSpan.FromHours(1)));
        Assert.IsTrue(state.IsOpen(ApiFamily.Builds, Now));
    }

    [TestMethod]
    public void Counts_bad_entities_in_a_row_only()
    {
        var state = After(new SiteState { RejectedInRow = 19 }, JiraFailure.BadRequest, entities: 1).State;

        state = After(FailurePolicy.AfterSuccess(state), JiraFailure.BadRequest, entities: 1).State;

        Assert.AreEqual(1, state.RejectedInRow);
    }

    [TestMethod]
    public void Leaves_a_refused_family_alone_and_the_others_not()
    {
        var state = After(new SiteState(), JiraFailure.Forbidden, entities: 3).State;

        Assert.IsFalse(state.IsOpen(ApiFamily.DevInfo, Now));
        Assert.IsTrue(state.IsOpen(ApiFamily.Deployments, Now));
        Assert.IsFalse(state.Waits(Now, DeliverySamples.Installation()));
    }

    [TestMethod]
    [DataRow(JiraFailure.Unauthorized)]
    [DataRow(JiraFailure.Gone)]
    public void Waits_for_another_secret_or_address(JiraFailure failure)
    {
        var state = After(new SiteState(), failure, entities: 3).State;

        Assert.IsTrue(state.Waits(Now, DeliverySamples.Installation()));
        Assert.IsFalse(state.Waits(Now, DeliverySamples.Installation("another")));
        Assert.IsFalse(state.Waits(Now, DeliverySamples.Installation() with { BaseUrl = new Uri("https://renamed.jira.test") }));
    }

    [TestMethod]
    public void Obeys_a_named_wait_which_costs_no_attempt()
    {
        var (state, _) = FailurePolicy.After(
            new SiteState { Attempts = 3 }, new JiraRequestException(JiraFailure.RateLimited, null, TimeSpan.FromSeconds(90)), ApiFamily.DevInfo, 3, DeliverySamples.Installation(), Now, jitter: 1.3);

        Assert.AreEqual(Now + TimeSpan.FromSeconds(90), state.NotBefore);
        Assert.AreEqual(3, state.Attempts);
    }

    [TestMethod]
    [DataRow(0, 2)]
    [DataRow(1, 4)]
    [DataRow(5, 64)]
    [DataRow(8, 300)]
    [DataRow(1000, 300)]
    public void Backs_off_from_what_names_no_wait(int attempts, int seconds)
    {
        var state = After(new SiteState { Attempts = attempts }, JiraFailure.Unavailable, entities: 3).State;

        Assert.AreEqual(Now + TimeSpan.FromSeconds(seconds), state.NotBefore);
        Assert.AreEqual(attempts + 1, state.Attempts);
    }

    [TestMethod]
    public void Forgets_a_wait_after_a_success()
    {
        var state = FailurePolicy.AfterSuccess(After(new SiteState { Attempts = 4 }, JiraFailure.Gone, entities: 3).State);

        Assert.AreEqual(0, state.Attempts);
        Assert.IsNull(state.NotBefore);
        Assert.IsNull(state.Reason);
    }

    private static (SiteState State, Reaction Reaction) After(SiteState state, JiraFailure failure, int entities) =>
        FailurePolicy.After(state, new JiraRequestException(failure, status: null, retryAfter: null), ApiFamily.DevInfo, entities, DeliverySamples.Installation(), Now, jitter: 1);
}
