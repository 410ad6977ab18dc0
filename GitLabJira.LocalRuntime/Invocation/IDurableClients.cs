using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>Gives the client that a <c>[DurableClient]</c> parameter is bound to; the durable engine registers it.</summary>
public interface IDurableClients
{
    DurableTaskClient Get(DurableClientAttribute attribute);
}
