using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;
using GitLabJira.Functions.Relay;

namespace GitLabJira.Functions.Tests.Relay;

/// <summary>When one look at an entity is enough, and what follows when it is not.</summary>
[TestClass]
public sealed class SettlingTests
{
    [TestMethod]
    [DataRow("Older", 0, "no, again after 5 s as 1")]
    [DataRow("Older", 1, "no, again after 15 s as 2")]
    [DataRow("Older", 2, "no, again after 41 s as 3")]
    [DataRow("Older", 3, "yes")]
    [DataRow("Different", 0, "yes, again after 5 s as 1")]
    [DataRow("Different", 2, "yes, again after 41 s as 3")]
    [DataRow("Different", 3, "yes")]
    [DataRow("Unclear", 0, "yes, again after 61 s as 3")]
    [DataRow("Unclear", 3, "yes")]
    [DataRow("Unprovable", 0, "yes")]
    [DataRow("Proven", 0, "yes")]
    public void Looks_again_as_long_as_a_lagging_replica_may_have_answered(string proof, int stage, string expected) =>
        Assert.AreEqual(expected, Words(Settling.Judge(Look(shows: true), Enum.Parse<Proof>(proof), stage)));

    [TestMethod]
    public void What_cannot_be_proven_and_shows_nothing_new_is_looked_at_once_more() =>
        Assert.AreEqual("yes, again after 61 s as 3", Words(Settling.Judge(Look(shows: false), Proof.Unprovable, stage: 0)));

    [TestMethod]
    [DataRow(true, "yes, to make sure after 61 s as 3")]
    [DataRow(false, "yes")]
    public void A_change_beside_another_look_is_made_sure_of(bool shows, string expected) =>
        Assert.AreEqual(expected, Words(Settling.Judge(Look(shows, isCrowded: true), Proof.Proven, stage: 0)));

    [TestMethod]
    [DataRow("nothing", "yes")]
    [DataRow("in doubt", "yes")]
    [DataRow("deleted a lag ago", "yes")]
    [DataRow("deleted since", "yes, to make sure after 61 s as 3")]
    [DataRow("something else", "yes, to make sure after 61 s as 3")]
    public void What_was_sent_a_lag_ago_and_went_nowhere_is_nothing_new_though_others_look_too(string held, string expected)
    {
        var look = Look(shows: true, isCrowded: true);
        var known = new SentEntity { Kind = EntityKind.Branch, EntityId = "1", Sequence = 1, ContentHash = "other", Keys = [], Tombstone = false, SentAt = Samples.Now.AddSeconds(-60) };

        var settlement = Settling.Judge(
            look with
            {
                Seen = look.Hash,
                Held = held switch
                {
                    "nothing" => null,
                    "in doubt" => known with { ContentHash = "" },
                    "deleted a lag ago" => known with { Tombstone = true },
                    "deleted since" => known with { Tombstone = true, SentAt = Samples.Now.AddSeconds(-59) },
                    _ => known,
                },
            },
            Proof.Proven,
            stage: 3);

        Assert.AreEqual(expected, Words(settlement));
    }

    [TestMethod]
    [DataRow(0, "no, again after 61 s as 3")]
    [DataRow(2, "no, again after 61 s as 3")]
    [DataRow(3, "no")]
    public void What_is_hidden_is_looked_for_once_more_and_never_judged(int stage, string expected) =>
        Assert.AreEqual(expected, Words(Settling.Judge(Look(shows: true) with { Presence = Presence.Hidden }, Proof.Older, stage)));

    private static string Words(Settlement settlement) =>
        (settlement.Deliver ? "yes" : "no")
        + (settlement.Stage is { } stage ? $", {(settlement.WithEvidence ? "again" : "to make sure")} after {settlement.Delay.TotalSeconds} s as {stage}" : "");

    private static BranchLook Look(bool shows, bool isCrowded = false)
    {
        var entity = EntityRefs.Branch(Samples.Link, 7, "topic");

        return new BranchLook
        {
            Entity = entity,
            Held = null,
            Note = new LookNote(entity, "stamp", Samples.Now, isCrowded ? Samples.Now.AddSeconds(-60) : Samples.Now.AddSeconds(-61)),
            Sequence = 1,
            Presence = Presence.Present,
            Change = shows ? EntityChanges.Deletion(new Publication(Samples.Link, Lane.Live, "test"), entity, sequence: 1, fromRead: true) : null,
        };
    }
}
