namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>Brings work from outside (HTTP, a queue, a schedule, a task hub) to functions.</summary>
/// <remarks>
/// Registered as a singleton <see cref="ITriggerListener"/>, one line in <c>Hosting/RuntimeRegistration.cs</c>. It takes its functions from
/// <see cref="FunctionCatalog"/> by trigger type and does nothing when there are none. It runs them with <see cref="FunctionInvoker"/> only.
/// </remarks>
public interface ITriggerListener
{
    /// <summary>Called after the app's own hosted services have started. Returns when listening, not when done; a throw stops the host.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Called before the app's own hosted services stop. Takes no new work and waits for what runs until <paramref name="cancellationToken"/> says that patience is over.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
