using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>The ids that Jira sees (design 7), all from <c>[A-Za-z0-9~._-]</c>. Changing one orphans what Jira holds under it.</summary>
public static class JiraIds
{
    /// <summary>Unique over all GitLab instances of a site: the instance's tag stands before the project id, nothing for gitlab.com.</summary>
    public static string Repository(Link link, long projectId) =>
        string.Create(CultureInfo.InvariantCulture, $"{Tag(link)}{projectId}");

    /// <summary>Branch names hold slashes and any script, Jira's ids do not.</summary>
    public static string Branch(string name) => Hash(name);

    public static string Commit(string sha) => sha;

    /// <param name="id">The global id, not the iid.</param>
    public static string MergeRequest(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>What groups builds at Jira: a branch or tag of a project, or a merge request. GitLab's own id of that is in no API.</summary>
    public static string BuildPipeline(Link link, GitLabPipeline pipeline) => pipeline.MergeRequestIid is { } iid
        ? string.Create(CultureInfo.InvariantCulture, $"{Repository(link, pipeline.ProjectId)}-mr-{iid}")
        : $"{Repository(link, pipeline.ProjectId)}-{Hash(pipeline.Ref)}";

    /// <exception cref="ArgumentException">The source does not tell the iid: read the pipeline.</exception>
    public static long BuildNumber(GitLabPipeline pipeline) =>
        pipeline.Iid ?? throw new ArgumentException("A pipeline without its iid has no place at Jira.", nameof(pipeline));

    public static string Build(Link link, GitLabPipeline pipeline) => ProviderKeys.Build(BuildPipeline(link, pipeline), BuildNumber(pipeline));

    public static string Deployment(Link link, GitLabDeployment deployment) =>
        ProviderKeys.Deployment(DeploymentPipeline(link, deployment), Environment(link, deployment.Environment.Id), deployment.Iid);

    /// <summary>All that the API deployed in a project counts as one pipeline: it has none of its own.</summary>
    public static string DeploymentPipeline(Link link, GitLabDeployment deployment) => deployment.Job?.Pipeline is { } pipeline
        ? string.Create(CultureInfo.InvariantCulture, $"{Tag(link)}{pipeline.Id}")
        : $"{Repository(link, deployment.ProjectId)}-deployments";

    public static string Environment(Link link, long environmentId) => string.Create(CultureInfo.InvariantCulture, $"{Tag(link)}{environmentId}");

    /// <summary>GitLab's API tells no id of a flag; its name is unique in the project.</summary>
    public static string FeatureFlag(Link link, long projectId, string name) => $"{Repository(link, projectId)}-{Hash(name)}";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Tag(Link link) => link.HostTag.Length == 0 ? "" : link.HostTag + "-";
}
