using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.Tests.Relay;

/// <summary>The group is where the link says, unless a test renames it.</summary>
internal sealed class TreeByPath : ILinkedTree
{
    public string? Renamed { get; set; }

    public Task<bool> ContainsAsync(Link link, string projectPath, CancellationToken cancellationToken) => Task.FromResult(GroupPaths.IsBelow(projectPath, Renamed ?? link.GroupPath));

    public Task<bool> RefreshAsync(Link link, CancellationToken cancellationToken) => Task.FromResult(Renamed is not null);
}
