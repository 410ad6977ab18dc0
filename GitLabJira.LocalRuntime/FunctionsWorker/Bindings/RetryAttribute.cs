namespace Microsoft.Azure.Functions.Worker;

/// <summary>Function-level retries. Queue triggers refuse them: they retry by dequeue count.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class RetryAttribute : Attribute
{
    public RetryAttribute()
    {
    }

    public int MaxRetryCount { get; set; }
}
