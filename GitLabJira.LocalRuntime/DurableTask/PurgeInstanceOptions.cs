namespace Microsoft.DurableTask.Client;

/// <summary>Whether what an instance started goes as well.</summary>
public record PurgeInstanceOptions(bool Recursive = false);
