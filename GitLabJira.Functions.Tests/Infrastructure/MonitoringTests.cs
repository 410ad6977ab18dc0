using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Relay;

namespace GitLabJira.Functions.Tests.Infrastructure;

/// <summary>Alerts and the workbook ask for what the app really counts.</summary>
[TestClass]
public sealed partial class MonitoringTests
{
    private static readonly string[] Counted =
        [.. typeof(AppMetrics).GetFields().Select(field => (string)field.GetRawConstantValue()!).Where(name => name != AppMetrics.MeterName), HookCounts.CounterName];

    private readonly ArmTemplate _template = ArmTemplate.Load();

    [TestMethod]
    public void Somebody_is_told_of_what_cannot_mend_itself()
    {
        var rules = Rules();

        Assert.AreSequenceEqual(new[] { "jira-refusals", "key", "orchestrations", "outbox", "poison", "webhooks" }, rules.Select(rule => rule["name"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.IsTrue(_template.Single("Microsoft.Insights/scheduledQueryRules")["properties"]!["enabled"]!.GetValue<bool>());
        StringAssert.Contains(ArmTemplate.Text(_template.Single("Microsoft.Insights/scheduledQueryRules")["properties"]!["actions"]), "Microsoft.Insights/actionGroups", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Alerts_ask_for_metrics_by_the_names_that_the_app_gives_them()
    {
        var asked = Rules().SelectMany(rule => MetricName().Matches(rule["query"]!.GetValue<string>()).Select(match => match.Value)).Distinct().ToArray();

        Assert.IsNotEmpty(asked);
        Assert.IsEmpty(asked.Except(Counted));
        Assert.IsTrue(Rules().Any(rule => rule["query"]!.GetValue<string>().Contains(nameof(ReceiveGitLabWebhook), StringComparison.Ordinal)));
    }

    [TestMethod]
    public void The_workbook_shows_every_metric_and_none_that_is_not_there()
    {
        var workbook = JsonNode.Parse(_template.TemplateOf("Microsoft.Insights/workbooks")["variables"]!.AsObject().Single(variable => variable.Key.StartsWith('$')).Value!.GetValue<string>())!;
        var shown = MetricName().Matches(ArmTemplate.Text(workbook)).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal).ToArray();

        Assert.AreSequenceEqual(Counted.Order(StringComparer.Ordinal).ToArray(), shown);
        Assert.IsTrue(workbook["items"]!.AsArray().All(item => item!["type"]!.GetValue<int>() is 1 or 3 or 9));
    }

    private JsonObject[] Rules() => [.. _template.TemplateOf("Microsoft.Insights/scheduledQueryRules")["variables"]!["rules"]!.AsArray().Select(rule => rule!.AsObject())];

    [GeneratedRegex("gitlabjira\\.[a-z.]+[a-z]")]
    private static partial Regex MetricName();
}
