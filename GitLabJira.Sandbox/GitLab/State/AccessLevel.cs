namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>GitLab's roles; the numbers are those of its API.</summary>
public enum AccessLevel
{
    None = 0,
    Minimal = 5,
    Guest = 10,
    Planner = 15,
    Reporter = 20,
    Developer = 30,
    Maintainer = 40,
    Owner = 50,
}
