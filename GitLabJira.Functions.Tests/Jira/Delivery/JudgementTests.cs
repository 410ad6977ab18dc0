using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Outbox;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Tests.Jira.Delivery;

[TestClass]
public sealed class JudgementTests
{
    private static readonly DateTimeOffset Now = DeliverySamples.Start;
    private static readonly EntityRef Entity = DeliverySamples.Entity("1");
    private static readonly SentRow Nothing = new(SentKey.Of(Entity));
    private static readonly SentRow NoRepository = new(SentKey.Repository(Entity));
    private static readonly Candidate Tea = Candidate.Of(DeliverySamples.Upsert(Entity, 100, "tea"), Lane.Live);
    private static readonly Candidate Deletion = Candidate.Of(DeliverySamples.Deletion(Entity, 100), Lane.Live);
    private static readonly string OtherHash = Candidate.Of(DeliverySamples.Upsert(Entity, 1, "coffee"), Lane.Live).Hash;

    [TestMethod]
    public void Sends_what_was_never_sent()
    {
        Assert.AreEqual(Verdict.Send, Of(Tea, Nothing));
        Assert.AreEqual(Verdict.Send, Of(Deletion, Nothing));
    }

    [TestMethod]
    [DataRow(99, Verdict.Send)]
    [DataRow(100, Verdict.Disputed)]
    [DataRow(101, Verdict.Disputed)]
    public void Sends_other_content_only_if_it_is_newer(long sent, Verdict expected) =>
        Assert.AreEqual(expected, Of(Tea, Sent(sent, OtherHash)));

    [TestMethod]
    [DataRow(99, Verdict.Unchanged)]
    [DataRow(100, Verdict.NotNewer)]
    [DataRow(101, Verdict.NotNewer)]
    public void Never_sends_the_same_content_again(long sent, Verdict expected) =>
        Assert.AreEqual(expected, Of(Tea, Sent(sent, Tea.Hash)));

    [TestMethod]
    [DataRow(99, Verdict.Unchanged)]
    [DataRow(101, Verdict.NotNewer)]
    public void Never_deletes_again_what_is_deleted(long sent, Verdict expected) =>
        Assert.AreEqual(expected, Of(Deletion, Sent(sent, ContentHash.Deleted)));

    [TestMethod]
    public void Lets_newer_news_pass_a_tombstone_and_no_older() =>
        Assert.AreSequenceEqual([Verdict.Send, Verdict.Disputed], [Of(Tea, Sent(99, ContentHash.Deleted)), Of(Tea, Sent(101, ContentHash.Deleted))]);

    [TestMethod]
    public void Forgets_a_tombstone_after_30_days()
    {
        var old = Sent(101, ContentHash.Deleted) with { SentAt = Now - TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1) };

        Assert.AreEqual(Verdict.Send, Of(Tea, old));
        Assert.AreEqual(Verdict.Disputed, Of(Tea, old with { SentAt = Now - TimeSpan.FromDays(30) }));
    }

    [TestMethod]
    public void Trusts_no_hash_while_something_else_may_have_reached_Jira()
    {
        var doubt = Sent(50, Tea.Hash) with { Pending = 60, PendingHash = OtherHash };

        Assert.AreEqual(Verdict.Send, Of(Tea, doubt));
        Assert.AreEqual(Verdict.Unchanged, Of(Tea, doubt with { PendingHash = Tea.Hash }));
        Assert.AreEqual(Verdict.Send, Of(Tea, doubt with { PendingHash = "" }));
    }

    [TestMethod]
    public void Sends_what_it_noted_itself()
    {
        var noted = Nothing.Note(100, Tea.Hash)!;

        Assert.AreEqual(Verdict.Send, Of(Tea, noted));
    }

    [TestMethod]
    public void Lets_what_is_on_its_way_pass_first()
    {
        var newer = Sent(50, OtherHash) with { Pending = 101, PendingHash = OtherHash };

        Assert.AreEqual(Verdict.Disputed, Of(Tea, newer));
        Assert.AreEqual(Verdict.NotNewer, Of(Tea, newer with { PendingHash = Tea.Hash }));
    }

    [TestMethod]
    public void Sends_again_what_Jira_took_in_part() => Assert.AreEqual(Verdict.Send, Of(Tea, Sent(50, "")));

    [TestMethod]
    [DataRow(100, Verdict.Disputed)]
    [DataRow(99, Verdict.Send)]
    public void Holds_what_is_older_than_its_repositorys_deletion(long deleted, Verdict expected)
    {
        var repository = NoRepository.Record(deleted, ContentHash.Deleted, [], Now, settleAt: null)!;

        Assert.AreEqual(expected, Judgement.Of(Tea, Nothing, repository, Now));
    }

    [TestMethod]
    public void Repeats_only_what_is_still_the_last_word()
    {
        var repeat = Deletion with { Purpose = OutboxPurpose.Repeat };
        var again = Tea with { Purpose = OutboxPurpose.Repeat };

        Assert.AreEqual(Verdict.Send, Of(repeat, Sent(100, ContentHash.Deleted)));
        Assert.AreEqual(Verdict.Send, Of(repeat, Sent(101, ContentHash.Deleted)), "confirmed since");
        Assert.AreEqual(Verdict.NotNewer, Of(repeat, Sent(101, Tea.Hash)));
        Assert.AreEqual(Verdict.NotNewer, Of(repeat, Sent(100, ContentHash.Deleted) with { Pending = 120, PendingHash = Tea.Hash }));
        Assert.AreEqual(Verdict.Send, Of(again, Sent(100, Tea.Hash)));
        Assert.AreEqual(Verdict.Send, Of(again, Sent(101, Tea.Hash)), "confirmed since");
        Assert.AreEqual(Verdict.Send, Of(again, Sent(100, "")), "taken in part");
        Assert.AreEqual(Verdict.NotNewer, Of(again, Sent(101, OtherHash)));
        Assert.AreEqual(Verdict.NotNewer, Of(again, Sent(101, ContentHash.Deleted)));
    }

    private static Verdict Of(Candidate candidate, SentRow sent) => Judgement.Of(candidate, sent, NoRepository, Now);

    private static SentRow Sent(long sequence, string hash) => Nothing.Record(sequence, hash, ["TEA-1"], Now - TimeSpan.FromHours(1), settleAt: null)!;
}
