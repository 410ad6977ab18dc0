using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Configuration;

/// <param name="Host">Of the next sign-in.</param>
/// <param name="RedirectUri">What the OAuth application in GitLab must name, beside <paramref name="Scopes"/>.</param>
public sealed record GitLabVersionView(string Reason, string Host, bool IsDefault, IReadOnlyList<InstanceView> Instances, string RedirectUri, IReadOnlyList<string> Scopes);

/// <param name="ApplicationId">Null for the default instance, whose application is the operator's.</param>
public sealed record InstanceView(string Host, bool IsDefault, string? ApplicationId, bool? HasSecret);

/// <summary>Which GitLab the next sign-in goes to. Links that stand go on wherever they are.</summary>
public sealed class GitLabVersion(
    GitLabInstances instances, InstanceAddresses addresses, InstanceProbe probe, IInstallationStore installations, IOptions<AppOptions> app)
{
    public async Task<GitLabVersionView> ViewAsync(string reason, Installation site, Uri host, CancellationToken cancellationToken)
    {
        var standard = GitLabHosts.Name(instances.Default.Host);
        var own = await instances.ListAsync(site.ClientKey, cancellationToken);
        InstanceView[] all =
        [
            new(standard, IsDefault: true, ApplicationId: null, HasSecret: null),
            .. own.Select(instance => new InstanceView(GitLabHosts.Name(instance.Host), IsDefault: false, instance.ApplicationId, instance.ApplicationSecret is not null))
                .OrderBy(instance => instance.Host, StringComparer.Ordinal),
        ];

        return new GitLabVersionView(reason, GitLabHosts.Name(host), GitLabHosts.Same(host, instances.Default.Host), all, GitLabOAuth.RedirectOf(app.Value), [GitLabOAuth.Scope]);
    }

    /// <param name="applicationId">Null for an instance that the site knows already, or the default one.</param>
    /// <param name="applicationSecret">Null for the known one of the same application, or for a public application.</param>
    /// <returns>Null when chosen.</returns>
    public async Task<Refusal?> ChooseAsync(Installation site, Uri host, string? applicationId, string? applicationSecret, CancellationToken cancellationToken)
    {
        if (!addresses.Allows(host))
        {
            return new(
                StatusCodes.Status422UnprocessableEntity,
                Reasons.GitLabAddressRefused,
                "This address cannot be used. It must begin with https:// and name a server on the public internet.",
                "host");
        }

        if (!GitLabHosts.Same(host, instances.Default.Host) && await RegisterAsync(site, host, applicationId, applicationSecret, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        return await installations.ChooseGitLabAsync(site.ClientKey, site.Epoch, GitLabHosts.Normal(host), cancellationToken)
            ? null
            : new(StatusCodes.Status409Conflict, Reasons.RemovedMeanwhile, "The app was uninstalled from this site meanwhile.");
    }

    private async Task<Refusal?> RegisterAsync(Installation site, Uri host, string? applicationId, string? applicationSecret, CancellationToken cancellationToken)
    {
        var known = (await instances.ListAsync(site.ClientKey, cancellationToken)).FirstOrDefault(instance => GitLabHosts.Same(instance.Host, host));
        var isSame = known is not null && (applicationId is null || string.Equals(applicationId, known.ApplicationId, StringComparison.Ordinal));

        if (isSame && applicationSecret is null)
        {
            return null;
        }

        if ((applicationId ?? known?.ApplicationId) is not { } id)
        {
            return Refusal.BadField("applicationId", "must be the id of the OAuth application that this app has in that GitLab.");
        }

        var result = await probe.TryAsync(host, id, applicationSecret, cancellationToken);

        if (result is not ProbeResult.Works)
        {
            return Of(result);
        }

        await instances.RegisterAsync(site.ClientKey, site.Epoch, host, id, applicationSecret, cancellationToken);
        return null;
    }

    private static Refusal Of(ProbeResult result) => result switch
    {
        ProbeResult.ApplicationRefused => new(
            StatusCodes.Status422UnprocessableEntity, Reasons.ApplicationRefused, "This GitLab does not know the application id, or the secret is not the application's.", "applicationId"),
        ProbeResult.NotGitLab => new(StatusCodes.Status422UnprocessableEntity, Reasons.NotAGitLab, "Something answers at this address, but not as GitLab does. Check the address.", "host"),
        _ => new(
            StatusCodes.Status422UnprocessableEntity,
            Reasons.GitLabUnreachable,
            "GitLab does not answer at this address. Check its name, its certificate, and that its firewall lets this app in.",
            "host"),
    };
}
