using System.Globalization;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>Names GitLab's entities as Jira knows them.</summary>
public static class EntityRefs
{
    /// <summary>Until GitLab was asked, Jira's id of the entity is not known; nothing at Jira has this one.</summary>
    private const string Unresolved = "unresolved";

    /// <summary>Whether Jira's id of the entity is known.</summary>
    public static bool IsResolved(EntityRef entity) => !string.Equals(entity.EntityId, Unresolved, StringComparison.Ordinal);

    /// <param name="id">The global id, which Jira sees; the iid is what GitLab is asked with.</param>
    public static EntityRef MergeRequest(Link link, long projectId, long id, long iid) =>
        new(link, projectId, EntityKind.MergeRequest, JiraIds.MergeRequest(id), iid.ToString(CultureInfo.InvariantCulture));

    public static EntityRef Branch(Link link, long projectId, string name) => new(link, projectId, EntityKind.Branch, JiraIds.Branch(name), name);

    public static EntityRef Commit(Link link, long projectId, string sha) => new(link, projectId, EntityKind.Commit, JiraIds.Commit(sha), sha);

    /// <summary>What Jira calls a pipeline takes more than its id, which is what GitLab is asked with.</summary>
    public static EntityRef Build(Link link, GitLabPipeline pipeline) =>
        new(link, pipeline.ProjectId, EntityKind.Build, pipeline.Iid is null ? Unresolved : JiraIds.Build(link, pipeline), pipeline.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>A deployment of which no more is known than its id.</summary>
    public static EntityRef Deployment(Link link, long projectId, long id) => new(link, projectId, EntityKind.Deployment, Unresolved, id.ToString(CultureInfo.InvariantCulture));

    public static EntityRef Deployment(Link link, GitLabDeployment deployment) =>
        new(link, deployment.ProjectId, EntityKind.Deployment, JiraIds.Deployment(link, deployment), deployment.Id.ToString(CultureInfo.InvariantCulture));

    public static EntityRef FeatureFlag(Link link, long projectId, string name) => new(link, projectId, EntityKind.FeatureFlag, JiraIds.FeatureFlag(link, projectId, name), name);

    public static EntityRef Repository(Link link, long projectId) =>
        new(link, projectId, EntityKind.Repository, JiraIds.Repository(link, projectId), projectId.ToString(CultureInfo.InvariantCulture));
}
