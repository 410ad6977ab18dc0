using System.Globalization;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>Looks at one build, deployment or feature flag in GitLab and says what Jira shall hold of it, as <see cref="EntityReader"/> does for development information.</summary>
/// <remarks>Jira's id of a build or deployment is often known only after the read; the sequence is taken before it all the same, then by the clock alone.</remarks>
public sealed class CiReader(IGrantAccess grants, IGitLabCiReader reader, ProjectCache projects, ISent sent, ILookLog log)
{
    /// <param name="publication">On whose behalf.</param>
    /// <param name="asked">Its name is the pipeline's id.</param>
    /// <param name="head">The commit that a hook told, to spare its reading.</param>
    public async Task<BuildLook> BuildAsync(Publication publication, EntityRef asked, GitLabCommit? head, CancellationToken cancellationToken)
    {
        var (link, projectId) = (publication.Link, asked.ProjectId);
        var note = await log.BeginAsync(asked, publication.Known, cancellationToken);
        var known = await FindAsync(asked, cancellationToken);
        var sequence = sent.NextSequence(known, publication.Lane);
        var pipeline = await grants.CallAsync(link, (access, token) => reader.PipelineAsync(access, projectId, Id(asked), token), cancellationToken);
        var project = await projects.FindAsync(link, projectId, fresh: pipeline is null, cancellationToken);
        var entity = pipeline is null ? asked : EntityRefs.Build(link, pipeline);
        var look = new BuildLook
        {
            Entity = entity,
            Note = note,
            Held = entity == asked ? known : await sent.FindAsync(entity, cancellationToken),
            Sequence = sequence,
            Presence = EntityReader.Where(pipeline, project),
            Pipeline = pipeline,
        };

        var change = pipeline is not null && project is not null
            ? await new CiChanges(grants, reader, publication, project).BuildAsync(pipeline, head, sequence, cancellationToken)
            : null;
        return look with { Change = change ?? EntityReader.Deletion(publication, look, wasKeyed: false) };
    }

    /// <summary>Whether a merge request gives the pipeline's build a key, for one request.</summary>
    public async Task<bool> IsNamedByMergeRequestAsync(Publication publication, GitLabPipeline pipeline, CancellationToken cancellationToken) =>
        (await grants.CallAsync(publication.Link, (access, token) => reader.MergeRequestsAsync(access, pipeline, token), cancellationToken)).Any(mergeRequest => EntityKeys.OfMergeRequest(mergeRequest).For(publication.Link).Count > 0);

    /// <param name="publication">On whose behalf.</param>
    /// <param name="projectId">Of the merge request.</param>
    /// <param name="iid">The merge request's number.</param>
    public Task<GitLabPipeline?> HeadPipelineAsync(Publication publication, long projectId, long iid, CancellationToken cancellationToken) =>
        grants.CallAsync(publication.Link, (access, token) => reader.HeadPipelineAsync(access, projectId, iid, token), cancellationToken);

    /// <param name="publication">On whose behalf.</param>
    /// <param name="asked">Its name is the deployment's id.</param>
    public async Task<DeploymentLook> DeploymentAsync(Publication publication, EntityRef asked, CancellationToken cancellationToken)
    {
        var (link, projectId) = (publication.Link, asked.ProjectId);
        var note = await log.BeginAsync(asked, publication.Known, cancellationToken);
        var known = await FindAsync(asked, cancellationToken);
        var sequence = sent.NextSequence(known, publication.Lane);
        var deployment = await grants.CallAsync(link, (access, token) => reader.DeploymentAsync(access, projectId, Id(asked), token), cancellationToken);
        var project = await projects.FindAsync(link, projectId, fresh: deployment is null, cancellationToken);
        var entity = deployment is null ? asked : EntityRefs.Deployment(link, deployment);
        var look = new DeploymentLook
        {
            Entity = entity,
            Note = note,
            Held = entity == asked ? known : await sent.FindAsync(entity, cancellationToken),
            Sequence = sequence,
            Presence = EntityReader.Where(deployment, project),
            Deployment = deployment,
        };

        var change = deployment is not null && project is not null
            ? await new CiChanges(grants, reader, publication, project).DeploymentAsync(deployment, sequence, cancellationToken)
            : null;
        return look with { Change = change ?? EntityReader.Deletion(publication, look, wasKeyed: false) };
    }

    public async Task<FeatureFlagLook> FeatureFlagAsync(Publication publication, long projectId, string name, CancellationToken cancellationToken)
    {
        var (link, entity) = (publication.Link, EntityRefs.FeatureFlag(publication.Link, projectId, name));
        var note = await log.BeginAsync(entity, publication.Known, cancellationToken);
        var held = await sent.FindAsync(entity, cancellationToken);
        var sequence = sent.NextSequence(held, publication.Lane);
        var flag = await grants.CallAsync(link, (access, token) => reader.FeatureFlagAsync(access, projectId, name, token), cancellationToken);
        var project = await projects.FindAsync(link, projectId, fresh: flag is null, cancellationToken);
        var look = new FeatureFlagLook { Entity = entity, Note = note, Held = held, Sequence = sequence, Presence = EntityReader.Where(flag, project), Flag = flag };

        var change = flag is not null && project is not null ? new CiChanges(grants, reader, publication, project).FeatureFlag(flag, sequence) : null;
        return look with { Change = change ?? EntityReader.Deletion(publication, look, wasKeyed: false) };
    }

    /// <summary>What was sent of it, if Jira's id of it is known before the read.</summary>
    private async Task<SentEntity?> FindAsync(EntityRef entity, CancellationToken cancellationToken) => EntityRefs.IsResolved(entity) ? await sent.FindAsync(entity, cancellationToken) : null;

    private static long Id(EntityRef entity) => long.Parse(entity.Name, CultureInfo.InvariantCulture);
}
