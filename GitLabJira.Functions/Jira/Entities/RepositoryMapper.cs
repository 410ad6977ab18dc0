using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>A GitLab project as Jira's repository.</summary>
public static class RepositoryMapper
{
    public static RepositoryHead Head(Link link, GitLabProject project) => new(
        JiraIds.Repository(link, project.Id),
        JiraText.Required(project.Name, JiraFields.ShortText),
        project.WebUrl,
        JiraText.Optional(project.Description, JiraFields.LongText),
        JiraText.Url(project.AvatarUrl, JiraFields.Address));
}
