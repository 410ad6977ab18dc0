namespace GitLabJira.Sandbox.Jira.Issues;

public sealed record JiraProject(long Id, string Key, string Name);

/// <summary>An issue of the stand-in site. Only issues that exist here can hold development information.</summary>
public sealed record JiraIssue(long Id, string Key, JiraProject Project, string Summary, string Type, string Status, string Priority, string AssigneeId, DateTimeOffset Created);
