using GitLabJira.Functions.GitLab.Instances;

namespace GitLabJira.Functions.Tests.GitLab;

/// <summary>Knows the given hosts and no other.</summary>
internal sealed class KnownInstances(params GitLabInstance[] instances) : IInstances
{
    public static readonly Uri Host = new("https://gitlab.test");

    public static KnownInstances One { get; } = new(new GitLabInstance(Host, Tag: "", "application", "application-secret"));

    public Task<bool> KnowsAsync(Uri host, CancellationToken cancellationToken) => Task.FromResult(instances.Any(instance => instance.Host == host));

    public Task<GitLabInstance?> FindAsync(string clientKey, Uri host, CancellationToken cancellationToken) =>
        Task.FromResult(instances.FirstOrDefault(instance => instance.Host == host));
}
