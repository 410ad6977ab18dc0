using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Delivery;

[TestClass]
public sealed class RequestPlanTests
{
    [TestMethod]
    public void Takes_up_to_the_limit_in_order()
    {
        var waiting = Many(5);

        Assert.AreSequenceEqual(["0", "1", "2"], Ids(Next(waiting, limit: 3)));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-4)]
    public void Takes_one_at_least(int limit) => Assert.AreSequenceEqual(["0"], Ids(Next(Many(5), limit)));

    [TestMethod]
    public void Takes_400_of_a_kind_of_one_repository_and_no_more()
    {
        var request = Next([.. Many(401), .. Many(401, EntityKind.Commit)]);

        Assert.HasCount(800, request.Candidates);
        Assert.AreEqual(400, request.Candidates.Count(c => c.Key.Kind is EntityKind.Commit));
    }

    [TestMethod]
    public void Takes_1000_entities_and_no_more()
    {
        var waiting = Enumerable.Range(1, 4).SelectMany(project => Many(300, project: project)).ToList();

        Assert.HasCount(1000, Next(waiting, limit: 5000).Candidates);
    }

    [TestMethod]
    public void Takes_100_repositories_and_no_more()
    {
        var waiting = Enumerable.Range(1, 101).SelectMany(project => Many(2, project: project)).ToList();

        var request = Next(waiting);

        Assert.HasCount(200, request.Candidates);
        Assert.AreEqual(100, request.Candidates.Select(c => c.Key.ProjectId).Distinct().Count());
    }

    [TestMethod]
    public void Never_mixes_links()
    {
        var waiting = new[] { Of("a", link: 1), Of("b", link: 2), Of("c", link: 1) };

        Assert.AreSequenceEqual(["a", "c"], Ids(Next(waiting)));
    }

    [TestMethod]
    public void Never_mixes_builds_deployments_flags_and_development_information()
    {
        var waiting = new[] { EntityKind.Build, EntityKind.Deployment, EntityKind.FeatureFlag, EntityKind.Branch, EntityKind.Build }.SelectMany(kind => Many(1, kind)).ToList();

        Assert.AreSequenceEqual([EntityKind.Build, EntityKind.Build], Next(waiting).Candidates.Select(c => c.Key.Kind));
    }

    [TestMethod]
    public void Never_mixes_builds_of_two_projects()
    {
        var waiting = new[] { 1, 2, 1 }.SelectMany(project => Many(1, EntityKind.Build, project)).ToList();

        Assert.HasCount(2, Next(waiting).Candidates);
    }

    [TestMethod]
    public void Takes_100_builds_and_no_more() => Assert.HasCount(100, Next(Many(101, EntityKind.Build)).Candidates);

    [TestMethod]
    public void Never_mixes_lanes()
    {
        var waiting = new[] { Of("a", lane: Lane.Live), Of("b", lane: Lane.Repair), Of("c", lane: Lane.Backfill), Of("d", lane: Lane.Live) };

        Assert.AreSequenceEqual(["a", "d"], Ids(Next(waiting)));
    }

    [TestMethod]
    public void Never_mixes_what_may_fire_with_what_may_not()
    {
        var waiting = new[] { Of("a", fires: true), Of("b", fires: false), Of("c", fires: true) };

        var request = Next(waiting);

        Assert.AreSequenceEqual(["a", "c"], Ids(request));
        Assert.IsFalse(request.PreventTransitions);
        Assert.IsTrue(Next([waiting[1]]).PreventTransitions);
    }

    [TestMethod]
    public void Deletes_one_by_one_in_its_turn()
    {
        var deletion = Candidate.Of(DeliverySamples.Deletion(DeliverySamples.Entity("x"), 1), Lane.Live);

        Assert.AreSequenceEqual(["x"], Ids(Next([deletion, Of("a")])));
        Assert.AreSequenceEqual(["a", "b"], Ids(Next([Of("a"), deletion, Of("b")])));
        Assert.IsTrue(Next([deletion]).IsDeletion);
    }

    [TestMethod]
    public void Deletes_a_repository_before_anything_else()
    {
        var deletion = Candidate.Of(DeliverySamples.Deletion(DeliverySamples.Entity("42", EntityKind.Repository), 1), Lane.Live);

        Assert.AreSequenceEqual(["42"], Ids(Next([Of("a"), deletion])));
    }

    [TestMethod]
    public void Keeps_a_request_at_a_reasonable_size_but_takes_what_is_large_alone()
    {
        var large = new string('x', 500 * 1024);
        var waiting = new[] { Of("a", content: large), Of("b", content: large), Of("c") };

        Assert.AreSequenceEqual(["a", "c"], Ids(Next(waiting)));
        Assert.AreSequenceEqual(["b"], Ids(Next([Of("b", content: large + large)])));
    }

    private static JiraRequest Next(IReadOnlyList<Candidate> waiting, int limit = 1000) => RequestPlan.Next(waiting, limit, c => !c.MayFireAutomation);

    private static IEnumerable<string> Ids(JiraRequest request) => request.Candidates.Select(c => c.Key.EntityId);

    private static List<Candidate> Many(int count, EntityKind kind = EntityKind.MergeRequest, long project = 42) =>
        [.. Enumerable.Range(0, count).Select(n => Candidate.Of(DeliverySamples.Upsert(DeliverySamples.Entity($"{n}", kind, project: project), n, "x"), Lane.Live))];

    private static Candidate Of(string id, int link = 1, Lane lane = Lane.Live, bool fires = true, string content = "x") =>
        Candidate.Of(DeliverySamples.Upsert(DeliverySamples.Entity(id, link: DeliverySamples.Link(link)), 1, content, mayFire: fires), lane);
}
