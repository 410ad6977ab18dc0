namespace GitLabJira.LocalRuntime.Time;

/// <summary>
/// The one virtual clock of a Sandbox or a test: it stands still while anything runs or looks for work in any process, then jumps to the earliest due time.
/// A test holds it with <see cref="RuntimeClock.BeginWorkAsync"/> and lets time pass with <see cref="RuntimeClock.DelayAsync"/>.
/// </summary>
public sealed class VirtualClock : VirtualRuntimeClock, IDisposable
{
    private readonly ClockAuthority _authority;

    public VirtualClock(DateTimeOffset start)
        : base(TimeSpan.Zero)
    {
        _authority = new(start);
        var link = new LocalLink(_authority);
        Ledger = new(_authority.Gate, link, _authority.Now);
        link.Join(Ledger);
        Ledger.Start();
    }

    /// <summary>How often time has moved.</summary>
    public long Jumps => _authority.Jumps;

    internal ClockAuthority Authority => _authority;

    private protected override ProcessLedger Ledger { get; }

    /// <summary>What holds the time in each process, for a person who wonders why it stands still.</summary>
    public string Describe() => $"{_authority.Now:O}; {_authority.Describe()}; here: {DescribeWork()}";

    /// <summary>As <see cref="Describe"/>, after each process was asked what it is at.</summary>
    public async Task<string> InquireAsync(CancellationToken cancellationToken = default)
    {
        _authority.Ask();
        await Task.Delay(TimeSpan.FromSeconds(1), System, cancellationToken);
        return Describe();
    }

    public void Dispose() => _authority.Dispose();

    /// <summary>The owner's own process takes part without a wire: same lock, immediate answers.</summary>
    private sealed class LocalLink(ClockAuthority authority) : IClockLink, IClockPort
    {
        private ProcessLedger _ledger = null!;
        private ClockParticipant _participant = null!;

        public void Join(ProcessLedger ledger)
        {
            _ledger = ledger;
            _participant = authority.Join("owner", this);
        }

        public void Polls() => _participant.Polls = true;

        public Task LookAsync()
        {
            authority.Looks(_participant);
            return Task.CompletedTask;
        }

        public Task RunAsync(string what, bool wasIdle)
        {
            authority.Runs(_participant, what);
            return Task.CompletedTask;
        }

        public void Done() => authority.Done(_participant);

        public void Changed(ClockChanges changes) => authority.Changed(_participant, changes);

        public void Idle(long look, DateTimeOffset? due) => authority.Idle(_participant, look, due);

        public void Waits(string span) => authority.Waits(_participant, span);

        public void Resumes(string span) => authority.Resumes(_participant, span);

        public void Tell(string what) => authority.Tell(_participant, what);

        public void Ask()
        {
            // Described at the end of all, under the same lock.
        }

        public void MoveTo(DateTimeOffset now) => _ledger.MoveTo(now);

        public void LookAgain(long look, ClockChanges changes) => _ledger.LookAgain(look, changes);

        public void FireDue(long look) => _ledger.FireDue(look);

        public void SpanWaits(string span) => _ledger.SpanWaits(span);

        public void SpanResumes(long look, string span) => _ledger.SpanResumes(look, span);
    }
}
