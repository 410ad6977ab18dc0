using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.CleanUp;
using GitLabJira.Functions.Configuration;
using GitLabJira.Functions.Connect;
using GitLabJira.Functions.CreateBranch;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.Health;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.InitialSync;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Operations;
using GitLabJira.Functions.Poison;
using GitLabJira.Functions.Reconcile;
using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Toolchain;
using GitLabJira.Functions.Trail;
using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions;

/// <summary>The whole app: one registration per folder.</summary>
public static class AppRegistration
{
    public static IServiceCollection AddApp(this IServiceCollection services, IConfiguration configuration) => services
        .AddHosting()
        .AddTelemetry(configuration)
        .AddStorage(configuration)
        .AddSealing(configuration)
        .AddBudgets()
        .AddGitLab(configuration)
        .AddTrail()
        .AddPoison()
        .AddJiraAccess()
        .AddJira(configuration)
        .AddConnect(configuration)
        .AddConfiguration(configuration)
        .AddCreateBranch()
        .AddToolchain()
        .AddInitialSync(configuration)
        .AddRelay(configuration)
        .AddReconcile(configuration)
        .AddOperations()
        .AddHealth()
        .AddCleanUp(configuration);
}
