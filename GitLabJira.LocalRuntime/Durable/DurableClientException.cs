namespace GitLabJira.LocalRuntime.Durable;

/// <summary>Why the task hub refused a call of its client.</summary>
public enum DurableClientError
{
    /// <summary>There is no such instance.</summary>
    NotFound,

    /// <summary>The instance is over.</summary>
    FailedPrecondition,
}

/// <summary>
/// The task hub refused a call. With the real packages this is <c>Grpc.Core.RpcException</c> with the status code of the same name; an app that must run on both hosts
/// asks for the instance instead of catching either.
/// </summary>
public sealed class DurableClientException(DurableClientError error, string instanceId)
    : Exception(error is DurableClientError.NotFound
        ? $"Status(StatusCode=\"NotFound\", Detail=\"There is no orchestration instance with the id '{instanceId}'.\")"
        : $"Status(StatusCode=\"FailedPrecondition\", Detail=\"The orchestration instance with the id '{instanceId}' has ended.\")")
{
    public DurableClientError Error { get; } = error;
}

/// <summary>An instance with this id runs already. With the real packages: <c>DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException</c>.</summary>
public sealed class OrchestrationAlreadyExistsException(string instanceId)
    : Exception($"An orchestration instance with the id '{instanceId}' already exists and has not ended.");
