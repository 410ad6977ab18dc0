using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GitLabJira.Functions.Connect;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Tests.Connect;

[TestClass]
public sealed partial class DescriptorBuilderTests
{
    private static readonly string[] Providers = ["jiraBuildInfoProvider", "jiraDeploymentInfoProvider", "jiraFeatureFlagInfoProvider"];

    [TestMethod]
    public async Task Says_where_the_app_is_and_how_it_is_called()
    {
        var descriptor = await ServeAsync("https://app.example.com/gitlab/");

        Assert.AreEqual("the-app", Text(descriptor["key"]));
        Assert.AreEqual("https://app.example.com/gitlab", Text(descriptor["baseUrl"]));
        Assert.AreEqual("https://app.example.com/gitlab/atlassian-connect.json", Text(descriptor["links"]!["self"]));
        Assert.AreEqual("jwt", Text(descriptor["authentication"]!["type"]));
        Assert.AreEqual("/connect/installed", Text(descriptor["lifecycle"]!["installed"]));
        Assert.AreEqual("/connect/uninstalled", Text(descriptor["lifecycle"]!["uninstalled"]));
        Assert.HasCount(2, descriptor["lifecycle"]!.AsObject());
        Assert.AreEqual("""["READ","WRITE","DELETE"]""", descriptor["scopes"]!.ToJsonString());
        Assert.AreEqual("""{"gdpr":true,"signed-install":true,"context-qsh":true}""", descriptor["apiMigrations"]!.ToJsonString());
        Assert.AreEqual(1, descriptor["apiVersion"]!.GetValue<int>());
    }

    [TestMethod]
    public async Task Names_every_kind_of_data_and_an_admins_page()
    {
        var modules = (await ServeAsync("https://app.example.com"))["modules"]!.AsObject();

        foreach (var page in new[] { "postInstallPage", "configurePage" })
        {
            Assert.AreEqual("/configuration", Text(modules[page]!["url"]));
            Assert.AreEqual("""[{"condition":"user_is_admin","invert":false}]""", modules[page]!["conditions"]!.ToJsonString());
        }

        var tool = modules["jiraDevelopmentTool"]!;
        Assert.AreEqual("""["branch","commit","pull_request"]""", tool["capabilities"]!.ToJsonString());
        Assert.AreEqual("GitLab", Text(tool["application"]!["value"]));
        Assert.AreEqual("https://app.example.com/logo.svg", Text(tool["logoUrl"]));
        Assert.AreEqual(
            "https://app.example.com/branches/route?issue_key={issue.key}&issue_summary={issue.summary}&jwt={jwt}", Text(tool["actions"]!["createBranch"]!["templateUrl"]));

        foreach (var provider in Providers)
        {
            Assert.IsNotNull(modules[provider]!["homeUrl"]);
            Assert.IsNotNull(modules[provider]!["documentationUrl"]);
        }
    }

    [TestMethod]
    public async Task Offers_no_action_whose_route_does_not_exist()
    {
        var actions = (await ServeAsync("https://app.example.com/gitlab"))["modules"]!["jiraDevelopmentTool"]!["actions"]!.AsObject();
        var routes = typeof(DescriptorBuilder).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetParameters())
            .Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()?.Route)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);

        Assert.AreEqual("createBranch searchConnectedWorkspaces searchRepositories associateRepository", string.Join(' ', actions.Select(action => action.Key)));

        foreach (var (name, action) in actions)
        {
            var route = Text(action!["templateUrl"]).Split('?')[0]["https://app.example.com/gitlab/".Length..];
            Assert.Contains(route, routes, name);
        }
    }

    [TestMethod]
    public async Task Keeps_Atlassians_limits()
    {
        var descriptor = await ServeAsync("https://app.example.com");
        var modules = descriptor["modules"]!.AsObject();
        var keys = modules.Select(module => Text(module.Value!["key"])).ToList();

        Assert.IsTrue(keys.TrueForAll(key => ModuleKey().IsMatch(key)));
        Assert.HasCount(keys.Count, keys.Distinct(StringComparer.Ordinal));
        Assert.IsLessThanOrEqualTo(80, Text(descriptor["name"]).Length);
        Assert.IsLessThanOrEqualTo(1400, Text(descriptor["description"]).Length);
    }

    [TestMethod]
    [DataRow("Key", "")]
    [DataRow("Key", "has space")]
    [DataRow("Key", "01234567890123456789012345678901234567890123456789012345678901234")]
    [DataRow("Name", "01234567890123456789012345678901234567890123456789012345678901234567890123456789x")]
    [DataRow("LogoUrl", "/relative")]
    [DataRow("SiteHosts:0", "https://host/path")]
    [DataRow("KeyHosts:0", "http://keys.example.com")]
    [DataRow("Audiences:0", "relative")]
    public void Refuses_to_start_with_what_Jira_would_refuse_and_names_the_setting(string setting, string value)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Connect:Key"] = "the-app", [$"Connect:{setting}"] = value };
        var services = new ServiceCollection().AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddSettings<ConnectOptions>(ConnectOptions.Section);

        var refusal = Assert.ThrowsExactly<OptionsValidationException>(services.BuildServiceProvider().GetRequiredService<IStartupValidator>().Validate);

        StringAssert.Contains(refusal.Message, $"Connect:{setting.Split(':')[0]}", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Serves_a_picture()
    {
        var (context, body) = await ExecuteAsync(new ServeLogo().Run(new DefaultHttpContext().Request));

        Assert.AreEqual("image/svg+xml", context.Response.ContentType);
        StringAssert.StartsWith(body, "<svg ", StringComparison.Ordinal);
    }

    private static async Task<JsonObject> ServeAsync(string baseUrl)
    {
        var builder = new DescriptorBuilder(Options.Create(new AppOptions { BaseUrl = new Uri(baseUrl) }), Options.Create(new ConnectOptions { Key = "the-app" }));

        var (context, body) = await ExecuteAsync(new ServeDescriptor(builder).Run(new DefaultHttpContext().Request));

        StringAssert.StartsWith(context.Response.ContentType, "application/json", StringComparison.Ordinal);
        return JsonNode.Parse(body)!.AsObject();
    }

    private static async Task<(HttpContext Context, string Body)> ExecuteAsync(IResult result)
    {
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() };
        using var body = new MemoryStream();
        context.Response.Body = body;
        await result.ExecuteAsync(context);
        return (context, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    [GeneratedRegex("^[a-zA-Z0-9-]{1,64}$")]
    private static partial Regex ModuleKey();
}
