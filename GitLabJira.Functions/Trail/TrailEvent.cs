namespace GitLabJira.Functions.Trail;

/// <summary>Where something led. The names stand in rows: do not rename.</summary>
public enum TrailEvent
{
    /// <summary>Handed over to delivery.</summary>
    HandedOver,

    /// <summary>It names no issue, and Jira holds nothing of it.</summary>
    NoKey,

    /// <summary>Gone from GitLab, and Jira holds nothing of it.</summary>
    Gone,

    /// <summary>Jira holds it already, and it cannot have changed.</summary>
    HeldAlready,

    /// <summary>GitLab shows neither it nor its project.</summary>
    Hidden,

    /// <summary>GitLab still shows something older than the event.</summary>
    Older,

    /// <summary>GitLab gives it no number, without which Jira takes none.</summary>
    NoNumber,

    /// <summary>What happened shows nowhere in Jira, as an approval of a deployment.</summary>
    NothingToShow,

    /// <summary>GitLab could not be read.</summary>
    Unread,

    /// <summary>Nobody with a role in the group is signed in to GitLab.</summary>
    NeedsSignIn,

    /// <summary>GitLab could not be read, and the hook's body lacks what Jira needs.</summary>
    TooPoor,

    /// <summary>The settings leave its project out.</summary>
    Excluded,

    /// <summary>Its project is not under the link any more.</summary>
    Elsewhere,

    /// <summary>The same delivery was translated before.</summary>
    Duplicate,

    // How what was handed over ends.
    Sent,
    Unchanged,
    Superseded,

    /// <summary>It names only issues that the site does not have.</summary>
    UnknownIssue,
    Rejected,
    Cancelled,
    Expired,

    /// <summary>Its row in the outbox cannot be opened.</summary>
    Unreadable,

    /// <summary>Of a link: so many entities differed from GitLab and were sent again.</summary>
    Repaired,
}
