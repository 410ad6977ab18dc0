namespace GitLabJira.Functions.Relay;

/// <summary>What a read proves about the event that asked for it: GitLab's replicas may lag by up to a minute.</summary>
public enum Proof
{
    /// <summary>The read shows what the event did, or something later.</summary>
    Proven,

    /// <summary>Nothing in the event can be compared.</summary>
    Unprovable,

    /// <summary>Neither older nor surely as new.</summary>
    Unclear,

    /// <summary>The read shows something else: overtaken by a later change, or from before the event.</summary>
    Different,

    /// <summary>The read is from before the event.</summary>
    Older,
}
