using Azure;

namespace GitLabJira.Functions.Storage;

/// <summary>Tells failures of the services that the app itself lives by from those of what it works on.</summary>
public static class AzureFailures
{
    /// <summary>Storage or vault refused, or could not be reached: after its last attempt the client throws all of them together (Azure.Core, <c>RetryPolicy</c>).</summary>
    public static bool IsOf(Exception failure) =>
        failure is RequestFailedException || (failure is AggregateException several && several.InnerExceptions.Any(one => one is RequestFailedException));
}
