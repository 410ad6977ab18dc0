using System.Diagnostics;
using System.Text.RegularExpressions;
using GitLabJira.Functions.Tests.Flavours;

namespace GitLabJira.Functions.Tests.Infrastructure;

/// <summary>Azure never lets a budget begin in another month, so a second <c>azd provision</c> must name the month of the first one.</summary>
[TestClass]
public sealed partial class BudgetStartTests(TestContext test)
{
    private const string Hook = "infra/hooks/before-provision.sh";

    [TestMethod]
    public void No_value_of_the_templates_changes_with_the_day()
    {
        var defaults = ArmTemplate.Load().Templates.SelectMany(template => template["parameters"]?.AsObject() ?? []).Where(parameter => parameter.Value!["defaultValue"] is not null).ToList();

        Assert.IsNotEmpty(defaults);
        Assert.IsEmpty(defaults.Where(parameter => ArmTemplate.Text(parameter.Value!["defaultValue"]).Contains("utcNow", StringComparison.OrdinalIgnoreCase)));
    }

    [TestMethod]
    public void The_month_is_remembered_before_anything_is_made()
    {
        var azd = File.ReadAllText(Path.Combine(DotNet.Root, "azure.yaml"));
        var parameters = File.ReadAllText(Path.Combine(DotNet.Root, "infra", "main.bicepparam"));

        StringAssert.Contains(azd, $"preprovision:\n    shell: sh\n    run: {Hook}\n", StringComparison.Ordinal);
        StringAssert.Contains(parameters, "param budgetStartDate = readEnvironmentVariable('BUDGET_START'", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("", DisplayName = "The first time it is the month of the day")]
    [DataRow("2024-05-01", DisplayName = "Later it stays what it was")]
    public async Task Only_the_first_provisioning_decides_about_it(string remembered)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("The hook is for sh.");
        }

        // Instead of azd, whoever prints what it was told to do.
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", $"azd() {{ echo \"$@\"; }}; . ./{Hook}"])
        {
            WorkingDirectory = DotNet.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { ["BUDGET_START"] = remembered },
        })!;
        var told = (await process.StandardOutput.ReadToEndAsync(test.CancellationToken)).Trim();
        await process.WaitForExitAsync(test.CancellationToken);

        Assert.AreEqual(0, process.ExitCode);
        StringAssert.Matches(told, remembered.Length > 0 ? Nothing() : FirstOfAMonth());
    }

    [GeneratedRegex("^$")]
    private static partial Regex Nothing();

    [GeneratedRegex("^env set BUDGET_START 20[0-9]{2}-[01][0-9]-01$")]
    private static partial Regex FirstOfAMonth();
}
