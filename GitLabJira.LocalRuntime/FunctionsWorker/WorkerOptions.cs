using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>How the worker reads and writes JSON.</summary>
public class WorkerOptions
{
    public ObjectSerializer? Serializer { get; set; }
}
