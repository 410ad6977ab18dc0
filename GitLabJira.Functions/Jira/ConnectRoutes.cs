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

    /// <summary>Where "Create branch" of an issue leads.</summary>
    public const string CreateBranch = "branches/route";

    /// <summary>What Jira's toolchain page calls.</summary>
    public const string SearchWorkspaces = "workspaces/search";
    public const string SearchRepositories = "repositories/search";
    public const string AssociateRepository = "repositories/associate";
}
