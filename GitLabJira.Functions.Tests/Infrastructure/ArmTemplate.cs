using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GitLabJira.Functions.Tests.Infrastructure;

/// <summary>What Bicep made of <c>infra/main.bicep</c> when this project was built, with the templates of its modules.</summary>
internal sealed class ArmTemplate
{
    private static readonly Lazy<ArmTemplate> Compiled = new(() => new ArmTemplate());

    private ArmTemplate()
    {
        Main = JsonNode.Parse(File.ReadAllText(At("main.json")))!.AsObject();
        Parameters = JsonNode.Parse(File.ReadAllText(At("main.parameters.json")))!["parameters"]!.AsObject();
        Templates = [.. Nested(Main)];
        Resources = [.. Templates.SelectMany(Declared).Where(resource => resource["existing"] is null)];
    }

    public JsonObject Main { get; }

    /// <summary>Values of <c>main.bicepparam</c> when nothing is set but what must be.</summary>
    public JsonObject Parameters { get; }

    /// <summary>The main template and those of all modules.</summary>
    public IReadOnlyList<JsonObject> Templates { get; }

    /// <summary>Resources of all templates, without modules themselves.</summary>
    public IReadOnlyList<JsonObject> Resources { get; }

    /// <summary>Skips the test where there is no Bicep CLI for the platform.</summary>
    public static ArmTemplate Load()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture is not Architecture.X64)
        {
            Assert.Inconclusive("The Bicep CLI comes as a package for Linux on x64.");
        }

        return Compiled.Value;
    }

    public IReadOnlyList<JsonObject> All(string type) => [.. Resources.Where(resource => resource["type"]!.GetValue<string>() == type)];

    public JsonObject Single(string type) => All(type).Single();

    /// <summary>The module's template that declares a resource of this type.</summary>
    public JsonObject TemplateOf(string type) => Templates.Single(template => Declared(template).Any(resource => resource["type"]!.GetValue<string>() == type && resource["existing"] is null));

    public static string Text(JsonNode? node) => node!.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static string At(string file) => Path.Combine(AppContext.BaseDirectory, "infra", file);

    private static IEnumerable<JsonObject> Nested(JsonObject template) =>
        [template, .. Declared(template, modules: true).Select(module => module["properties"]?["template"]).OfType<JsonObject>().SelectMany(Nested)];

    // Templates with types of their own name their resources, the others list them.
    private static IEnumerable<JsonObject> Declared(JsonObject template, bool modules) =>
        (template["resources"] is JsonArray list ? list.OfType<JsonObject>() : template["resources"]!.AsObject().Select(resource => resource.Value!.AsObject()))
            .Where(resource => resource["type"]!.GetValue<string>() == "Microsoft.Resources/deployments" == modules);

    private static IEnumerable<JsonObject> Declared(JsonObject template) => Declared(template, modules: false);
}
