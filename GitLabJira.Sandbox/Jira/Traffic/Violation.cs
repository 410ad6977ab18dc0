namespace GitLabJira.Sandbox.Jira.Traffic;

public enum ViolationKind
{
    /// <summary>A request that Jira refused as a whole (400).</summary>
    MalformedRequest,

    /// <summary>An entity that broke a limit and was not taken.</summary>
    RejectedEntity,

    /// <summary>A field that Jira does not know.</summary>
    UnknownField,

    /// <summary>A missing, expired or wrongly signed token (401).</summary>
    RefusedToken,

    /// <summary>A scope or module that the app does not declare (403).</summary>
    RefusedScope,

    /// <summary>A path that this API does not have.</summary>
    UnknownEndpoint,

    /// <summary>One entity came under two links within a minute: properties belong to a whole request.</summary>
    MixedLinks,

    /// <summary>A request that names one project holds entities of several.</summary>
    MixedProjects,

    /// <summary>The same sequence came with other content: one of the two is lost or wins by chance.</summary>
    AmbiguousSequence,

    /// <summary>History that may run smart commits and transitions.</summary>
    BackfillWithTransitions,
}

/// <summary>Something that the real site would not have reported, or that no correct app does. Ids and field names only.</summary>
public sealed record Violation(ViolationKind Kind, DateTimeOffset At, string Message, long? RequestNumber)
{
    public override string ToString() => $"{Kind}: {Message}{(RequestNumber is { } number ? $" (request {number})" : "")}";
}
