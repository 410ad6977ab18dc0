using System.Globalization;
using System.Runtime.CompilerServices;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Toolchain;

/// <summary>A site's linked groups as Jira's workspaces, and the projects below them as its repositories. Searches go by what the app knows and ask GitLab nothing.</summary>
public sealed class ToolchainCatalog(ILinks links, IProjects projects, IOptions<AppOptions> app, IOptions<ConnectOptions> connect)
{
    private string Logo => (connect.Value.LogoUrl ?? app.Value.Address($"/{ConnectRoutes.Logo}")).AbsoluteUri;

    /// <summary>The links of this installation that stand, by path.</summary>
    public IAsyncEnumerable<Link> LinksAsync(Installation site, CancellationToken cancellationToken) => links.ListAsync(site.ClientKey, cancellationToken)
        .Where(link => link.State is not (LinkState.Unlinking or LinkState.Linking) && link.InstallationEpoch >= site.Epoch)
        .OrderBy(link => link.GroupPath, StringComparer.OrdinalIgnoreCase);

    /// <summary>Known projects whose path holds the text.</summary>
    public async IAsyncEnumerable<(Link Link, LinkedProject Project)> ProjectsAsync(Installation site, string text, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var link in LinksAsync(site, cancellationToken))
        {
            await foreach (var project in projects.ListAsync(link.Id, cancellationToken))
            {
                // A row without a path is a hook that was placed ahead of its project's read.
                if (project.Path.Contains(text, StringComparison.OrdinalIgnoreCase) && project.Path.Length > 0 && !link.Settings.Excludes(project.ProjectId))
                {
                    yield return (link, project);
                }
            }
        }
    }

    /// <summary>Where a repository's id may belong: links whose host has the tag that it begins with.</summary>
    public async IAsyncEnumerable<(Link Link, long ProjectId)> PlacesAsync(Installation site, string repositoryId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var link in LinksAsync(site, cancellationToken))
        {
            var tag = link.HostTag.Length == 0 ? "" : $"{link.HostTag}-";

            if (repositoryId.StartsWith(tag, StringComparison.Ordinal)
                && long.TryParse(repositoryId.AsSpan(tag.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
                && !link.Settings.Excludes(id))
            {
                yield return (link, id);
            }
        }
    }

    public ToolchainWorkspace Workspace(Link link) => new(JiraIds.Repository(link, link.GroupId), link.GroupPath, Logo);

    /// <summary>Named by its path below the group: the app stores no other name.</summary>
    public ToolchainContainer Container(Link link, LinkedProject project) => new(
        JiraIds.Repository(link, project.ProjectId),
        GroupPaths.IsBelow(project.Path, link.GroupPath) ? project.Path[(link.GroupPath.Length + 1)..] : project.Path,
        GitLabHosts.Address(link.Host, project.Path).AbsoluteUri,
        Logo,
        project.WrittenAt ?? link.CreatedAt,
        Workspace(link));

    public ToolchainContainer Container(Link link, GitLabProject project) => new(
        JiraIds.Repository(link, project.Id), project.Name, project.WebUrl, project.AvatarUrl ?? Logo, project.LastActivityAt ?? link.CreatedAt, Workspace(link));
}
