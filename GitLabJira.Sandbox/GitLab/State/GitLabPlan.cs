namespace GitLabJira.Sandbox.GitLab.State;

/// <summary>The subscription of a top-level group. It decides about group hooks and about the webhook rate limit.</summary>
public enum GitLabPlan
{
    Free,
    Premium,
    Ultimate,
}
