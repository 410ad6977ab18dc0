namespace GitLabJira.Sandbox.GitLab.Changes;

/// <summary>The instance would not let that user do this; the text is what GitLab's pages would say.</summary>
public sealed class GitLabRefusedException(string message) : Exception(message);
