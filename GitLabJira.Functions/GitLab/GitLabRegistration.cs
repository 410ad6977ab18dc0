using System.Net;
using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.GitLab.Branches;
using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Groups;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Http.Resilience;

namespace GitLabJira.Functions.GitLab;

public static class GitLabRegistration
{
    public static IServiceCollection AddGitLab(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<GitLabOptions>(GitLabOptions.Section);
        services.AddSingleton<GitLabInstances>();
        services.AddSingleton<InstanceAddresses>();
        services.AddSingleton<IInstances>(provider => provider.GetRequiredService<GitLabInstances>());

        AddReads(services.AddHttpClient<GitLabClient>());
        services.AddTransient<IGitLabReader, GitLabReader>();
        services.AddTransient<IGitLabCiReader, GitLabCiReader>();
        services.AddTransient<GitLabLists>();

        services.AddSingleton<RequestBudget>();
        services.AddSingleton<IRequestBudget>(provider => provider.GetRequiredService<RequestBudget>());
        services.AddSingleton<IGitLabBudget>(provider => provider.GetRequiredService<RequestBudget>());

        services.AddTransient<GitLabGroups>();
        services.AddTransient<ProjectFinder>();

        AddBasics(services.AddHttpClient<InstanceProbe>()).ConfigureHttpClient(http =>
        {
            // A person waits, and whoever answers may be anybody.
            http.Timeout = TimeSpan.FromSeconds(15);
            http.MaxResponseContentBufferSize = 64 * 1024;
        });
        AddBasics(services.AddHttpClient<GitLabOAuth>());
        services.AddSingleton<GrantStore>();
        services.AddSingleton<SignInStore>();
        services.AddSingleton<GrantTokens>();
        services.AddSingleton<AccountGrants>();
        services.AddSingleton<GrantAccess>();
        services.AddSingleton<IGrantAccess>(provider => provider.GetRequiredService<GrantAccess>());
        services.AddSingleton<IRoles>(provider => provider.GetRequiredService<GrantAccess>());
        services.AddSingleton<IGrants, GrantRevocation>();

        services.AddSettings<ReconcileOptions>(ReconcileOptions.Section);
        services.AddSingleton<LinkIndex>();
        services.AddSingleton<LinkStore>();
        services.AddSingleton<ILinks>(provider => provider.GetRequiredService<LinkStore>());
        services.AddSingleton<LinkMaking>();
        services.AddSingleton<RepairStore>();
        services.AddSingleton<LinkActivity>();
        services.AddSingleton<ILinkRemoval, LinkRemoval>();
        services.AddSingleton<ILinkedTree, LinkedTree>();
        services.AddSingleton<SyncRequests>();

        AddBasics(services.AddHttpClient<GitLabHookWriter>());
        AddBasics(services.AddHttpClient<GitLabBranchWriter>());
        services.AddTransient<BranchProjects>();
        services.AddTransient<LinkHooks>();
        services.AddTransient<IHooks>(provider => provider.GetRequiredService<LinkHooks>());
        services.AddTransient<HookChecks>();
        services.AddTransient<HookSecretRotation>();
        return services;
    }

    /// <summary>What every client of GitLab has: no redirects (a token would follow them), no cookies, a bound on time and size.</summary>
    private static IHttpClientBuilder AddBasics(IHttpClientBuilder client) => client
        .ConfigureHttpClient(http =>
        {
            http.Timeout = TimeSpan.FromSeconds(60);
            http.MaxResponseContentBufferSize = 128 * 1024 * 1024;
            http.DefaultRequestHeaders.UserAgent.ParseAdd("GitLabJira/1.0");
            http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        })
        .ConfigurePrimaryHttpMessageHandler(services => new SocketsHttpHandler
        {
            ConnectCallback = services.GetRequiredService<InstanceAddresses>().ConnectAsync,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        // They would log addresses, which hold names of branches and people.
        .RemoveAllLoggers()
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan);

    private static void AddReads(IHttpClientBuilder client) => AddBasics(client)
        .AddStandardResilienceHandler(options =>
        {
            options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(40);
            options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(15);
            options.Retry.MaxRetryAttempts = 2;
            options.Retry.Delay = TimeSpan.FromMilliseconds(500);
            // A named delay is the caller's to schedule durably; a limit is named even where the header is missing.
            options.Retry.ShouldHandle = args => ValueTask.FromResult(
                HttpClientResiliencePredicates.IsTransient(args.Outcome)
                && args.Outcome.Result is not { StatusCode: HttpStatusCode.TooManyRequests }
                && args.Outcome.Result?.Headers.RetryAfter is null);
            options.CircuitBreaker.SamplingDuration = TimeSpan.FromSeconds(60);
        })
        // One slow instance must not open the circuit of the others.
        .SelectPipelineByAuthority();
}
