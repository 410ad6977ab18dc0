using System.Security.Cryptography;
using System.Text;
using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Keys;

namespace GitLabJira.Functions.Relay;

/// <summary>What a hook says about a merge request, as far as a read can be held against it. Travels with further looks: a hash, no texts.</summary>
public sealed record MergeRequestEvidence
{
    /// <summary>Whole seconds: hooks say no more.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
    public required MergeRequestState State { get; init; }
    public required string Digest { get; init; }

    /// <summary>Who approved or withdrew; approvals leave <see cref="UpdatedAt"/> alone.</summary>
    public long? Approver { get; init; }
    public bool Approved { get; init; }

    /// <summary>The event changed something that its body does not tell, such as the number of comments.</summary>
    public bool Untold { get; init; }

    public static MergeRequestEvidence Of(MergeRequestHook hook)
    {
        var evidence = Of(hook.MergeRequest);

        return hook switch
        {
            { BySystem: true, Action: "approval" or "approved" or "unapproval" or "unapproved" } => evidence with { Untold = true },
            { Action: "approval" or "approved", UserId: { } user } => evidence with { Approver = user, Approved = true },
            { Action: "unapproval" or "unapproved", UserId: { } user } => evidence with { Approver = user },
            _ => evidence,
        };
    }

    public static MergeRequestEvidence Of(NoteHook hook) => Of(hook.MergeRequest) with { Untold = true };

    public Proof Weigh(GitLabMergeRequest read)
    {
        var readAt = Seconds(read.UpdatedAt);

        // Nothing leads out of merged.
        if (readAt < UpdatedAt || (State is MergeRequestState.Merged && read.State is not MergeRequestState.Merged))
        {
            return Proof.Older;
        }

        if (Approver is { } approver && read.Reviewers.Any(reviewer => reviewer.Person.Id == approver && reviewer.Approved is true) != Approved)
        {
            return Proof.Different;
        }

        if (Untold)
        {
            return Proof.Unprovable;
        }

        return readAt > UpdatedAt || IsSame(read) ? Proof.Proven : Proof.Unclear;
    }

    /// <summary>The same for a list's item, which tells no approvals.</summary>
    public Proof WeighListed(GitLabMergeRequest read) => (this with { Approver = null, Untold = false }).Weigh(read);

    private static MergeRequestEvidence Of(GitLabMergeRequest mergeRequest) => new()
    {
        UpdatedAt = Seconds(mergeRequest.UpdatedAt),
        State = mergeRequest.State,
        Digest = DigestOf(mergeRequest),
    };

    private bool IsSame(GitLabMergeRequest read) => read.State == State && string.Equals(DigestOf(read), Digest, StringComparison.Ordinal);

    /// <summary>Of what Jira shows. Not the description itself: hooks rewrite the addresses of images in it.</summary>
    private static string DigestOf(GitLabMergeRequest mergeRequest)
    {
        var keys = IssueKeys.Extract(mergeRequest.Title, mergeRequest.Description, mergeRequest.SourceBranch);
        string[] parts = [mergeRequest.Title, mergeRequest.Draft ? "draft" : "", mergeRequest.SourceBranch, mergeRequest.TargetBranch, string.Join(' ', keys)];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));
    }

    private static DateTimeOffset Seconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
