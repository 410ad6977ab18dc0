using System.Globalization;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.WholeApp.Tests.Delivery;

/// <summary>Entities of an invented company, mapped by the app.</summary>
internal static class Sample
{
    private static readonly GitLabPerson Ada = new() { Id = 5, Name = "Ada Brewer", Username = "ada", Email = "ada@example.com", WebUrl = "https://gitlab.example.com/ada" };

    public static GitLabProject Project(long id) => new()
    {
        Id = id,
        Name = $"Tea {id}",
        PathWithNamespace = $"kettle/tea-{id}",
        WebUrl = $"https://gitlab.example.com/kettle/tea-{id}",
        Description = "Tea \uD83C\uDF75",
    };

    public static GitLabMergeRequest MergeRequest(long id, long project, string title) => new()
    {
        Id = id,
        Iid = id,
        ProjectId = project,
        Reference = string.Create(CultureInfo.InvariantCulture, $"kettle/tea-{project}!{id}"),
        Title = title,
        State = MergeRequestState.Opened,
        SourceBranch = $"feature-{id}",
        TargetBranch = "main",
        SourceProjectId = project,
        Author = Ada,
        CreatedAt = new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero),
        UpdatedAt = new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero),
        WebUrl = string.Create(CultureInfo.InvariantCulture, $"https://gitlab.example.com/kettle/tea-{project}/-/merge_requests/{id}"),
    };

    public static GitLabCommit Commit(string sha, string message) => new()
    {
        Sha = sha,
        Message = message,
        Author = Ada,
        CommittedAt = new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero),
        WebUrl = $"https://gitlab.example.com/kettle/tea/-/commit/{sha}",
        FileCount = 1,
        Files = [new("a/b c.txt", "a/b c.txt", FileChange.Modified, 1, 2)],
    };

    public static EntityRef Ref(Link link, long project, EntityKind kind, string id) => new(link, project, kind, id, id);

    public static EntityChange Change(Link link, GitLabMergeRequest mergeRequest, long sequence, bool mayFire = true) => new()
    {
        Entity = Ref(link, mergeRequest.ProjectId, EntityKind.MergeRequest, JiraIds.MergeRequest(mergeRequest.Id)),
        Sequence = sequence,
        Body = MergeRequestMapper.Map(link, Project(mergeRequest.ProjectId), mergeRequest, EntityKeys.OfMergeRequest(mergeRequest)),
        Repository = RepositoryMapper.Head(link, Project(mergeRequest.ProjectId)),
        Keys = EntityKeys.OfMergeRequest(mergeRequest),
        FromRead = true,
        MayFireAutomation = mayFire,
        Cause = "test",
    };

    public static EntityChange Change(Link link, long project, GitLabBranch branch, long sequence)
    {
        var keys = EntityKeys.OfBranch(branch.Name, []);

        return new EntityChange
        {
            Entity = Ref(link, project, EntityKind.Branch, JiraIds.Branch(branch.Name)),
            Sequence = sequence,
            Body = BranchMapper.Map(link, Project(project), branch, keys),
            Repository = RepositoryMapper.Head(link, Project(project)),
            Keys = keys,
            FromRead = true,
            MayFireAutomation = true,
            Cause = "test",
        };
    }

    public static EntityChange Change(Link link, long project, GitLabCommit commit, long sequence) => new()
    {
        Entity = Ref(link, project, EntityKind.Commit, JiraIds.Commit(commit.Sha)),
        Sequence = sequence,
        Body = CommitMapper.Map(link, Project(project), commit, EntityKeys.OfCommit(commit)),
        Repository = RepositoryMapper.Head(link, Project(project)),
        Keys = EntityKeys.OfCommit(commit),
        FromRead = true,
        MayFireAutomation = true,
        Cause = "test",
    };

    public static EntityChange Deletion(EntityRef entity, long sequence) => new()
    {
        Entity = entity,
        Sequence = sequence,
        FromRead = true,
        MayFireAutomation = false,
        Cause = "test",
    };
}
