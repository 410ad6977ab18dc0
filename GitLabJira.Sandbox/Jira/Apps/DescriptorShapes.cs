using System.Text.RegularExpressions;
using GitLabJira.Sandbox.Jira.Checks;
using static GitLabJira.Sandbox.Jira.Checks.Field;
using static GitLabJira.Sandbox.Jira.Checks.Rule;

namespace GitLabJira.Sandbox.Jira.Apps;

/// <summary>Fields and limits of a Connect descriptor (developer.atlassian.com, "App descriptor", and the module pages).</summary>
internal static partial class DescriptorShapes
{
    private static readonly Rule Key = Text(64, AppKeyPattern(), "may hold only letters, digits and - . _");
    private static readonly Rule ModuleKey = Text(100, ModuleKeyPattern(), "may hold only letters, digits and -");
    private static readonly Rule Path = Text(2000, PathPattern(), "must be a path that begins with /");
    private static readonly Rule PathOrUrl = Text(2000, PathOrUrlPattern(), "must be a path or an absolute URL");
    private static readonly Shape Name = Rule.Object(Must("value", Text(1500)), May("i18n", Text(300)));
    private static readonly Shape Template = Rule.Object(Must("templateUrl", PathOrUrl));

    private static readonly Shape Page = Rule.Object(
        Must("key", ModuleKey),
        Must("name", Name),
        Must("url", Path),
        May("icon", Rule.Object(Must("url", PathOrUrl), May("width", Integer(0)), May("height", Integer(0)))),
        May("weight", Integer()),
        May("location", Text(100)),
        May("conditions", List(Anything, 0, int.MaxValue)),
        May("cacheable", Flag),
        May("params", Map(Text())),
        May("fullPage", Flag));

    public static readonly Rule DevelopmentTool = Rule.Object(
        Must("key", ModuleKey),
        Must("name", Name),
        Must("application", Rule.Object(Must("value", Text(1500)))),
        Must("url", PathOrUrl),
        Must("logoUrl", PathOrUrl),
        Must("capabilities", List(OneOf("commit", "branch", "pull_request", "COMMIT", "BRANCH", "PULL_REQUEST"), 1, 3, distinct: true)),
        May("actions", Rule.Object(
            May("createBranch", Template),
            May("searchConnectedWorkspaces", Template),
            May("searchRepositories", Template),
            May("associateRepository", Template))));

    public static readonly Rule BuildProvider = Provider(Rule.Object());
    public static readonly Rule DeploymentProvider = Provider(Rule.Object(May("listDeployments", Template)));
    public static readonly Rule FeatureFlagProvider = Provider(Rule.Object(May("createFlag", Template), May("linkFlag", Template), May("listFlags", Template)));

    public static readonly Shape Modules = Rule.Object(
        May("postInstallPage", Page),
        May("configurePage", Page),
        May("adminPages", List(Page, 0, int.MaxValue)),
        May("generalPages", List(Page, 0, int.MaxValue)),
        May("webSections", Anything),
        May("webItems", Anything),
        May("webhooks", Anything),
        May("jiraDevelopmentTool", DevelopmentTool),
        May("jiraBuildInfoProvider", BuildProvider),
        May("jiraDeploymentInfoProvider", DeploymentProvider),
        May("jiraFeatureFlagInfoProvider", FeatureFlagProvider),
        May("jiraRemoteLinkInfoProvider", Anything),
        May("jiraDeploymentGating", Anything));

    public static readonly Shape Descriptor = Rule.Object(
        Must("baseUrl", Url(200)),
        Must("key", Key),
        Must("authentication", Rule.Object(Must("type", OneOf("jwt", "none")))),
        May("name", Text(80)),
        May("description", Text(1400)),
        May("vendor", Rule.Object(May("name", Text(100)), May("url", Url(200)))),
        May("links", Map(PathOrUrl)),
        May("apiVersion", Integer(1)),
        May("apiMigrations", Rule.Object(May("gdpr", Flag), May("signed-install", Flag), May("context-qsh", Flag))),
        May("scopes", List(Text(), 0, int.MaxValue, distinct: true)),
        May("lifecycle", Rule.Object(
            May("installed", Path),
            May("uninstalled", Path),
            May("enabled", Path),
            May("disabled", Path),
            May("dare-migration", Path))),
        May("enableLicensing", Flag),
        May("modules", Modules),
        May("translations", Rule.Object(May("paths", Map(Path)))),
        May("regionBaseUrls", Map(Url(200))),
        May("cloudAppMigration", Rule.Object(May("migrationWebhookPath", Path))));

    private static Shape Provider(Shape actions) => Rule.Object(
        Must("key", ModuleKey),
        Must("name", Name),
        Must("homeUrl", Url()),
        May("logoUrl", PathOrUrl),
        May("documentationUrl", Url()),
        May("actions", actions));

    [GeneratedRegex(@"^[a-zA-Z0-9._-]+\z")]
    private static partial Regex AppKeyPattern();

    [GeneratedRegex(@"^[a-zA-Z0-9-]+\z")]
    private static partial Regex ModuleKeyPattern();

    [GeneratedRegex(@"^/\S*\z")]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"^(/|https?://)\S*\z")]
    private static partial Regex PathOrUrlPattern();
}
