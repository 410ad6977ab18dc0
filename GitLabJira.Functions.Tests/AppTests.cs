using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Tests;

/// <summary>What the whole app promises to its host.</summary>
[TestClass]
public sealed class AppTests
{
    private static readonly IReadOnlyList<(string Name, MethodInfo Method)> Functions =
    [
        .. typeof(AppRegistration).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Select(method => (method.GetCustomAttribute<FunctionAttribute>()?.Name!, method))
            .Where(function => function.Item1 is not null),
    ];

    [TestMethod]
    public void Every_service_and_function_can_be_made()
    {
        using var services = Services();
        using var scope = services.CreateScope();

        foreach (var type in Functions.Select(function => function.Method.DeclaringType!).Where(type => !type.IsAbstract).Distinct())
        {
            Assert.IsNotNull(ActivatorUtilities.CreateInstance(scope.ServiceProvider, type), type.Name);
        }
    }

    [TestMethod]
    public void Every_function_is_public_and_has_a_name_of_its_own()
    {
        Assert.IsGreaterThan(10, Functions.Count);
        Assert.HasCount(Functions.Count, Functions.Select(function => function.Name).Distinct(StringComparer.OrdinalIgnoreCase));
        Assert.IsTrue(Functions.All(function => function.Method.IsPublic && function.Method.DeclaringType!.IsVisible));
    }

    [TestMethod]
    public void No_route_is_one_of_the_hosts_own_and_none_is_taken_twice()
    {
        var triggers = Functions.SelectMany(function => function.Method.GetParameters()).Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).OfType<HttpTriggerAttribute>().ToList();
        var routes = triggers.SelectMany(trigger => trigger.Methods!.Select(method => $"{method} {trigger.Route}")).ToList();

        Assert.HasCount(routes.Count, routes.Distinct(StringComparer.OrdinalIgnoreCase));
        Assert.IsTrue(triggers.TrueForAll(trigger => trigger.Route is { Length: > 0 } route && !route.StartsWith("admin", StringComparison.OrdinalIgnoreCase) && !route.StartsWith("runtime", StringComparison.OrdinalIgnoreCase)));
        Assert.IsTrue(
            triggers.TrueForAll(trigger => trigger.AuthLevel is AuthorizationLevel.Function == trigger.Route!.StartsWith("operations/", StringComparison.Ordinal)),
            "Only an operator has the host's key: all others the app authenticates by itself.");
    }

    [TestMethod]
    public void The_hosts_settings_come_with_the_app()
    {
        var host = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")))!;

        Assert.AreEqual("2.0", host["version"]!.GetValue<string>());
        Assert.AreEqual("", host["extensions"]!["http"]!["routePrefix"]!.GetValue<string>());
        Assert.AreEqual("base64", host["extensions"]!["queues"]!["messageEncoding"]!.GetValue<string>());
    }

    [TestMethod]
    public void The_sample_settings_start_the_app_once_the_GitLab_application_is_filled_in()
    {
        var sample = JsonSerializer.Deserialize<JsonObject>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "local.settings.sample.json")))!["Values"]!.AsObject()
            .ToDictionary(setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), setting => (string?)setting.Value!.GetValue<string>(), StringComparer.Ordinal);

        var refusal = Assert.ThrowsExactly<OptionsValidationException>(() => Validate(sample));
        StringAssert.Contains(refusal.Message, "GitLab:ApplicationId", StringComparison.Ordinal);

        sample["GitLab:ApplicationId"] = "application";
        Validate(sample);
    }

    [TestMethod]
    [DataRow("AzureWebJobsStorage")]
    [DataRow("App:BaseUrl")]
    [DataRow("Connect:Key")]
    [DataRow("GitLab:ApplicationId")]
    public void Refuses_to_start_without_a_setting_and_names_it(string setting)
    {
        var settings = Settings();
        settings.Remove(setting);

        var refusal = Assert.Throws<Exception>(() => Validate(settings));

        StringAssert.Contains(refusal.Message, setting, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Wants_Key_Vault_where_storage_is_reached_by_identity()
    {
        var settings = Settings();
        settings.Remove("AzureWebJobsStorage");
        settings["AzureWebJobsStorage:accountName"] = "account";
        settings["AzureWebJobsStorage:credential"] = "managedidentity";

        var refusal = Assert.ThrowsExactly<OptionsValidationException>(() => Validate(settings));
        StringAssert.Contains(refusal.Message, "Sealing:KeyVaultKeyId", StringComparison.Ordinal);

        settings["Sealing:KeyVaultKeyId"] = "https://vault.vault.azure.net/keys/wrapping";
        Validate(settings);
    }

    private static Dictionary<string, string?> Settings() => new(StringComparer.Ordinal)
    {
        ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
        ["App:BaseUrl"] = "https://app.example.com",
        ["Connect:Key"] = "the-app",
        ["GitLab:ApplicationId"] = "application",
    };

    private static void Validate(Dictionary<string, string?> settings)
    {
        using var services = Services(settings);
        services.GetRequiredService<IStartupValidator>().Validate();
    }

    private static ServiceProvider Services(Dictionary<string, string?>? settings = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings ?? Settings()).Build();
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddApp(configuration)
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }
}
