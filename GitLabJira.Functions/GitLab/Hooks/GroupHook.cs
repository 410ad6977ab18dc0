namespace GitLabJira.Functions.GitLab.Hooks;

public enum GroupEvent
{
    Created,
    Destroyed,

    /// <summary>System hooks only.</summary>
    Renamed,
}

/// <summary>A group or subgroup came, went or was renamed. Transfers are not told by any hook.</summary>
public sealed record GroupHook : GitLabHook
{
    public override string Kind => "group";

    public required GroupEvent Event { get; init; }
    public required long GroupId { get; init; }
    public long? ParentGroupId { get; init; }

    /// <summary>Null in old system hooks.</summary>
    public string? Path { get; init; }
    public string? OldPath { get; init; }
}
