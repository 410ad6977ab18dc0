using System.Text.Json.Serialization;

namespace GitLabJira.Functions.Connect;

/// <summary>The app as Jira reads it: <c>atlassian-connect.json</c>. See https://developer.atlassian.com/cloud/jira/platform/connect-app-descriptor/.</summary>
public sealed record Descriptor
{
    public required string Key { get; init; }
    public required string Name { get; init; }
    public required string Description { get; init; }
    public required string BaseUrl { get; init; }
    public required DescriptorVendor Vendor { get; init; }
    public required IReadOnlyDictionary<string, string> Links { get; init; }
    public required DescriptorLifecycle Lifecycle { get; init; }
    public DescriptorAuthentication Authentication { get; init; } = new("jwt");
    public IReadOnlyList<string> Scopes { get; init; } = ["READ", "WRITE", "DELETE"];
    public int ApiVersion { get; init; } = 1;
    public DescriptorMigrations ApiMigrations { get; init; } = new();
    public required DescriptorModules Modules { get; init; }
}

public sealed record DescriptorVendor(string Name, string Url);

public sealed record DescriptorLifecycle(string Installed, string Uninstalled);

public sealed record DescriptorAuthentication(string Type);

/// <summary>Without personal data, installs signed with Atlassian's key, context tokens with a literal hash.</summary>
public sealed record DescriptorMigrations
{
    public bool Gdpr { get; init; } = true;

    [JsonPropertyName("signed-install")]
    public bool SignedInstall { get; init; } = true;

    [JsonPropertyName("context-qsh")]
    public bool ContextQsh { get; init; } = true;
}

public sealed record DescriptorModules
{
    public required DescriptorPage PostInstallPage { get; init; }
    public required DescriptorPage ConfigurePage { get; init; }
    public required DescriptorDevelopmentTool JiraDevelopmentTool { get; init; }
    public required DescriptorProvider JiraBuildInfoProvider { get; init; }
    public required DescriptorProvider JiraDeploymentInfoProvider { get; init; }
    public required DescriptorProvider JiraFeatureFlagInfoProvider { get; init; }
}

public sealed record DescriptorText(string Value);

public sealed record DescriptorCondition(string Condition, bool Invert);

public sealed record DescriptorPage(string Key, DescriptorText Name, string Url, IReadOnlyList<DescriptorCondition> Conditions);

public sealed record DescriptorDevelopmentTool
{
    public required string Key { get; init; }
    public required DescriptorText Name { get; init; }
    public required DescriptorText Application { get; init; }
    public required string Url { get; init; }
    public required string LogoUrl { get; init; }
    public IReadOnlyList<string> Capabilities { get; init; } = ["branch", "commit", "pull_request"];
    public required DescriptorActions Actions { get; init; }
}

/// <summary>What people can do from Jira. Each stands here only when its route exists: Jira shows what stands here.</summary>
public sealed record DescriptorActions(
    DescriptorAction CreateBranch, DescriptorAction SearchConnectedWorkspaces, DescriptorAction SearchRepositories, DescriptorAction AssociateRepository);

public sealed record DescriptorAction(string TemplateUrl);

public sealed record DescriptorProvider(string Key, DescriptorText Name, string HomeUrl, string LogoUrl, string DocumentationUrl);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Descriptor))]
internal sealed partial class DescriptorJson : JsonSerializerContext;
