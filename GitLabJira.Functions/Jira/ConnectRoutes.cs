namespace GitLabJira.Functions.Jira;

/// <summary>Routes that stand in the Connect descriptor, where Jira finds them.</summary>
public static class ConnectRoutes
{
    public const string Descriptor = "atlassian-connect.json";
    public const string Installed = "connect/installed";
    public const string Uninstalled = "connect/uninstalled";
    public const string Logo = "logo.svg";

    /// <summary>The page that Jira frames: links, sign-in, state.</summary>
    public const string Configuration = "configuration";
}
