using System.Diagnostics;

namespace GitLabJira.LocalRuntime.Time;

/// <summary>
/// One piece of work. It runs unless all that is known to go on in it waits for time: a delay of its own, an HTTP request whose answer is delayed, or inner work that waits.
/// All fields are guarded by the lock of the ledger.
/// </summary>
internal sealed class ClockWork(ProcessLedger ledger, string what, ClockWork? parent, string? callerSpan) : IDisposable
{
    private static readonly AsyncLocal<ClockWork?> Flow = new();

    private ClockWork? _outer;
    private int _stirred;

    /// <summary>The work that the current code belongs to, in whatever process of a test.</summary>
    public static ClockWork? Current => Flow.Value is { Ended: false } work ? work : null;

    public ProcessLedger Ledger => ledger;

    public string What => what;

    public ClockWork? Parent => parent is { Ended: false } ? parent : null;

    /// <summary>The span of the HTTP request that this work answers: its sender waits when we wait.</summary>
    public string? CallerSpan => parent is null ? callerSpan : null;

    public int Delays { get; set; }

    public int Requests { get; set; }

    public int RequestsWaiting { get; set; }

    public int Children { get; set; }

    public int ChildrenWaiting { get; set; }

    public bool Suspended { get; set; }

    /// <summary>Grows with everything that begins or ends inside of it.</summary>
    public ref int Stirred => ref _stirred;

    public bool Ended { get; set; }

    public bool Waits =>
        Delays + RequestsWaiting + ChildrenWaiting > 0
        && RequestsWaiting == Requests
        && ChildrenWaiting == Children;

    /// <summary>The span of the request that the current code answers, as the hosting layer took it from <c>traceparent</c>.</summary>
    public static string? FindCallerSpan()
    {
        for (var activity = Activity.Current; activity is not null; activity = activity.Parent)
        {
            if (activity.HasRemoteParent)
            {
                return activity.ParentSpanId.ToHexString();
            }
        }

        return null;
    }

    /// <summary>Must be called without await in between by the method that begins the work: an async local set deeper would be lost.</summary>
    public void Enter()
    {
        _outer = Flow.Value;
        Flow.Value = this;
    }

    public override string ToString() =>
        Delays + Requests + Children == 0 ? what : $"{what} [{Delays} delays, {RequestsWaiting} of {Requests} requests wait, {ChildrenWaiting} of {Children} parts wait]";

    public void Dispose()
    {
        if (Flow.Value == this)
        {
            Flow.Value = _outer;
        }

        ledger.End(this);
    }
}
