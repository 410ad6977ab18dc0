using System.Text;
using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Tests.GitLab.Hooks;

namespace GitLabJira.Functions.Tests.Relay;

/// <summary>What a read proves about the event that asked for it: the read may come from a replica that lags.</summary>
[TestClass]
public sealed class EvidenceTests
{
    // As the hook's body of HookBodies tells it.
    private static readonly GitLabMergeRequest Told = new()
    {
        Id = 900,
        Iid = 3,
        ProjectId = 7,
        Reference = "acme/anvil!3",
        Title = "ABC-1 Fix it",
        State = MergeRequestState.Opened,
        SourceBranch = "fix",
        TargetBranch = "main",
        SourceProjectId = 7,
        CreatedAt = new DateTimeOffset(2026, 11, 1, 10, 0, 0, TimeSpan.Zero),
        UpdatedAt = new DateTimeOffset(2026, 11, 1, 10, 0, 5, 900, TimeSpan.Zero),
        WebUrl = "https://gitlab.example/acme/anvil/-/merge_requests/3",
    };

    [TestMethod]
    [DataRow(-1, Proof.Older)]
    [DataRow(0, Proof.Proven)]
    [DataRow(1, Proof.Proven)]
    public void A_read_proves_its_event_when_it_is_as_new_and_alike(int secondsLater, Proof expected) =>
        Assert.AreEqual(expected, Evidence().Weigh(Told with { UpdatedAt = Told.UpdatedAt.AddSeconds(secondsLater) }));

    [TestMethod]
    [DataRow("title")]
    [DataRow("state")]
    [DataRow("draft")]
    [DataRow("target branch")]
    [DataRow("keys of the description")]
    public void What_differs_within_the_second_is_unclear(string what) => Assert.AreEqual(Proof.Unclear, Evidence().Weigh(what switch
    {
        "title" => Told with { Title = "ABC-1 Another" },
        "state" => Told with { State = MergeRequestState.Closed },
        "draft" => Told with { Draft = true },
        "target branch" => Told with { TargetBranch = "next" },
        _ => Told with { Description = "For ABC-2" },
    }));

    [TestMethod]
    public void A_description_that_names_the_same_keys_is_alike() =>
        // Hooks rewrite the addresses of images in it.
        Assert.AreEqual(Proof.Proven, Evidence().Weigh(Told with { Description = "![](/uploads/x.png)" }));

    [TestMethod]
    public void Nothing_leads_out_of_merged() =>
        Assert.AreEqual(Proof.Older, Evidence(HookBodies.MergeRequest(state: "merged", action: "merge")).Weigh(Told with { UpdatedAt = Told.UpdatedAt.AddSeconds(9) }));

    [TestMethod]
    [DataRow("approved", true, Proof.Proven)]
    [DataRow("approved", false, Proof.Different)]
    [DataRow("unapproved", false, Proof.Proven)]
    [DataRow("unapproved", true, Proof.Different)]
    public void Approvals_are_compared_for_they_leave_the_time_alone(string action, bool approved, Proof expected) =>
        Assert.AreEqual(expected, Evidence(HookBodies.MergeRequest(action, userId: 43)).Weigh(Told with { Reviewers = [new GitLabReviewer(new GitLabPerson { Id = 43 }, approved)] }));

    [TestMethod]
    public void A_list_tells_no_approvals_so_there_they_do_not_count() =>
        Assert.AreEqual(Proof.Proven, Evidence(HookBodies.MergeRequest("approved", userId: 43)).WeighListed(Told));

    [TestMethod]
    public void Neither_hashes_nor_proofs_carry_texts() =>
        Assert.DoesNotContain("Fix it", Evidence().ToString());

    [TestMethod]
    [DataRow(HookBodies.New, Proof.Proven)]
    [DataRow(HookBodies.Old, Proof.Different)]
    [DataRow(null, Proof.Older)]
    public void A_push_is_proven_by_its_head(string? seen, Proof expected) => Assert.AreEqual(expected, BranchEvidence.Of(Push(HookBodies.Push())).Weigh(Look(seen)));

    [TestMethod]
    [DataRow(null, Proof.Proven)]
    [DataRow(HookBodies.Old, Proof.Different)]
    public void A_deleted_branch_is_proven_by_its_absence(string? seen, Proof expected) =>
        Assert.AreEqual(expected, BranchEvidence.Of(Push(HookBodies.Push(after: HookBodies.Zeros, withCommit: false))).Weigh(Look(seen)));

    [TestMethod]
    public void An_open_merge_request_is_to_be_seen_at_its_branch_and_a_closed_one_is_not()
    {
        var open = BranchEvidence.Of(900, Evidence());
        var closed = BranchEvidence.Of(900, Evidence(HookBodies.MergeRequest(state: "closed", action: "close")));

        Assert.AreEqual(Proof.Proven, open.Weigh(Look(HookBodies.New, Told)));
        Assert.AreEqual(Proof.Different, open.Weigh(Look(HookBodies.New)));
        Assert.AreEqual(Proof.Older, open.Weigh(Look(seen: null)));
        Assert.AreEqual(Proof.Different, closed.Weigh(Look(HookBodies.New, Told)));
        Assert.AreEqual(Proof.Proven, closed.Weigh(Look(HookBodies.New)));
        Assert.AreEqual(Proof.Proven, closed.Weigh(Look(seen: null)), "The branch of a closed one may go any time.");
    }

    private static MergeRequestEvidence Evidence(string? body = null) => MergeRequestEvidence.Of((MergeRequestHook)Read(body ?? HookBodies.MergeRequest()));

    private static PushHook Push(string body) => (PushHook)Read(body);

    private static GitLabHook Read(string body) => HookReader.Read(Encoding.UTF8.GetBytes(body)).Hook!;

    private static BranchLook Look(string? seen, params GitLabMergeRequest[] open)
    {
        var entity = EntityRefs.Branch(Samples.Link, 7, "fix");
        var head = new GitLabCommit { Sha = seen ?? "", Message = "m", Author = new GitLabPerson(), CommittedAt = Samples.Now, WebUrl = "https://gitlab.example" };

        return new BranchLook
        {
            Entity = entity,
            Held = null,
            Note = new LookNote(entity, "stamp", Samples.Now, Previous: null),
            Sequence = 1,
            Presence = seen is null ? Presence.Gone : Presence.Present,
            Branch = seen is null ? null : new GitLabBranch { Name = "fix", LastCommit = head },
            Open = open,
        };
    }
}
