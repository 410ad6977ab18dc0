using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Client;

/// <summary>Jira's provider APIs. Each has its own module and scopes, so one can be refused while the others work.</summary>
public enum ApiFamily
{
    DevInfo,
    Builds,
    Deployments,
    FeatureFlags,
}

public static class ApiFamilies
{
    public static ApiFamily Of(EntityKind kind) => kind switch
    {
        EntityKind.Build => ApiFamily.Builds,
        EntityKind.Deployment => ApiFamily.Deployments,
        EntityKind.FeatureFlag => ApiFamily.FeatureFlags,
        _ => ApiFamily.DevInfo,
    };

    internal static string Path(ApiFamily family) => family switch
    {
        ApiFamily.Builds => "rest/builds/0.1",
        ApiFamily.Deployments => "rest/deployments/0.1",
        ApiFamily.FeatureFlags => "rest/featureflags/0.1",
        _ => "rest/devinfo/0.10",
    };
}
