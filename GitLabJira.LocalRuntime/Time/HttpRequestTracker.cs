using System.Collections.Concurrent;
using System.Diagnostics;

namespace GitLabJira.LocalRuntime.Time;

/// <summary>
/// Knows which HTTP requests are in flight inside which work. Each carries its span in <c>traceparent</c> (https://www.w3.org/TR/trace-context/), by which a stand-in
/// in another process can say that its answer waits.
/// </summary>
internal sealed class HttpRequestTracker : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private static readonly Lazy<HttpRequestTracker> Instance = new(() => new());

    private readonly ConcurrentDictionary<string, ProcessLedger> _ledgers = new(StringComparer.Ordinal);

    private HttpRequestTracker()
    {
        // Kestrel's side makes an activity, and so reads traceparent, only if somebody listens.
        ActivitySource.AddActivityListener(new ActivityListener
        {
            ShouldListenTo = static source => string.Equals(source.Name, "Microsoft.AspNetCore", StringComparison.Ordinal),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
        });

        DiagnosticListener.AllListeners.Subscribe(this);
    }

    /// <summary>Once per process, for good: listeners of the framework cannot know which clock a request belongs to, the work in its async flow does.</summary>
    public static void Start() => _ = Instance.Value;

    public void OnNext(DiagnosticListener value)
    {
        if (string.Equals(value.Name, "HttpHandlerDiagnosticListener", StringComparison.Ordinal))
        {
            value.Subscribe(this, static name => name.StartsWith("System.Net.Http.HttpRequestOut", StringComparison.Ordinal));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (Activity.Current?.SpanId.ToHexString() is not { } span)
        {
            return;
        }

        if (value.Key.EndsWith(".Start", StringComparison.Ordinal))
        {
            if (ClockWork.Current is { } work)
            {
                ForgetEarlierTry(value.Value);
                _ledgers[span] = work.Ledger;
                work.Ledger.RequestStarted(work, span);
            }
        }
        else if (value.Key.EndsWith(".Stop", StringComparison.Ordinal) && _ledgers.TryRemove(span, out var ledger))
        {
            ledger.RequestStopped(span);
        }
    }

    public void OnCompleted()
    {
        // The framework's listeners live as long as the process.
    }

    public void OnError(Exception error)
    {
        // A listener that fails to observe must not fail what it observes.
    }

    /// <summary>
    /// A message that is sent again, as by a resilience handler, still carries the span of its first try, and the framework adds none to it (unless redirects are allowed):
    /// a stand-in would say that a request waits which ended long ago, and the one that does wait would hold the time for ever.
    /// </summary>
    private static void ForgetEarlierTry(object? started)
    {
        if (started?.GetType().GetProperty("Request")?.GetValue(started) is HttpRequestMessage request)
        {
            request.Headers.Remove("traceparent");
        }
    }
}
