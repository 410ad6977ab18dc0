using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Tests.Budgets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.Functions.Tests.GitLab;

/// <summary>The clients as they are registered: what is repeated in place, and what is not.</summary>
[TestClass]
public sealed class GitLabRegistrationTests(TestContext test) : IDisposable
{
    private const string Project = "GET https://gitlab.test/api/v4/projects/7";

    private static readonly GitLabAccess Access = new(KnownInstances.Host, "token", "grant");

    private readonly StubHttp _http = new();
    private ServiceProvider? _services;

    public void Dispose()
    {
        _services?.Dispose();
        _http.Dispose();
    }

    [TestMethod]
    public async Task Repeats_a_read_after_an_unnamed_hiccup()
    {
        _http.On(Project, HttpStatusCode.BadGateway);
        _http.Fails(Project, new HttpRequestException("reset"));
        _http.On(Project, """{"id":7}""");

        var project = await Reader().ProjectAsync(Access, 7, test.CancellationToken);

        Assert.AreEqual(7, project!.Id);
        Assert.HasCount(3, _http.Requests);
        Assert.Contains("GitLabJira", _http.Requests[0].Headers["User-Agent"]);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.TooManyRequests, null)]
    [DataRow(HttpStatusCode.ServiceUnavailable, "30")]
    [DataRow(HttpStatusCode.Unauthorized, null)]
    [DataRow(HttpStatusCode.NotImplemented, "1")]
    public async Task Leaves_every_named_wait_and_refusal_to_its_caller(HttpStatusCode status, string? retryAfter)
    {
        (string, string)[] headers = retryAfter is null ? [] : [("Retry-After", retryAfter)];
        _http.On(Project, status, null, headers);

        var exception = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => Reader().ProjectAsync(Access, 7, test.CancellationToken));

        Assert.HasCount(1, _http.Requests);
        Assert.AreEqual(retryAfter is null && status is not HttpStatusCode.TooManyRequests, exception.RetryAfter is null);
    }

    [TestMethod]
    public async Task Never_repeats_a_write()
    {
        _http.On(GitLabScene.Token, HttpStatusCode.BadGateway);
        var instance = new GitLabInstance(KnownInstances.Host, "", "application", null);

        await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => Services().GetRequiredService<GitLabOAuth>().RefreshAsync(instance, "old", test.CancellationToken));

        Assert.HasCount(1, _http.Requests);
    }

    private IGitLabReader Reader() => Services().GetRequiredService<IGitLabReader>();

    private ServiceProvider Services()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["GitLab:ApplicationId"] = "application", ["App:BaseUrl"] = "https://app.test" })
            .Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddSettings<AppOptions>(AppOptions.Section);
        services.AddGitLab(configuration);
        services.AddSingleton<IInstances>(KnownInstances.One);
        services.AddSingleton(NoBudgets.Requests);

        foreach (var client in new[] { nameof(GitLabClient), nameof(GitLabOAuth), nameof(GitLabHookWriter) })
        {
            services.AddHttpClient(client).ConfigurePrimaryHttpMessageHandler(() => _http);
        }

        // Delays of the pipeline are real ones; half a second is not worth a clock.
        return _services = services.BuildServiceProvider();
    }
}
