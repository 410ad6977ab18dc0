using GitLabJira.FaultyApp;
using GitLabJira.FaultyApp.Without;
using GitLabJira.Functions;
using GitLabJira.LocalRuntime.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

// The app as it is, but that its vault may fail, and that one of its protections may be missing: the fault suite must notice.
var builder = LocalHost.CreateBuilder(new LocalHostOptions { Assembly = typeof(AppRegistration).Assembly, Arguments = args });

builder.ConfigureFunctionsWebApplication();
builder.Services.AddApp(builder.Configuration);
builder.Services.RetryQuickly(builder.Configuration);
builder.Services.UseNearbyVault(builder.Configuration);
builder.Services.RemoveProtection(builder.Configuration["Faulty:Without"]);

await builder.Build().RunAsync();
