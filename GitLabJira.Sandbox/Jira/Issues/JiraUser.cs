namespace GitLabJira.Sandbox.Jira.Issues;

/// <summary>A person of the stand-in site. Rights come from group names, as in Jira.</summary>
/// <param name="Email">Null when the person hides it from apps.</param>
public sealed record JiraUser(string AccountId, string DisplayName, string? Email, IReadOnlyList<string> Groups, bool Active = true);

/// <summary>A user group; its id is what newer Jira APIs use.</summary>
public sealed record JiraGroup(string Name, string GroupId);
