using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>How the worker reads and writes JSON, and what it tells the host that it can do.</summary>
public class WorkerOptions
{
    public ObjectSerializer? Serializer { get; set; }

    /// <summary>Announced to the host in Azure; there is no wire between host and worker here, so nobody reads them.</summary>
    public IDictionary<string, string> Capabilities { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["HandlesWorkerTerminateMessage"] = bool.TrueString,
        ["HandlesInvocationCancelMessage"] = bool.TrueString,
        [nameof(IncludeEmptyEntriesInMessagePayload)] = bool.TrueString,
        ["EnableUserCodeException"] = bool.TrueString,
    };

    [Obsolete("This is now the default behavior. This property may be unavailable in future releases.", error: false)]
    public bool EnableUserCodeException
    {
        get => Has("EnableUserCodeException");
        set => Set("EnableUserCodeException", value);
    }

    public bool IncludeEmptyEntriesInMessagePayload
    {
        get => Has(nameof(IncludeEmptyEntriesInMessagePayload));
        set => Set(nameof(IncludeEmptyEntriesInMessagePayload), value);
    }

    private bool Has(string capability) => Capabilities.TryGetValue(capability, out var text) && bool.TryParse(text, out var value) && value;

    // Absence means no: the host takes the mere name for a yes.
    private void Set(string capability, bool value)
    {
        if (value)
        {
            Capabilities[capability] = bool.TrueString;
        }
        else
        {
            Capabilities.Remove(capability);
        }
    }
}
