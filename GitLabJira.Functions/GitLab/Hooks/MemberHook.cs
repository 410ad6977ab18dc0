namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>Somebody left a group or project, or got another role there: it may be the one whose grant a link uses.</summary>
public sealed record MemberHook : GitLabHook
{
    public override string Kind => "member";

    public required long UserId { get; init; }

    /// <summary>Null when it is about a project (system hooks).</summary>
    public long? GroupId { get; init; }

    /// <summary>False when only the role is another.</summary>
    public required bool Removed { get; init; }
}
