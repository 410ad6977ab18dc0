using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.FaultyApp.Without;

/// <summary>What the app does so that nothing is lost or wrong, and what it is without.</summary>
internal static class Protections
{
    /// <exception cref="ArgumentException">There is no protection of this name.</exception>
    public static void RemoveProtection(this IServiceCollection services, string? name)
    {
        switch (name)
        {
            case null or "":
                break;
            case "stored-first":
                services.AddSingleton<IMessageQueue>(provider => new StoredFirst(ActivatorUtilities.CreateInstance<MessageQueue>(provider), provider.GetRequiredService<TimeProvider>()));
                break;
            case "second-looks":
                // What a lagging replica answered stands, since nobody looks again.
                services.AddSingleton<IMessageQueue>(provider => new Dropping(ActivatorUtilities.CreateInstance<MessageQueue>(provider), static (_, header) => header.Kind is MessageKinds.Look));
                break;
            case "kept-until-taken":
                services.AddHttpClient<JiraClient>().AddHttpMessageHandler(() => new KeptUntilTaken());
                break;
            case "asked-again":
                // What GitLab did not answer at the first time is not asked of it again.
                services.AddSingleton<IMessageQueue>(provider => new Dropping(
                    ActivatorUtilities.CreateInstance<MessageQueue>(provider), static (queue, header) => header.Attempt > 0 && string.Equals(queue, QueueNames.GitLabEvents, StringComparison.Ordinal)));
                break;
            default:
                throw new ArgumentException("There is no such protection.", nameof(name));
        }
    }
}
