namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>A branch head.</summary>
public sealed record Branch(string Name, string Sha);
