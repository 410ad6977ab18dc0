using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Tests.Flavours;

namespace GitLabJira.Functions.Tests.Infrastructure;

/// <summary>The README tells of every setting, and the sample has what must be there.</summary>
[TestClass]
public sealed partial class SettingsTableTests
{
    /// <summary>Named by others: Application Insights and OpenTelemetry.</summary>
    private static readonly string[] OfTelemetry = [Telemetry.ConnectionString, Telemetry.Authentication, Telemetry.Collector];

    [TestMethod]
    public void The_README_has_every_setting_once_and_none_that_is_not_there()
    {
        var told = Told();

        Assert.AreSequenceEqual(
            SettingNames.All.Concat(OfTelemetry).Select(name => name.ToUpperInvariant()).Order(StringComparer.Ordinal).ToArray(),
            told.Select(name => name.ToUpperInvariant()).Order(StringComparer.Ordinal).ToArray());
    }

    [TestMethod]
    public void The_sample_has_every_setting_without_a_default_and_none_that_nobody_reads()
    {
        var sample = JsonNode.Parse(File.ReadAllText(Path.Combine(DotNet.Root, "local.settings.sample.json")))!["Values"]!.AsObject().Select(setting => setting.Key).ToArray();

        Assert.IsEmpty(SettingNames.WithoutDefault.Append("AzureWebJobsStorage").Append("GitLab__ApplicationSecret").Except(sample));
        Assert.IsEmpty(sample.Except(["FUNCTIONS_WORKER_RUNTIME"]).Where(name => !SettingNames.IsKnown(name)));
    }

    /// <summary>Names in the first column of the table; one that begins with <c>__</c> is in the section of the one before it.</summary>
    private static List<string> Told()
    {
        var rows = File.ReadLines(Path.Combine(DotNet.Root, "README.md"))
            .SkipWhile(line => line != "## Configuration").Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        var names = new List<string>();

        foreach (var name in rows.SelectMany(row => Name().Matches(row.Split('|')[1]).Select(match => match.Groups[1].Value)))
        {
            names.Add(name.StartsWith("__", StringComparison.Ordinal) ? names[^1].Split("__")[0] + name : name);
        }

        return names;
    }

    [GeneratedRegex("`([A-Za-z0-9_]+)`")]
    private static partial Regex Name();
}
