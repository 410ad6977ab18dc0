using static GitLabJira.Sandbox.Jira.Checks.Field;
using static GitLabJira.Sandbox.Jira.Checks.Rule;

namespace GitLabJira.Sandbox.Jira.Checks;

/// <summary>Fields and limits of builds 0.1, deployments 0.1 and feature flags 0.1 (Jira Software OpenAPI).</summary>
public static class ProviderShapes
{
    public const int MaxEntities = 100;

    public static readonly Shape Metadata = Rule.Object(May("product", Text()));

    private static readonly Shape TestInfo = Rule.Object(
        Must("totalNumber", Integer()),
        Must("numberPassed", Integer()),
        Must("numberFailed", Integer()),
        May("numberSkipped", Integer()));

    private static readonly Shape Reference = Rule.Object(
        May("commit", Rule.Object(Must("id", Text(255)), Must("repositoryUri", Text(2000)))),
        May("ref", Rule.Object(Must("name", Text(255)), Must("uri", Text(2000)))));

    public static readonly Rule Build = IssueLinks.Required(Rule.Object(
        May("schemaVersion", OneOf("1.0")),
        Must("pipelineId", Text(255)),
        Must("buildNumber", Integer()),
        Must("updateSequenceNumber", Integer()),
        Must("displayName", Text(255)),
        May("description", Text(255)),
        May("label", Text(255)),
        Must("url", Url()),
        Must("state", OneOf("pending", "in_progress", "successful", "failed", "cancelled", "unknown")),
        Must("lastUpdated", Timestamp),
        May("issueKeys", IssueLinks.ProviderKeys),
        May("associations", IssueLinks.IssueAssociations),
        May("testInfo", TestInfo),
        May("references", List(Reference, 1, 5))));

    public static readonly Rule Deployment = IssueLinks.Required(Rule.Object(
        May("schemaVersion", OneOf("1.0")),
        Must("deploymentSequenceNumber", Integer()),
        Must("updateSequenceNumber", Integer()),
        May("issueKeys", IssueLinks.ProviderKeys),
        May("associations", IssueLinks.DeploymentAssociations),
        Must("displayName", Text(255)),
        Must("url", Url()),
        Must("description", Text(255)),
        Must("lastUpdated", Timestamp),
        May("label", Text(255)),
        May("duration", Integer()),
        Must("state", OneOf("unknown", "pending", "in_progress", "cancelled", "failed", "rolled_back", "successful")),
        Must("pipeline", Rule.Object(Must("id", Text(255)), Must("displayName", Text(255)), Must("url", Url()))),
        Must("environment", Rule.Object(
            Must("id", Text(255)),
            Must("displayName", Text(255)),
            Must("type", OneOf("unmapped", "development", "testing", "staging", "production")))),
        May("commands", List(Rule.Object(May("command", OneOf("initiate_deployment_gating"))), 0, int.MaxValue))));

    private static readonly Shape FlagStatus = Rule.Object(
        Must("enabled", Flag),
        May("defaultValue", Text(255)),
        May("rollout", Rule.Object(
            May("percentage", Number(0, 100)),
            May("text", Text(255)),
            May("rules", Integer(0, int.MaxValue)))));

    public static readonly Rule FeatureFlag = IssueLinks.Required(Rule.Object(
        May("schemaVersion", OneOf("1.0")),
        Must("id", Text(255)),
        Must("key", Text(255)),
        Must("updateSequenceId", Integer()),
        May("displayName", Text(255)),
        May("issueKeys", IssueLinks.ProviderKeys),
        May("associations", IssueLinks.IssueAssociations),
        Must("summary", Rule.Object(
            May("url", Url()),
            Must("status", FlagStatus),
            Must("lastUpdated", Timestamp))),
        Must("details", List(
            Rule.Object(
                Must("url", Url()),
                Must("lastUpdated", Timestamp),
                Must("environment", Rule.Object(
                    Must("name", Text(255)),
                    May("type", OneOf("development", "testing", "staging", "production")))),
                Must("status", FlagStatus)),
            1,
            int.MaxValue))));
}
