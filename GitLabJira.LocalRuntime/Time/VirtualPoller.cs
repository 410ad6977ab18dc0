namespace GitLabJira.LocalRuntime.Time;

internal sealed class VirtualPoller(ProcessLedger ledger, string name) : ClockPoller
{
    public string Name => name;

    /// <summary>Null while it looks. Guarded by the ledger's lock, like all that follows.</summary>
    public TaskCompletionSource? Waiting { get; set; }

    public DateTimeOffset? Due { get; set; }

    /// <summary>What the process knew to have changed when the present look began.</summary>
    public long Seen { get; set; } = -1;

    public bool Woken { get; set; }

    public override Task WaitAsync(DateTimeOffset? due, TimeSpan wallInterval, CancellationToken cancellationToken) =>
        ledger.WaitAsync(this, due, cancellationToken);

    public override void Wake() => ledger.Wake(this);

    protected override void Dispose(bool disposing) => ledger.Remove(this);
}
