namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>Somebody came to a group or project, left it, or got another role there: it may be the one whose grant a link uses.</summary>
public sealed record MemberHook : GitLabHook
{
    public override string Kind => "member";

    public required long UserId { get; init; }

    /// <summary>Null when it is about a project (system hooks).</summary>
    public long? GroupId { get; init; }

    /// <summary>False when the role is new or another.</summary>
    public required bool Removed { get; init; }
}
