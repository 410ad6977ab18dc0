namespace Microsoft.DurableTask.Client;

/// <summary>How an instance is terminated; the output becomes the instance's.</summary>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
