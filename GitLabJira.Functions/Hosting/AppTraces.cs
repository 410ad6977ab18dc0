using System.Diagnostics;

namespace GitLabJira.Functions.Hosting;

/// <summary>One trace from the webhook to Jira: a queue message carries the trace in which it was sent (W3C Trace Context, <c>traceparent</c>), and whoever takes it goes on with that trace.</summary>
public static class AppTraces
{
    public const string SourceName = "GitLabJira";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The trace that a message sent now belongs to; null where nobody records one.</summary>
    public static string? Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Recorded: true } activity ? activity.Id : null;

    /// <summary>Whether anybody listens; else there is no need to find out what a message says.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>Begins the work on a message. What the host began for the invocation is linked.</summary>
    /// <param name="traceParent">From the message; null for one that was sent in no trace.</param>
    /// <returns>Null when nobody listens.</returns>
    public static Activity? Process(string kind, string? traceParent, Guid? linkId)
    {
        var invocation = Activity.Current?.Context;
        var parent = ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var sent) ? sent : default;

        return Source.StartActivity(
            $"process {kind}",
            ActivityKind.Consumer,
            parent,
            [new("messaging.operation.type", "process"), new("gitlabjira.link", linkId?.ToString("D"))],
            parent != default && invocation is { } host ? [new ActivityLink(host)] : null);
    }
}
