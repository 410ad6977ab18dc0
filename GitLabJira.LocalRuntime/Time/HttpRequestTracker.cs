using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace GitLabJira.LocalRuntime.Time;

/// <summary>
/// Knows which HTTP requests are in flight inside which work. Each carries its span in <c>traceparent</c> (https://www.w3.org/TR/trace-context/), by which a stand-in
/// in another process can say that its answer waits.
/// </summary>
internal sealed class HttpRequestTracker : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private static readonly Lazy<HttpRequestTracker> Instance = new(() => new());

    private readonly ConcurrentDictionary<string, (ProcessLedger? Ledger, string? Queue)> _requests = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<ProcessLedger, object?> _ledgers = [];

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
    public static void Start(ProcessLedger ledger) => Instance.Value._ledgers.Add(ledger, null);

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
            Started(RequestOf(value.Value), span);
        }
        else if (value.Key.EndsWith(".Stop", StringComparison.Ordinal) && _requests.TryRemove(span, out var request))
        {
            Stopped(request.Ledger, request.Queue, span);
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
    private static void ForgetEarlierTry(HttpRequestMessage? request) => request?.Headers.Remove("traceparent");

    /// <summary>The queue that a request puts a message into: <c>POST /{queue}/messages</c>, with the emulator's account before it.</summary>
    private static string? QueueOf(HttpRequestMessage? request) =>
        request is { RequestUri: { } address } && request.Method == HttpMethod.Post && address.AbsolutePath.EndsWith("/messages", StringComparison.Ordinal)
            ? address.Segments[^2].TrimEnd('/')
            : null;

    private void Started(HttpRequestMessage? request, string span)
    {
        var ledger = ClockWork.Current?.Ledger;
        var queue = QueueOf(request);

        if (ClockWork.Current is { } work)
        {
            ForgetEarlierTry(request);
            work.Ledger.RequestStarted(work, span);
        }

        if (ledger is not null || queue is not null)
        {
            _requests[span] = (ledger, queue);
        }
    }

    private void Stopped(ProcessLedger? ledger, string? queue, string span)
    {
        if (queue is not null)
        {
            // Whoever sends a message outside of work, as a test does, tells all clocks of this process.
            foreach (var told in ledger is null ? _ledgers.Select(entry => entry.Key) : [ledger])
            {
                told.Changed(queue);
            }
        }

        ledger?.RequestStopped(span);
    }

    private static HttpRequestMessage? RequestOf(object? started) => started?.GetType().GetProperty("Request")?.GetValue(started) as HttpRequestMessage;
}
