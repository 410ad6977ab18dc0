namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>Who sees a group or project without being a member; the numbers are those of webhook bodies.</summary>
public enum Visibility
{
    Private = 0,
    Internal = 10,
    Public = 20,
}
