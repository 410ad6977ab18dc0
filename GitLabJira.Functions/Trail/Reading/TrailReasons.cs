namespace GitLabJira.Functions.Trail.Reading;

/// <summary>Reason codes of a trail's steps. The page and tests go by them; do not rename.</summary>
public static class TrailReasons
{
    public const string Listed = "listed";
    public const string NothingKnown = "nothing_known";

    public const string Received = "received";
    public const string Read = "read";
    public const string ReadGone = "read_gone";
    public const string ReadHidden = "read_hidden";
    public const string FromBody = "from_body";
    public const string KeysFound = "keys_found";
    public const string KeysLost = "keys_lost";

    public const string HandedOver = "handed_over";
    public const string DeletionHandedOver = "deletion_handed_over";

    public const string NoKey = "no_key";
    public const string Gone = "gone";
    public const string HeldAlready = "held_already";
    public const string Hidden = "hidden";
    public const string Older = "older";
    public const string NoNumber = "no_number";
    public const string NothingToShow = "nothing_to_show";
    public const string Unread = "unread";
    public const string NeedsSignIn = "needs_sign_in";
    public const string TooPoor = "too_poor";
    public const string Excluded = "excluded";
    public const string Elsewhere = "elsewhere";
    public const string Duplicate = "duplicate";

    public const string Sent = "sent";
    public const string Deleted = "deleted";
    public const string SentUnknownIssues = "sent_unknown_issues";
    public const string Unchanged = "unchanged";
    public const string Superseded = "superseded";
    public const string UnknownIssue = "unknown_issue";
    public const string Rejected = "rejected";
    public const string Cancelled = "cancelled";
    public const string Expired = "expired";
    public const string Unreadable = "unreadable";
    public const string Repaired = "repaired";
}
