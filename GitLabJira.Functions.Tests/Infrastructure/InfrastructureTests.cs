using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GitLabJira.Functions.Poison;
using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Tests.Infrastructure;

/// <summary>What <c>infra/</c> promises, read from what Bicep compiles it to.</summary>
[TestClass]
public sealed partial class InfrastructureTests
{
    private static readonly string[] OfTheHost = ["APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING"];

    private readonly ArmTemplate _template = ArmTemplate.Load();

    [TestMethod]
    public void Storage_has_no_keys_nothing_public_and_no_old_TLS()
    {
        var storage = _template.Single("Microsoft.Storage/storageAccounts")["properties"]!;

        Assert.IsFalse(storage["allowSharedKeyAccess"]!.GetValue<bool>());
        Assert.IsTrue(storage["defaultToOAuthAuthentication"]!.GetValue<bool>());
        Assert.IsFalse(storage["allowBlobPublicAccess"]!.GetValue<bool>());
        Assert.IsFalse(storage["allowCrossTenantReplication"]!.GetValue<bool>());
        Assert.IsTrue(storage["supportsHttpsTrafficOnly"]!.GetValue<bool>());
        Assert.AreEqual("TLS1_2", storage["minimumTlsVersion"]!.GetValue<string>());
        Assert.AreEqual("None", _template.Single("Microsoft.Storage/storageAccounts/blobServices/containers")["properties"]!["publicAccess"]!.GetValue<string>());
    }

    [TestMethod]
    public void The_app_speaks_TLS_1_2_alone_and_takes_no_password()
    {
        var site = _template.Single("Microsoft.Web/sites")["properties"]!;
        var policies = _template.All("Microsoft.Web/sites/basicPublishingCredentialsPolicies");

        Assert.IsTrue(site["httpsOnly"]!.GetValue<bool>());
        Assert.AreEqual("1.2", site["siteConfig"]!["minTlsVersion"]!.GetValue<string>());
        Assert.AreEqual("1.2", site["siteConfig"]!["scmMinTlsVersion"]!.GetValue<string>());
        Assert.AreEqual("Disabled", site["siteConfig"]!["ftpsState"]!.GetValue<string>());
        Assert.HasCount(2, policies);
        Assert.IsTrue(policies.All(policy => !policy["properties"]!["allow"]!.GetValue<bool>()));
        Assert.AreEqual("UserAssigned", _template.Single("Microsoft.Web/sites")["identity"]!["type"]!.GetValue<string>());
        Assert.AreEqual("[parameters('identity').resourceId]", site["keyVaultReferenceIdentity"]!.GetValue<string>());
    }

    [TestMethod]
    public void The_app_runs_isolated_on_NET_10_from_a_package_that_its_identity_reads()
    {
        var config = _template.Single("Microsoft.Web/sites")["properties"]!["functionAppConfig"]!;

        Assert.AreEqual("dotnet-isolated", config["runtime"]!["name"]!.GetValue<string>());
        Assert.AreEqual("10.0", config["runtime"]!["version"]!.GetValue<string>());
        Assert.AreEqual("UserAssignedIdentity", config["deployment"]!["storage"]!["authentication"]!["type"]!.GetValue<string>());
        Assert.AreEqual("FlexConsumption", _template.Single("Microsoft.Web/serverfarms")["sku"]!["tier"]!.GetValue<string>());
    }

    [TestMethod]
    public void The_vault_forgets_nothing_and_its_key_wraps_and_rotates()
    {
        var vault = _template.Single("Microsoft.KeyVault/vaults")["properties"]!;
        var key = _template.Single("Microsoft.KeyVault/vaults/keys")["properties"]!;
        var actions = key["rotationPolicy"]!["lifetimeActions"]!.AsArray().Select(action => action!["action"]!["type"]!.GetValue<string>());

        Assert.IsTrue(vault["enableRbacAuthorization"]!.GetValue<bool>());
        Assert.IsTrue(vault["enablePurgeProtection"]!.GetValue<bool>());
        Assert.AreEqual(90, vault["softDeleteRetentionInDays"]!.GetValue<int>());
        Assert.AreEqual("RSA", key["kty"]!.GetValue<string>());
        Assert.AreSequenceEqual(new[] { "wrapKey", "unwrapKey" }, key["keyOps"]!.AsArray().Select(operation => operation!.GetValue<string>()).ToArray());
        Assert.AreSequenceEqual(new[] { "rotate", "notify" }, actions.ToArray());
    }

    [TestMethod]
    public void The_identity_may_do_what_it_must_where_it_must_and_nothing_else()
    {
        var assignments = _template.All("Microsoft.Authorization/roleAssignments");
        var granted = _template.Templates
            .SelectMany(template => (template["resources"] is JsonArray list ? list.OfType<JsonObject>() : template["resources"]!.AsObject().Select(resource => resource.Value!.AsObject()))
                .Where(resource => resource["type"]!.GetValue<string>() == "Microsoft.Authorization/roleAssignments")
                .SelectMany(assignment => Roles(template, assignment).Select(role => $"{role} on {ScopeType().Match(assignment["scope"]!.GetValue<string>()).Groups[1].Value}")))
            .Order(StringComparer.Ordinal)
            .ToArray();

        Assert.AreSequenceEqual(
            new[]
            {
                "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3 on Microsoft.Storage/storageAccounts", // Storage Table Data Contributor
                "12338af0-0e69-4776-bea7-57ae8d297424 on Microsoft.KeyVault/vaults/keys", // Key Vault Crypto User
                "3913510d-42f4-4e42-8a64-420c390055eb on Microsoft.Insights/components", // Monitoring Metrics Publisher
                "4633458b-17de-408a-b874-0445c86b69e6 on Microsoft.KeyVault/vaults/secrets", // Key Vault Secrets User
                "974c5e8b-45b9-4653-ba55-5f855dd0fb88 on Microsoft.Storage/storageAccounts", // Storage Queue Data Contributor
                "b7e6dc6d-f1e8-4753-8033-0f276bb0955b on Microsoft.Storage/storageAccounts", // Storage Blob Data Owner
            },
            granted);
        Assert.IsTrue(assignments.All(assignment => assignment["properties"]!["principalType"]!.GetValue<string>() == "ServicePrincipal"));
        Assert.IsTrue(assignments.All(assignment => assignment["properties"]!["principalId"]!.GetValue<string>() == "[parameters('identity').principalId]"));
    }

    [TestMethod]
    public void Every_queue_of_the_app_is_made_with_its_poison_queue()
    {
        var names = _template.Main["variables"]!["queues"]!.AsArray().Select(name => name!.GetValue<string>()).ToArray();
        var constants = typeof(QueueNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
        var triggers = typeof(AppRegistration).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters())
            .Select(parameter => parameter.GetCustomAttribute<QueueTriggerAttribute>()?.QueueName).OfType<string>();
        var made = _template.All("Microsoft.Storage/storageAccounts/queueServices/queues").Select(queue => queue["name"]!.GetValue<string>()).ToList();

        Assert.AreSequenceEqual(constants.Order(StringComparer.Ordinal).ToArray(), names.Order(StringComparer.Ordinal).ToArray());
        Assert.IsEmpty(triggers.Except(names.Concat(names.Select(name => name + PoisonQueue.Suffix))));
        Assert.HasCount(2, made);
        Assert.AreEqual(1, made.Count(name => name.Contains($"format('{{0}}{PoisonQueue.Suffix}', parameters('queues')[copyIndex()])", StringComparison.Ordinal)));
        Assert.AreEqual("[variables('queues')]", _template.Main["resources"]!["storage"]!["properties"]!["parameters"]!["queues"]!["value"]!.GetValue<string>());
    }

    [TestMethod]
    public void Forgotten_message_bodies_go_after_30_days_from_the_container_that_the_app_uses()
    {
        var module = _template.TemplateOf("Microsoft.Storage/storageAccounts");
        var rule = _template.Single("Microsoft.Storage/storageAccounts/managementPolicies")["properties"]!["policy"]!["rules"]!.AsArray().Single()!["definition"]!;

        Assert.AreEqual(new StorageOptions().MessageContainer, module["parameters"]!["messageContainer"]!["defaultValue"]!.GetValue<string>());
        Assert.AreEqual("[format('{0}/', parameters('messageContainer'))]", rule["filters"]!["prefixMatch"]!.AsArray().Single()!.GetValue<string>());
        Assert.AreEqual(30, rule["actions"]!["baseBlob"]!["delete"]!["daysAfterModificationGreaterThan"]!.GetValue<int>());
    }

    [TestMethod]
    public void Every_setting_is_one_that_the_app_or_the_host_reads()
    {
        var set = AppSettings();

        Assert.IsGreaterThan(10, set.Count);
        Assert.IsEmpty(set.Except(OfTheHost).Where(name => !SettingNames.IsKnown(name)));
        Assert.IsEmpty(SettingNames.WithoutDefault.Except(set));
        Assert.IsFalse(set.Exists(name => name.StartsWith("WEBSITE_", StringComparison.Ordinal) || name.StartsWith("FUNCTIONS_", StringComparison.Ordinal)), "Flex Consumption refuses these.");
    }

    [TestMethod]
    public void Secrets_are_Key_Vault_references_and_leave_the_template_nowhere_else()
    {
        var secure = _template.Templates.SelectMany(template => template["parameters"]?.AsObject() ?? []).Where(parameter => parameter.Value!["type"]?.GetValue<string>() == "securestring").Select(parameter => parameter.Key).Distinct().ToArray();
        var users = _template.Resources.Where(resource => ArmTemplate.Text(resource).Contains("parameters('gitLabApplicationSecret')", StringComparison.Ordinal)).Select(resource => resource["type"]!.GetValue<string>()).ToArray();
        var outputs = _template.Templates.Select(template => ArmTemplate.Text(template["outputs"] ?? new JsonObject()));

        Assert.AreSequenceEqual(new[] { "gitLabApplicationSecret" }, secure);
        Assert.AreSequenceEqual(new[] { "Microsoft.KeyVault/vaults/secrets" }, users);
        Assert.IsFalse(outputs.Any(output => output.Contains("gitLabApplicationSecret", StringComparison.Ordinal) || output.Contains("listKeys", StringComparison.Ordinal)));
        StringAssert.Contains(AppSettingsText(), "'GitLab__ApplicationSecret', format('@Microsoft.KeyVault(SecretUri={0})'", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Instances_may_stay_ready_for_webhooks_orchestrations_and_the_function_that_translates()
    {
        var groups = _template.TemplateOf("Microsoft.Web/sites")["variables"]!["readyGroups"]!.AsArray().Select(group => group!["name"]!.GetValue<string>()).ToArray();

        Assert.AreSequenceEqual(new[] { "http", "durable", $"function:{nameof(TranslateGitLabEvent)}" }, groups);
        Assert.IsTrue(_template.Parameters["alwaysReady"]!["value"]!.AsObject().All(group => group.Value!.GetValue<int>() == 0), "What costs all month is asked for.");
    }

    [TestMethod]
    public void Telemetry_takes_no_key_and_no_more_than_its_cap_a_day()
    {
        var insights = _template.Single("Microsoft.Insights/components")["properties"]!;
        var workspace = _template.Single("Microsoft.OperationalInsights/workspaces")["properties"]!;

        Assert.IsTrue(insights["DisableLocalAuth"]!.GetValue<bool>());
        StringAssert.Contains(insights["WorkspaceResourceId"]!.GetValue<string>(), "Microsoft.OperationalInsights/workspaces", StringComparison.Ordinal);
        Assert.IsTrue(workspace["features"]!["disableLocalAuth"]!.GetValue<bool>());
        Assert.AreEqual("[parameters('logGigabytesPerDay')]", workspace["workspaceCapping"]!["dailyQuotaGb"]!.GetValue<string>());
    }

    [TestMethod]
    public void A_budget_tells_of_money_before_it_is_gone()
    {
        var notifications = _template.Single("Microsoft.Consumption/budgets")["properties"]!["notifications"]!;

        Assert.AreEqual("Forecasted", notifications["forecast"]!["thresholdType"]!.GetValue<string>());
        Assert.AreEqual(80, notifications["actual"]!["threshold"]!.GetValue<int>());
    }

    [TestMethod]
    public void In_a_network_of_its_own_storage_has_no_other_address_and_the_app_may_have_a_fixed_one()
    {
        var module = _template.TemplateOf("Microsoft.Network/virtualNetworks");
        var services = module["variables"]!["services"]!.AsArray().Select(service => service!["group"]!.GetValue<string>()).ToArray();
        var subnets = _template.Single("Microsoft.Network/virtualNetworks")["properties"]!["subnets"]!.AsArray();

        Assert.AreSequenceEqual(new[] { "blob", "queue", "table", "vault" }, services);
        Assert.AreEqual("[if(parameters('public'), 'Enabled', 'Disabled')]", _template.Single("Microsoft.Storage/storageAccounts")["properties"]!["publicNetworkAccess"]!.GetValue<string>());
        Assert.AreEqual("Microsoft.App/environments", subnets[0]!["properties"]!["delegations"]!.AsArray().Single()!["properties"]!["serviceName"]!.GetValue<string>());
        Assert.HasCount(2, subnets);
        Assert.AreEqual("[parameters('fixedEgress')]", _template.Single("Microsoft.Network/natGateways")["condition"]!.GetValue<string>());
        Assert.AreEqual("public", _template.Parameters["network"]!["value"]!.GetValue<string>());
    }

    private List<string> AppSettings() => [.. SettingName().Matches(AppSettingsText()).Select(match => match.Groups[1].Value)];

    private string AppSettingsText() => _template.Single("Microsoft.Web/sites/config")["properties"]!.GetValue<string>();

    // Either one role by variable, or a list of them by a loop.
    private static IEnumerable<string> Roles(JsonObject template, JsonObject assignment)
    {
        var definition = assignment["properties"]!["roleDefinitionId"]!.GetValue<string>();
        var variables = template["variables"]!;
        return assignment["copy"] is null
            ? [variables[RoleVariable().Match(definition).Groups[1].Value]!.GetValue<string>()]
            : variables["roles"]!.AsArray().Select(role => role!["id"]!.GetValue<string>());
    }

    [GeneratedRegex("^\\[resourceId\\('([^']+)'")]
    private static partial Regex ScopeType();

    [GeneratedRegex("variables\\('(\\w+)'\\)\\)\\]$")]
    private static partial Regex RoleVariable();

    [GeneratedRegex("'([A-Za-z]+__\\w+|[A-Z]+_[A-Z_]+)',")]
    private static partial Regex SettingName();
}
