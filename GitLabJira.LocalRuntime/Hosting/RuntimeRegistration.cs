using GitLabJira.LocalRuntime.Durable;
using GitLabJira.LocalRuntime.Queues;
using GitLabJira.LocalRuntime.Timers;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.LocalRuntime.Hosting;

/// <summary>The triggers that this host knows besides HTTP; each line registers an <c>ITriggerListener</c> and what it needs.</summary>
internal static class RuntimeRegistration
{
    public static IServiceCollection AddTriggers(this IServiceCollection services) => services
        .AddQueueTriggers()
        .AddTimerTriggers()
        .AddDurableTriggers();
}
