using System.Text.Json.Nodes;

namespace GitLabJira.Functions.Tests.Flavours;

/// <summary>One app, two hosts: what runs here is what is published.</summary>
[TestClass]
public sealed class FlavourTests(TestContext test)
{
    [TestMethod]
    [DataRow("GitLabJira.Functions")]
    [DataRow("GitLabJira.Functions.Tests")]
    public async Task Both_compile_the_same_files(string project)
    {
        var embedded = await FilesAsync(project, "Embedded");
        var azure = await FilesAsync(project, "Azure");

        Assert.IsGreaterThan(50, embedded.Length);
        Assert.AreSequenceEqual(embedded, azure);
        StringAssert.Contains(Readme(), "both flavours compile the same files, all of them", StringComparison.Ordinal);
    }

    [TestMethod]
    public void No_line_of_the_app_is_for_one_of_them()
    {
        var conditional = Directory.EnumerateFiles(Path.Combine(DotNet.Root, "GitLabJira.Functions"), "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadLines(file).Any(line => line.TrimStart().StartsWith("#if", StringComparison.Ordinal)));

        Assert.IsEmpty(conditional);
    }

    [TestMethod]
    public async Task Is_published_for_Azure_compiled_ahead_and_whole()
    {
        var (exit, output) = await DotNet.RunAsync(
            test.CancellationToken,
            "msbuild", "GitLabJira.Functions", "-p:_IsPublishing=true", "-getProperty:FunctionsRuntime,RuntimeIdentifier,PublishReadyToRun,PublishTrimmed,SelfContained,PublishAot", "-nodeReuse:false");
        Assert.AreEqual(0, exit, output);
        var properties = JsonNode.Parse(output)!["Properties"]!.AsObject().Select(property => $"{property.Key}={property.Value}");

        Assert.AreSequenceEqual(new[] { "FunctionsRuntime=Azure", "RuntimeIdentifier=linux-x64", "PublishReadyToRun=true", "PublishTrimmed=false", "SelfContained=false", "PublishAot=" }, properties);
    }

    private async Task<string[]> FilesAsync(string project, string runtime)
    {
        var (exit, output) = await DotNet.RunAsync(test.CancellationToken, "msbuild", project, $"-p:FunctionsRuntime={runtime}", "-getItem:Compile", "-nodeReuse:false");
        Assert.AreEqual(0, exit, output);
        return [.. JsonNode.Parse(output)!["Items"]!["Compile"]!.AsArray().Select(file => file!["Identity"]!.GetValue<string>()).Order(StringComparer.Ordinal)];
    }

    private static string Readme() => File.ReadAllText(Path.Combine(DotNet.Root, "README.md"));
}
