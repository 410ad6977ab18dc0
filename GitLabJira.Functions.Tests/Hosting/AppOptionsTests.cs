using GitLabJira.Functions.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Tests.Hosting;

[TestClass]
public sealed class AppOptionsTests
{
    [TestMethod]
    [DataRow(null)]
    [DataRow("/relative")]
    [DataRow("http://app.example.com")]
    [DataRow("ftp://app.example.com")]
    [DataRow("https://app.example.com/?tenant=1")]
    [DataRow("https://user@app.example.com")]
    public void Refuses_to_start_with_a_wrong_address_and_names_the_setting(string? address)
    {
        var validator = Services(address).GetRequiredService<IStartupValidator>();

        var refusal = Assert.ThrowsExactly<OptionsValidationException>(validator.Validate);

        StringAssert.Contains(refusal.Message, "App:BaseUrl", StringComparison.Ordinal);
        StringAssert.Contains(refusal.Message, "App__BaseUrl", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("https://app.example.com", "https://app.example.com/x")]
    [DataRow("https://app.example.com/", "https://app.example.com/x")]
    [DataRow("https://app.example.com/gitlab", "https://app.example.com/gitlab/x")]
    [DataRow("http://localhost:7071", "http://localhost:7071/x")]
    [DataRow("http://127.0.0.1:7071", "http://127.0.0.1:7071/x")]
    public void Builds_addresses_below_its_own(string address, string expected)
    {
        var services = Services(address);

        services.GetRequiredService<IStartupValidator>().Validate();
        var below = services.GetRequiredService<IOptions<AppOptions>>().Value.Address("/x");

        Assert.AreEqual(expected, below.AbsoluteUri);
    }

    private static ServiceProvider Services(string? address) =>
        new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("App:BaseUrl", address)]).Build())
            .AddHosting()
            .BuildServiceProvider();
}
