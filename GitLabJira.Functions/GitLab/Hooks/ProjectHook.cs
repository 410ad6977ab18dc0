namespace GitLabJira.Functions.GitLab.Hooks;

public enum ProjectEvent
{
    Created,
    Destroyed,

    /// <summary>System hooks only, like the two after it.</summary>
    Renamed,
    Transferred,
    Updated,
}

/// <summary>A project came, went or moved.</summary>
public sealed record ProjectHook : GitLabHook
{
    public override string Kind => "project";

    public required ProjectEvent Event { get; init; }

    /// <summary>Path with the groups above it, as it is now.</summary>
    public string? Path { get; init; }

    /// <summary>What it was before a rename or transfer.</summary>
    public string? OldPath { get; init; }
}
