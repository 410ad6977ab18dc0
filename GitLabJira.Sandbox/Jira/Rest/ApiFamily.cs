using GitLabJira.Sandbox.Jira.Store;

namespace GitLabJira.Sandbox.Jira.Rest;

/// <summary>One provider API of Jira Software: where it lives and which module of the descriptor opens it.</summary>
public sealed record ApiFamily(string Name, string Path, string Module)
{
    public static readonly ApiFamily DevInfo = new("devinfo", "/rest/devinfo/0.10", "jiraDevelopmentTool");
    public static readonly ApiFamily Builds = new("builds", "/rest/builds/0.1", "jiraBuildInfoProvider");
    public static readonly ApiFamily Deployments = new("deployments", "/rest/deployments/0.1", "jiraDeploymentInfoProvider");
    public static readonly ApiFamily FeatureFlags = new("featureflags", "/rest/featureflags/0.1", "jiraFeatureFlagInfoProvider");

    public static readonly IReadOnlyList<ApiFamily> All = [DevInfo, Builds, Deployments, FeatureFlags];

    /// <summary>Development information wraps its errors in an object, the younger families send a bare array.</summary>
    public object ErrorBody(IEnumerable<string> messages)
    {
        var errors = messages.Select(m => new ErrorMessage(m)).ToList();
        return this == DevInfo ? new ErrorMessages(errors) : errors;
    }
}

public sealed record ErrorMessage(string Message);

public sealed record ErrorMessages(IReadOnlyList<ErrorMessage> Errors)
{
    [System.Text.Json.Serialization.JsonPropertyName("errorMessages")]
    public IReadOnlyList<ErrorMessage> Errors { get; } = Errors;
}
