using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;

namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>Makes hooks of CI, deployments and feature flags.</summary>
internal static class HookCiBuilder
{
    public static HookReading Pipeline(HookFields fields)
    {
        if (fields.Attributes is not { } attributes)
        {
            return HookBuilder.Missing("object_attributes");
        }

        if ((fields.Project?.Id ?? fields.ProjectId) is not { } projectId)
        {
            return HookBuilder.Missing("project.id");
        }

        if (attributes is not { Id: { } id, Sha: { Length: > 0 } sha })
        {
            return HookBuilder.Missing(attributes.Id is null ? "object_attributes.id" : "object_attributes.sha");
        }

        // A fork's pipeline names a merge request of another project, and is a branch's pipeline in its own.
        var mergeRequest = fields.MergeRequest is { Iid: not null } named && (named.TargetProjectId ?? projectId) == projectId ? named : null;
        var reference = attributes.Ref ?? "";

        return new HookReading(new PipelineHook
        {
            ProjectId = projectId,
            Project = HookBuilder.Project(projectId, fields.Project),
            Head = fields.Commit,
            MergeRequestTitle = fields.MergeRequest?.Title,
            Pipeline = new GitLabPipeline
            {
                Id = id,
                Iid = attributes.Iid,
                ProjectId = projectId,
                Ref = reference,
                Tag = attributes.Tag,
                Source = attributes.StartedBy,
                Status = GitLabStates.Pipeline(attributes.Status),
                Sha = sha,
                BeforeSha = attributes.BeforeSha,
                WebUrl = attributes.Url ?? (fields.Project?.WebUrl is { } web ? $"{web}/-/pipelines/{id}" : ""),
                CreatedAt = GitLabTime.Parse(attributes.CreatedAt),
                FinishedAt = GitLabTime.Parse(attributes.FinishedAt),
                Duration = attributes.Duration is >= 0 and < int.MaxValue ? TimeSpan.FromSeconds(attributes.Duration.Value) : null,
                User = fields.User,
                MergeRequestIid = mergeRequest?.Iid ?? GitLabPipeline.MergeRequestIidOf(reference),
                SourceBranch = mergeRequest?.SourceBranch,
                Parent = fields.Parent,
            },
        });
    }

    public static HookReading Deployment(HookFields fields)
    {
        if ((fields.Project?.Id ?? fields.ProjectId) is not { } projectId)
        {
            return HookBuilder.Missing("project.id");
        }

        if (fields.Deployment.Id is not { } id)
        {
            return HookBuilder.Missing("deployment_id");
        }

        return new HookReading(new DeploymentHook
        {
            ProjectId = projectId,
            Project = HookBuilder.Project(projectId, fields.Project),
            DeploymentId = id,
            Status = GitLabStates.Deployment(fields.Deployment.Status) is var status and not DeploymentStatus.Unknown ? status : null,
            ChangedAt = GitLabTime.Parse(fields.Deployment.ChangedAt),
            Environment = fields.Deployment.Environment,
            Tier = GitLabStates.Tier(fields.Deployment.Tier),
            Ref = fields.Ref,
            Sha = LastPart(fields.Deployment.CommitUrl),
            JobId = fields.Deployment.JobId,
        });
    }

    public static HookReading FeatureFlag(HookFields fields)
    {
        if (fields.Attributes is not { } attributes)
        {
            return HookBuilder.Missing("object_attributes");
        }

        if ((fields.Project?.Id ?? fields.ProjectId) is not { } projectId)
        {
            return HookBuilder.Missing("project.id");
        }

        return attributes.Name is not { Length: > 0 } name
            ? HookBuilder.Missing("object_attributes.name")
            : new HookReading(new FeatureFlagHook
            {
                ProjectId = projectId,
                Project = HookBuilder.Project(projectId, fields.Project),
                Flag = new GitLabFeatureFlag { ProjectId = projectId, Name = name, Description = attributes.Description, Active = attributes.Active },
            });
    }

    private static string? LastPart(string? url) => url?[(url.LastIndexOf('/') + 1)..] is { Length: > 0 } part && part.All(char.IsAsciiHexDigit) ? part : null;
}
