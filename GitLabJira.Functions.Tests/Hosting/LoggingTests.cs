using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GitLabJira.Functions.Tests.Hosting;

/// <summary>What the app lets others write into its logs, which are stored.</summary>
[TestClass]
public sealed class LoggingTests
{
    [TestMethod]
    [DataRow("Microsoft.AspNetCore.Hosting.Diagnostics")]
    [DataRow("Microsoft.AspNetCore.Routing.EndpointMiddleware")]
    [DataRow("System.Net.Http.HttpClient.GitLabClient.LogicalHandler")]
    public void Addresses_of_requests_with_their_tokens_are_not_logged(string category)
    {
        using var services = Services();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

        Assert.IsFalse(logger.IsEnabled(LogLevel.Information));
        Assert.IsTrue(logger.IsEnabled(LogLevel.Warning));
    }

    [TestMethod]
    public void What_the_app_itself_says_is_logged()
    {
        using var services = Services();

        Assert.IsTrue(services.GetRequiredService<ILogger<AppTests>>().IsEnabled(LogLevel.Information));
    }

    private static ServiceProvider Services()
    {
        var configuration = new ConfigurationBuilder().Build();
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            // Writes whatever it is given, so that only the app's own filters decide.
            .AddLogging(logging => logging.AddFakeLogging())
            .AddApp(configuration)
            .BuildServiceProvider();
    }
}
