namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the trigger brought besides its value, by name.</summary>
public abstract class BindingContext
{
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
