using GitLabJira.Functions.CleanUp;
using GitLabJira.Functions.Configuration;
using GitLabJira.Functions.Connect;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.InitialSync;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);

builder.ConfigureFunctionsWebApplication();

builder.Services
    .AddHosting()
    .AddStorage(builder.Configuration)
    .AddSealing(builder.Configuration)
    .AddGitLab(builder.Configuration)
    .AddJiraAccess()
    .AddJira(builder.Configuration)
    .AddConnect(builder.Configuration)
    .AddConfiguration(builder.Configuration)
    .AddInitialSync(builder.Configuration)
    .AddRelay(builder.Configuration)
    .AddCleanUp(builder.Configuration);

await builder.Build().RunAsync();
