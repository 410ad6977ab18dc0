using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GitLabJira.Functions.Tests.Flavours;

/// <summary>One app, two hosts: what runs here is what is published.</summary>
[TestClass]
public sealed partial class FlavourTests(TestContext test)
{
    /// <summary>What only the real flavour references, and what those packages bring along.</summary>
    private static readonly string[] OfAzure = ["Microsoft.Azure.Functions.", "Microsoft.DurableTask.", "Microsoft.Azure.DurableTask.", "Azure.Security.KeyVault.Keys"];

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

    [TestMethod]
    public async Task A_registry_without_the_real_packages_lacks_those_and_nothing_else()
    {
        var (exit, output) = await DotNet.RunAsync(test.CancellationToken, "restore", "GitLabJira.Functions", "-p:FunctionsRuntime=Azure", "--force", "-nodeReuse:false");
        var errors = output.Split('\n').Where(line => line.Contains("error ", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
        var others = errors.Where(line => !(Missing().Match(line) is { Success: true } missing && Array.Exists(OfAzure, name => missing.Groups["id"].Value.StartsWith(name, StringComparison.Ordinal))));

        Assert.AreEqual("", string.Join('\n', others));
        Assert.AreEqual(exit == 0, errors.Count == 0, output);
    }

    private async Task<string[]> FilesAsync(string project, string runtime)
    {
        var (exit, output) = await DotNet.RunAsync(test.CancellationToken, "msbuild", project, $"-p:FunctionsRuntime={runtime}", "-getItem:Compile", "-nodeReuse:false");
        Assert.AreEqual(0, exit, output);
        return [.. JsonNode.Parse(output)!["Items"]!["Compile"]!.AsArray().Select(file => file!["Identity"]!.GetValue<string>()).Order(StringComparer.Ordinal)];
    }

    /// <summary>No package of this name, or none of the version.</summary>
    [GeneratedRegex(@"error NU110[12]: Unable to find package (?<id>[A-Za-z0-9.]+[A-Za-z0-9])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Missing();

    private static string Readme() => File.ReadAllText(Path.Combine(DotNet.Root, "README.md"));
}
