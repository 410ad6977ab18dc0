using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Connect;

/// <summary>Builds the descriptor from the settings.</summary>
public sealed class DescriptorBuilder(IOptions<AppOptions> app, IOptions<ConnectOptions> connect)
{
    private static readonly DescriptorCondition[] AdminOnly = [new("user_is_admin", Invert: false)];

    public Descriptor Build()
    {
        var options = connect.Value;
        var (name, home, documentation) = (options.ProviderName, options.HomeUrl.AbsoluteUri, options.DocumentationUrl.AbsoluteUri);
        var logo = (options.LogoUrl ?? app.Value.Address($"/{ConnectRoutes.Logo}")).AbsoluteUri;

        return new Descriptor
        {
            Key = options.Key,
            Name = options.Name,
            Description = options.Description,
            BaseUrl = app.Value.Base,
            Vendor = new DescriptorVendor(options.VendorName, (options.VendorUrl ?? app.Value.BaseUrl).AbsoluteUri),
            Links = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["self"] = app.Value.Address($"/{ConnectRoutes.Descriptor}").AbsoluteUri,
                ["documentation"] = documentation,
            },
            Lifecycle = new DescriptorLifecycle($"/{ConnectRoutes.Installed}", $"/{ConnectRoutes.Uninstalled}"),
            Modules = new DescriptorModules
            {
                PostInstallPage = Page("gitlab-get-started", $"{name} configuration"),
                ConfigurePage = Page("gitlab-configuration", $"{name} configuration"),
                JiraDevelopmentTool = new DescriptorDevelopmentTool
                {
                    Key = "gitlab-development-tool",
                    Name = new DescriptorText(name),
                    Application = new DescriptorText(name),
                    Url = home,
                    LogoUrl = logo,
                    Actions = new DescriptorActions(
                        CreateBranch: Action($"{ConnectRoutes.CreateBranch}?issue_key={{issue.key}}&issue_summary={{issue.summary}}&jwt={{jwt}}"),
                        SearchConnectedWorkspaces: Action(ConnectRoutes.SearchWorkspaces),
                        SearchRepositories: Action(ConnectRoutes.SearchRepositories),
                        AssociateRepository: Action(ConnectRoutes.AssociateRepository)),
                },
                JiraBuildInfoProvider = new DescriptorProvider("gitlab-ci", new DescriptorText($"{name} CI"), home, logo, documentation),
                JiraDeploymentInfoProvider = new DescriptorProvider("gitlab-deployments", new DescriptorText($"{name} deployments"), home, logo, documentation),
                JiraFeatureFlagInfoProvider = new DescriptorProvider("gitlab-feature-flags", new DescriptorText($"{name} feature flags"), home, logo, documentation),
            },
        };
    }

    private DescriptorAction Action(string route) => new($"{app.Value.Base}/{route}");

    private static DescriptorPage Page(string key, string name) => new(key, new DescriptorText(name), $"/{ConnectRoutes.Configuration}", AdminOnly);
}
