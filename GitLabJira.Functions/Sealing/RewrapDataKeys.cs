using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Sealing;

/// <summary>Wraps all data keys with the newest version of the wrapping key, once a week, so that older versions fall out of use after a rotation.</summary>
public sealed partial class RewrapDataKeys(DataKeys keys, ILogger<RewrapDataKeys> logger)
{
    [Function(nameof(RewrapDataKeys))]
    public async Task RunAsync([TimerTrigger("0 41 3 * * 0")] TimerInfo timer, CancellationToken cancellationToken) =>
        Log.Rewrapped(logger, await keys.RewrapAsync(cancellationToken));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Wrapped {Count} data keys anew.")]
        public static partial void Rewrapped(ILogger logger, int count);
    }
}
