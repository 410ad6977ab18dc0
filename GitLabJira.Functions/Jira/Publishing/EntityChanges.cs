using System.Text.Json;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>Turns what was seen into what Jira shall hold: the one place where models become changes, whatever source they came from.</summary>
/// <param name="publication">Whose change it is.</param>
/// <param name="project">The repository it hangs on.</param>
/// <param name="fromRead">False when only a hook's body was at hand.</param>
public sealed class EntityChanges(Publication publication, GitLabProject project, bool fromRead)
{
    public EntityChange MergeRequest(GitLabMergeRequest mergeRequest, IReadOnlyList<string> keys, long sequence, bool mayFire) =>
        Upsert(EntityRefs.MergeRequest(publication.Link, project.Id, mergeRequest.Id, mergeRequest.Iid), MergeRequestMapper.Map(publication.Link, project, mergeRequest, keys, EntitySettings.Of(publication.Link)), keys, sequence, mayFire);

    public EntityChange Branch(GitLabBranch branch, IReadOnlyList<string> keys, long sequence, bool mayFire) =>
        Upsert(EntityRefs.Branch(publication.Link, project.Id, branch.Name), BranchMapper.Map(publication.Link, project, branch, keys), keys, sequence, mayFire);

    public EntityChange Commit(GitLabCommit commit, IReadOnlyList<string> keys, long sequence, bool mayFire) =>
        Upsert(EntityRefs.Commit(publication.Link, project.Id, commit.Sha), CommitMapper.Map(publication.Link, project, commit, keys), keys, sequence, mayFire);

    public EntityChange Build(GitLabPipeline pipeline, IReadOnlyList<GitLabMergeRequest> mergeRequests, GitLabTestReport? tests, IReadOnlyList<string> keys, long sequence) =>
        Upsert(EntityRefs.Build(publication.Link, pipeline), BuildMapper.Map(publication.Link, project, pipeline, mergeRequests, tests, keys), keys, sequence, mayFire: false);

    public EntityChange Deployment(GitLabDeployment deployment, IReadOnlyList<string> keys, EntitySettings settings, long sequence) =>
        Upsert(EntityRefs.Deployment(publication.Link, deployment), DeploymentMapper.Map(publication.Link, project, deployment, keys, settings), keys, sequence, mayFire: false);

    public EntityChange FeatureFlag(GitLabFeatureFlag flag, IReadOnlyList<string> keys, long sequence) =>
        Upsert(EntityRefs.FeatureFlag(publication.Link, project.Id, flag.Name), FeatureFlagMapper.Map(publication.Link, project, flag, keys), keys, sequence, mayFire: false);

    /// <summary>Jira shall hold it no more.</summary>
    public static EntityChange Deletion(Publication publication, EntityRef entity, long sequence, bool fromRead) => new()
    {
        Entity = entity,
        Sequence = sequence,
        FromRead = fromRead,
        MayFireAutomation = false,
        Cause = publication.Cause,
    };

    private EntityChange Upsert(EntityRef entity, JsonElement body, IReadOnlyList<string> keys, long sequence, bool mayFire) => new()
    {
        Entity = entity,
        Sequence = sequence,
        Body = body,
        Repository = ApiFamilies.Of(entity.Kind) is ApiFamily.DevInfo ? RepositoryMapper.Head(publication.Link, project) : null,
        Keys = keys,
        FromRead = fromRead,
        MayFireAutomation = mayFire,
        Cause = publication.Cause,
    };
}
