namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which attempt of a function with a retry attribute this is.</summary>
public abstract class RetryContext
{
    public abstract int RetryCount { get; }

    public abstract int MaxRetryCount { get; }
}
