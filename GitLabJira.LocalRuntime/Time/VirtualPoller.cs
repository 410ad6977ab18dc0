namespace GitLabJira.LocalRuntime.Time;

internal sealed class VirtualPoller(ProcessLedger ledger, string name, string? topic) : ClockPoller
{
    public string Name => name;

    /// <summary>Only what is written to this concerns it; null: whatever work may leave behind.</summary>
    public string? Topic => topic;

    /// <summary>Null while it looks. Guarded by the ledger's lock, like all that follows.</summary>
    public TaskCompletionSource? Waiting { get; set; }

    public DateTimeOffset? Due { get; set; }

    /// <summary>How often something changed that concerns it.</summary>
    public long Changes { get; set; }

    /// <summary>How much of it was known when the present look began.</summary>
    public long Seen { get; set; } = -1;

    public bool Woken { get; set; }

    public override long Written => ledger.WrittenFor(this);

    public override Task WaitAsync(DateTimeOffset? due, TimeSpan wallInterval, CancellationToken cancellationToken) =>
        ledger.WaitAsync(this, due, cancellationToken);

    public override void Wake() => ledger.Wake(this);

    protected override void Dispose(bool disposing) => ledger.Remove(this);
}
