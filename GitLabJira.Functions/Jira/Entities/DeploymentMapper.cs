using System.Globalization;
using System.Text.Json;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>A GitLab deployment as Jira's deployment (<c>reference/gitlab-app-behaviour.md</c> 6.8).</summary>
public static class DeploymentMapper
{
    /// <summary>Jira's limit over all associations of a deployment; it replaces them as a whole, so a second request would not add to the first.</summary>
    private const int MostAssociations = 500;

    /// <summary>GitLab's limit.</summary>
    private const int MostServices = 100;
    private const int ShortSha = 8;

    /// <exception cref="ArgumentException">Neither a key nor a service.</exception>
    public static JsonElement Map(Link link, GitLabProject project, GitLabDeployment deployment, IReadOnlyList<string> keys, EntitySettings settings)
    {
        var sha = deployment.Sha.Length > ShortSha ? deployment.Sha[..ShortSha] : deployment.Sha;
        var place = deployment.Environment;

        return JsonSerializer.SerializeToElement(
            new JiraDeployment
            {
                DeploymentSequenceNumber = deployment.Iid,
                Associations = Associations(keys, settings),
                DisplayName = Text($"Deployment {deployment.Iid} ({deployment.Ref}@{sha}) to {place.Name}"),
                Url = JiraText.Url(deployment.Job?.WebUrl, JiraFields.Address) ?? Invariant($"{project.WebUrl}/-/environments/{place.Id}"),
                Description = Text(
                    $"Deployment {deployment.Iid} (deployment-{deployment.Id}) of {project.Name} (project-{project.Id}) at {sha}\nto {place.Name} by {(deployment.Job is { } job ? $"job {job.Name}" : "the API")}"),
                LastUpdated = JiraFields.Time(deployment.UpdatedAt),
                Label = Text($"{project.PathWithNamespace}-{place.Name}-{deployment.Iid}-{sha}"),
                Duration = deployment.Job?.Duration is { } duration ? (long)duration.TotalSeconds : null,
                State = State(deployment.Status),
                Pipeline = Pipeline(link, project, deployment),
                Environment = new JiraEnvironment(JiraIds.Environment(link, place.Id), Text($"{project.Name}/{place.Name}"), settings.EnvironmentTypes.Of(place)),
            },
            JiraCiShapesJson.Default.JiraDeployment);
    }

    internal static JiraDeploymentState State(DeploymentStatus status) => status switch
    {
        DeploymentStatus.Created => JiraDeploymentState.Pending,
        DeploymentStatus.Blocked => JiraDeploymentState.Pending,
        DeploymentStatus.Running => JiraDeploymentState.InProgress,
        DeploymentStatus.Success => JiraDeploymentState.Successful,
        DeploymentStatus.Failed => JiraDeploymentState.Failed,
        DeploymentStatus.Canceled => JiraDeploymentState.Cancelled,
        DeploymentStatus.Skipped => JiraDeploymentState.Cancelled,
        DeploymentStatus.Unknown => JiraDeploymentState.Unknown,
        _ => JiraDeploymentState.Unknown,
    };

    /// <summary>Issue keys first: what is too much, services lose.</summary>
    private static List<JiraAssociation> Associations(IReadOnlyList<string> keys, EntitySettings settings)
    {
        IReadOnlyList<string> issues = [.. keys.Take(MostAssociations)];
        IReadOnlyList<string> services =
        [
            .. settings.ServiceIds
                .Select(id => id.Trim())
                .Where(id => id.Length is > 0 and <= JiraFields.ShortText)
                .Distinct(StringComparer.Ordinal)
                .Take(Math.Min(MostServices, MostAssociations - issues.Count)),
        ];

        if (issues.Count + services.Count == 0)
        {
            throw new ArgumentException("Jira takes no deployment without an association.", nameof(keys));
        }

        var associations = new List<JiraAssociation>();

        if (issues.Count > 0)
        {
            associations.Add(new JiraAssociation("issueKeys", issues));
        }

        if (services.Count > 0)
        {
            associations.Add(new JiraAssociation("serviceIdOrKeys", services));
        }

        return associations;
    }

    /// <summary>Jira requires a pipeline. What the API made has none: all of these of a project share one.</summary>
    private static JiraPipeline Pipeline(Link link, GitLabProject project, GitLabDeployment deployment)
    {
        var id = JiraIds.DeploymentPipeline(link, deployment);

        return deployment.Job?.Pipeline is { } pipeline
            ? new JiraPipeline(
                id,
                Text($"{project.Name} pipeline {pipeline.Iid ?? pipeline.Id}"),
                JiraText.Url(pipeline.WebUrl, JiraFields.Address) ?? Invariant($"{project.WebUrl}/-/pipelines/{pipeline.Id}"))
            : new JiraPipeline(id, Text($"{project.Name} deployments"), $"{project.WebUrl}/-/environments");
    }

    private static string Text(FormattableString text) => JiraText.Required(FormattableString.Invariant(text), JiraFields.ShortText);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
