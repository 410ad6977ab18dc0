using GitLabJira.Functions.Jira.Outbox;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Whether a change goes to Jira.</summary>
public enum Verdict
{
    Send,

    /// <summary>Jira holds exactly this: only the sequence is noted.</summary>
    Unchanged,

    /// <summary>Something as new was sent or is on its way.</summary>
    NotNewer,

    /// <summary>As <see cref="NotNewer"/>, but with other content: one of the two reads is wrong about its time, so look once more.</summary>
    Disputed,
}

/// <summary>Compares a change with what <c>Sent</c> says (design 6.2). The same changes twice, late, or in any order end in the same state.</summary>
public static class Judgement
{
    /// <param name="sent">What was sent of the entity; an empty row when nothing was.</param>
    /// <param name="repository">What was sent of its repository as a whole: a deletion covers everything older in it.</param>
    public static Verdict Of(Candidate candidate, SentRow sent, SentRow repository, DateTimeOffset now)
    {
        var sequence = candidate.Change.Sequence;
        var row = sent.IsExpired(now) ? new SentRow(sent.Key) { ETag = sent.ETag } : sent;

        if (candidate.Purpose is OutboxPurpose.Repeat)
        {
            // Only what is still the last word is said twice; it may have been confirmed since, which leaves Jira with the sequence it was sent under.
            return row.Sequence >= sequence && row.Pending == 0 && row.Tombstone == candidate.IsDeletion && (row.Sequence == sequence || IsSame(row, candidate.Hash))
                ? Verdict.Send
                : Verdict.NotNewer;
        }

        // The row of a repository tells its last deletion, also when something newer stands in it by now.
        if (!candidate.IsRepository && repository.Sequence >= sequence && now - repository.DeletedAt <= SentRow.TombstoneLife)
        {
            return candidate.IsDeletion ? Verdict.NotNewer : Verdict.Disputed;
        }

        if (row.IsNewerThan(sequence))
        {
            return IsSame(row, candidate.Hash) ? Verdict.NotNewer : Verdict.Disputed;
        }

        // While its repository may be deleted any moment, nothing is as it was.
        return row.Holds(candidate.Hash) && (candidate.IsRepository || repository.Pending == 0) ? Verdict.Unchanged : Verdict.Send;
    }

    private static bool IsSame(SentRow row, string hash) =>
        string.Equals(row.Pending > row.Sequence ? row.PendingHash : row.Hash, hash, StringComparison.Ordinal);
}
