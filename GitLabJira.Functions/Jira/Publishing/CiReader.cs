using System.Globalization;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>Looks at one build, deployment or feature flag in GitLab and says what Jira shall hold of it, as <see cref="EntityReader"/> does for development information.</summary>
/// <remarks>Jira's id of a build or deployment is known for sure only after the read; the sequence is taken before it all the same, by the clock alone.</remarks>
public sealed class CiReader(IGrantAccess grants, IGitLabCiReader reader, ProjectCache projects, ISent sent, ILookLog log)
{
    /// <param name="publication">On whose behalf.</param>
    /// <param name="asked">Its name is the pipeline's id.</param>
    /// <param name="head">The commit that a hook told, to spare its reading.</param>
    public async Task<BuildLook> BuildAsync(Publication publication, EntityRef asked, GitLabCommit? head, CancellationToken cancellationToken)
    {
        var (link, projectId) = (publication.Link, asked.ProjectId);
        var (note, sequence) = await BeginAsync(publication, asked, cancellationToken);
        var pipeline = await grants.CallAsync(link, (access, token) => reader.PipelineAsync(access, projectId, Id(asked), token), cancellationToken);
        var project = await projects.FindAsync(link, projectId, fresh: pipeline is null, cancellationToken);
        var entity = pipeline is null ? asked : EntityRefs.Build(link, pipeline);
        var look = new BuildLook
        {
            Entity = entity,
            Note = note,
            Held = await sent.FindAsync(entity, cancellationToken),
            Sequence = sequence,
            Presence = EntityReader.Where(pipeline, project),
            Pipeline = pipeline,
        };

        // Without a number it has no place at Jira (GitLab before 13.2).
        if (pipeline is not { Iid: not null } || project is null)
        {
            return look with { Change = EntityReader.Deletion(publication, look, wasKeyed: false) };
        }

        var mergeRequests = await grants.CallAsync(link, (access, token) => reader.MergeRequestsAsync(access, pipeline, token), cancellationToken);
        var commit = head is { } told && string.Equals(told.Sha, pipeline.Sha, StringComparison.Ordinal)
            ? told
            : await grants.CallAsync(link, (access, token) => reader.CommitAsync(access, projectId, pipeline.Sha, token), cancellationToken);
        var keys = EntityKeys.OfBuild(pipeline, commit, mergeRequests);

        if (keys.Count == 0)
        {
            return look with { Change = EntityReader.Deletion(publication, look, wasKeyed: false) };
        }

        var tests = pipeline.IsFinished
            ? await grants.CallAsync(link, (access, token) => reader.TestReportAsync(access, projectId, pipeline.Id, token), cancellationToken)
            : null;
        return look with { Change = new EntityChanges(publication, project, fromRead: true).Build(pipeline, mergeRequests, tests, keys, sequence) };
    }

    /// <param name="publication">On whose behalf.</param>
    /// <param name="asked">Its name is the deployment's id.</param>
    public async Task<DeploymentLook> DeploymentAsync(Publication publication, EntityRef asked, CancellationToken cancellationToken)
    {
        var (link, projectId) = (publication.Link, asked.ProjectId);
        var (note, sequence) = await BeginAsync(publication, asked, cancellationToken);
        var deployment = await grants.CallAsync(link, (access, token) => reader.DeploymentAsync(access, projectId, Id(asked), token), cancellationToken);
        var project = await projects.FindAsync(link, projectId, fresh: deployment is null, cancellationToken);
        var entity = deployment is null ? asked : EntityRefs.Deployment(link, deployment);
        var look = new DeploymentLook
        {
            Entity = entity,
            Note = note,
            Held = await sent.FindAsync(entity, cancellationToken),
            Sequence = sequence,
            Presence = EntityReader.Where(deployment, project),
            Deployment = deployment,
        };

        if (deployment is null || project is null)
        {
            return look with { Change = EntityReader.Deletion(publication, look, wasKeyed: false) };
        }

        var settings = EntitySettings.Of(link);
        var commits = await grants.CallAsync(link, (access, token) => reader.DeployedCommitsAsync(access, deployment, settings.FirstParentOnly, token), cancellationToken);
        IReadOnlyList<GitLabMergeRequest> mergeRequests = deployment.Job?.Pipeline is { } pipeline
            ? await grants.CallAsync(link, (access, token) => reader.MergeRequestsAsync(access, pipeline, token), cancellationToken)
            : [];
        var keys = EntityKeys.OfDeployment(deployment, mergeRequests, commits);

        return look with
        {
            Change = keys.Count > 0 || settings.ServiceIds.Count > 0
                ? new EntityChanges(publication, project, fromRead: true).Deployment(deployment, keys, settings, sequence)
                : EntityReader.Deletion(publication, look, wasKeyed: false),
        };
    }

    public async Task<FeatureFlagLook> FeatureFlagAsync(Publication publication, long projectId, string name, CancellationToken cancellationToken)
    {
        var (link, entity) = (publication.Link, EntityRefs.FeatureFlag(publication.Link, projectId, name));
        var (note, sequence) = await BeginAsync(publication, entity, cancellationToken);
        var held = await sent.FindAsync(entity, cancellationToken);
        var flag = await grants.CallAsync(link, (access, token) => reader.FeatureFlagAsync(access, projectId, name, token), cancellationToken);
        var project = await projects.FindAsync(link, projectId, fresh: flag is null, cancellationToken);
        var look = new FeatureFlagLook { Entity = entity, Note = note, Held = held, Sequence = sequence, Presence = EntityReader.Where(flag, project), Flag = flag };

        return look with
        {
            Change = flag is not null && project is not null && EntityKeys.OfFeatureFlag(flag) is { Count: > 0 } keys
                ? new EntityChanges(publication, project, fromRead: true).FeatureFlag(flag, keys, sequence)
                : EntityReader.Deletion(publication, look, wasKeyed: false),
        };
    }

    private async Task<(LookNote Note, long Sequence)> BeginAsync(Publication publication, EntityRef entity, CancellationToken cancellationToken) =>
        (await log.BeginAsync(entity, cancellationToken), await sent.NextSequenceAsync(entity, publication.Lane, cancellationToken));

    private static long Id(EntityRef entity) => long.Parse(entity.Name, CultureInfo.InvariantCulture);
}
