using System.Globalization;
using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Storage;
using GitLabJira.Sandbox.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.WholeApp.Tests.Storage;

/// <summary>The app's own storage code over one emulator for all tests of the assembly; each test takes names of its own.</summary>
public static class StorageUnderTest
{
    private static readonly Lazy<Task<Azurite>> Running = new(StartAsync);

    private static readonly string Folder = Directory.CreateTempSubdirectory("gitlab-jira-keys-").FullName;

    private static int _names;

    public static async Task<string> ConnectionStringAsync() => (await Running.Value).ConnectionString;

    /// <summary>Fit for a prefix of tables and for a queue.</summary>
    public static string NewName() => string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref _names):D4}x");

    /// <summary>The app's services as one process has them.</summary>
    /// <param name="name">Processes of one name share everything.</param>
    public static async Task<ServiceProvider> ProcessAsync(string name, TimeProvider? clock = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AzureWebJobsStorage"] = await ConnectionStringAsync(),
            ["Storage:TablePrefix"] = name,
            ["Storage:MessageContainer"] = name + "-messages",
            ["Sealing:LocalKeyFile"] = Path.Combine(Folder, name + ".key.json"),
            ["App:BaseUrl"] = "https://app.example.com",
            ["Connect:Key"] = "the-app",
            ["GitLab:ApplicationId"] = "application",
        }).Build();

        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(clock ?? TimeProvider.System)
            .AddHosting()
            .AddStorage(configuration)
            .AddSealing(configuration)
            .AddBudgets()
            .AddGitLab(configuration)
            .AddJiraAccess()
            .BuildServiceProvider();
    }

    private static async Task<Azurite> StartAsync()
    {
        var azurite = await Azurite.StartAsync();
        AtTheEnd.Do(async () =>
        {
            await azurite.DisposeAsync();
            Directory.Delete(Folder, recursive: true);
        });
        return azurite;
    }
}
