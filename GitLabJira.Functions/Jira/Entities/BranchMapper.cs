using System.Text.Json;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>A GitLab branch as Jira's branch.</summary>
public static class BranchMapper
{
    private const int NameLimit = 512;

    public static JsonElement Map(Link link, GitLabProject project, GitLabBranch branch, IReadOnlyList<string> keys)
    {
        var own = EntityKeys.OfCommit(branch.LastCommit).For(link);

        return JsonSerializer.SerializeToElement(
            new JiraBranch
            {
                Id = JiraIds.Branch(branch.Name),
                IssueKeys = JiraFields.Keys(keys),
                Name = JiraText.Required(branch.Name, NameLimit),
                // Jira requires a key on the last commit too; one that names none is shown under the branch's.
                LastCommit = CommitMapper.Shape(project, branch.LastCommit, own.Count > 0 ? own : keys),
                CreatePullRequestUrl = GitLabPages.NewMergeRequest(project.WebUrl, branch.Name),
                Url = GitLabPages.Branch(project.WebUrl, branch.Name),
            },
            JiraShapesJson.Default.JiraBranch);
    }
}
