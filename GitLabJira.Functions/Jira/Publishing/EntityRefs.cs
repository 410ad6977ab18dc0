using System.Globalization;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>Names GitLab's entities as Jira knows them.</summary>
public static class EntityRefs
{
    /// <param name="id">The global id, which Jira sees; the iid is what GitLab is asked with.</param>
    public static EntityRef MergeRequest(Link link, long projectId, long id, long iid) =>
        new(link, projectId, EntityKind.MergeRequest, JiraIds.MergeRequest(id), iid.ToString(CultureInfo.InvariantCulture));

    public static EntityRef Branch(Link link, long projectId, string name) => new(link, projectId, EntityKind.Branch, JiraIds.Branch(name), name);

    public static EntityRef Commit(Link link, long projectId, string sha) => new(link, projectId, EntityKind.Commit, JiraIds.Commit(sha), sha);

    public static EntityRef Repository(Link link, long projectId) =>
        new(link, projectId, EntityKind.Repository, JiraIds.Repository(link, projectId), projectId.ToString(CultureInfo.InvariantCulture));
}
