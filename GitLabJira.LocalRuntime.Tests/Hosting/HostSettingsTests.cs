using GitLabJira.LocalRuntime.Hosting;

namespace GitLabJira.LocalRuntime.Tests.Hosting;

[TestClass]
public sealed class HostSettingsTests
{
    private readonly HostSettings _settings = new(
    [
        new("QueueName", "events"),
        new("Timers__Reconcile", "0 */15 * * * *"),
        new("AzureWebJobsStorage", "UseDevelopmentStorage=true"),
        new("Other", "other storage"),
        new("AzureWebJobsMore", "more storage"),
    ]);

    [TestMethod]
    [DataRow("%QueueName%", "events")]
    [DataRow("%queuename%-x-%QueueName%", "events-x-events")]
    [DataRow("%Timers:Reconcile%", "0 */15 * * * *", DisplayName = "either spelling of a section")]
    [DataRow("plain", "plain")]
    public void Resolves_names_between_percent_signs(string text, string expected) => Assert.AreEqual(expected, _settings.Resolve(text));

    [TestMethod]
    public void Refuses_a_name_without_a_value()
    {
        var refused = Assert.ThrowsExactly<InvalidOperationException>(() => _settings.Resolve("x-%Missing%"));

        StringAssert.Contains(refused.Message, "'%Missing%'", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(null, "UseDevelopmentStorage=true")]
    [DataRow("", "UseDevelopmentStorage=true")]
    [DataRow("Other", "other storage")]
    [DataRow("More", "more storage", DisplayName = "with the prefix that the real host tries first")]
    public void Finds_the_connection_string(string? connection, string expected) => Assert.AreEqual(expected, _settings.ConnectionString(connection));

    [TestMethod]
    public void Names_a_connection_that_is_missing()
    {
        var refused = Assert.ThrowsExactly<InvalidOperationException>(() => _settings.ConnectionString("Nowhere"));

        StringAssert.Contains(refused.Message, "'Nowhere'", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Takes_values_of_the_local_file_below_the_environment()
    {
        var directory = Directory.CreateTempSubdirectory();
        var (fromFile, fromBoth) = ($"LR_{Guid.NewGuid():N}", $"LR_{Guid.NewGuid():N}");
        File.WriteAllText(Path.Combine(directory.FullName, "local.settings.json"), $$"""
            {
              // comments and trailing commas are common in this file
              "IsEncrypted": false,
              "Values": { "{{fromFile}}": "file", "{{fromBoth}}": "file", },
              "ConnectionStrings": { "NotASetting": "x" }
            }
            """);
        Environment.SetEnvironmentVariable(fromBoth, "environment");

        try
        {
            var settings = HostSettings.FromProcess(directory.FullName);

            Assert.AreEqual("file", settings[fromFile]);
            Assert.AreEqual("environment", settings[fromBoth]);
            Assert.IsNull(settings["NotASetting"]);
            Assert.AreEqual("file", Environment.GetEnvironmentVariable(fromFile));
        }
        finally
        {
            Environment.SetEnvironmentVariable(fromBoth, value: null);
            Environment.SetEnvironmentVariable(fromFile, value: null);
            directory.Delete(recursive: true);
        }
    }
}
