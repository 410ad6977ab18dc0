using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.InitialSync;

/// <summary>What the page calls the kinds of data.</summary>
internal static class KindWords
{
    public static string Of(SyncKind kind) => kind switch
    {
        SyncKind.MergeRequests => "merge requests",
        SyncKind.Branches => "branches",
        SyncKind.Commits => "commits",
        SyncKind.Pipelines => "pipelines",
        SyncKind.Deployments => "deployments",
        _ => "feature flags",
    };
}
