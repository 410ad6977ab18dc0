using GitLabJira.Functions.Hosting;

namespace GitLabJira.Functions.Budgets;

/// <summary>One budget as one process sees it: what it leased and has left, what the other side said last, and until when everybody waits.</summary>
/// <remarks>The hot path costs no storage transaction: live work first uses the process's uncounted part, then leased chunks. A process that stays below its uncounted part asks nobody, and learns of a wait that others were told from an answer of its own.</remarks>
public sealed class SharedBudget(string scope, BudgetRule rule, BudgetStore store, TimeProvider clock)
{
    /// <summary>How old an answer to a question may be that takes nothing.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<Handover<bool>> _waiting = [];
    private readonly int[] _left = new int[Enum.GetValues<WorkPriority>().Length];
    private readonly DateTimeOffset[] _refusedUntil = new DateTimeOffset[Enum.GetValues<WorkPriority>().Length];
    private bool _isLeasing;
    private DateTimeOffset _window;
    private int _free;
    private BudgetRow _row = new();
    private DateTimeOffset _readAt;
    private DateTimeOffset _heldUntil;
    private Sighting? _seen;

    /// <summary>Takes <paramref name="amount"/>, if there is so much for this priority.</summary>
    public async Task<BudgetAnswer> TakeAsync(WorkPriority priority, int amount, CancellationToken cancellationToken)
    {
        if (TryTake(priority, amount) is { } answer)
        {
            return answer;
        }

        await EnterAsync();

        try
        {
            // Somebody may have leased while this one waited.
            if (TryTake(priority, amount) is { } late)
            {
                return late;
            }

            var now = clock.GetUtcNow();
            var (row, granted) = await store.LeaseAsync(scope, rule, now, priority, Math.Max(amount, rule.Chunk), _row, cancellationToken);
            return Leased(priority, amount, row, granted, now);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Whether work of this priority may go on. Takes nothing.</summary>
    public async Task<BudgetAnswer> AskAsync(WorkPriority priority, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        if (now - _readAt > Fresh)
        {
            var row = await store.ReadAsync(scope, cancellationToken);

            lock (_lock)
            {
                Keep(row, now);
            }
        }

        lock (_lock)
        {
            Roll(now);
            return Refusal(priority, now)
                ?? (rule.IsLimited && _row.In(_window) is var row && rule.Room(priority, row.Used, row.UsedByRepair) <= 0 ? No(_window + rule.Window) : Yes());
        }
    }

    /// <summary>The other side told how much is left of its own count, which may be of more than us.</summary>
    /// <param name="isEnforced">Whether it refuses what is over; if it only observes, just work that is not urgent slows down by it.</param>
    public void Saw(int limit, int remaining, DateTimeOffset reset, bool isEnforced)
    {
        if (limit > 0 && reset > clock.GetUtcNow())
        {
            lock (_lock)
            {
                _seen = new Sighting(1 - ((double)Math.Clamp(remaining, 0, limit) / limit), reset, isEnforced);
            }
        }
    }

    /// <summary>The other side named a wait: nobody asks it before, in any process.</summary>
    public async Task HoldAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_heldUntil >= until)
            {
                return;
            }

            _heldUntil = until;
        }

        var row = await store.HoldAsync(scope, until, cancellationToken);

        lock (_lock)
        {
            Keep(row, clock.GetUtcNow());
        }
    }

    /// <summary>One leases at a time; the others mostly find what they need in its chunk.</summary>
    private async Task EnterAsync()
    {
        Handover<bool>? turn = null;

        lock (_lock)
        {
            if (_isLeasing)
            {
                _waiting.Enqueue(turn = new Handover<bool>(clock));
            }

            _isLeasing = true;
        }

        if (turn is not null)
        {
            using (turn)
            {
                await turn.WaitAsync();
            }
        }
    }

    private void Leave()
    {
        Handover<bool>? next;

        lock (_lock)
        {
            _isLeasing = _waiting.TryDequeue(out next);
        }

        next?.Give(true);
    }

    /// <returns>Null when a chunk has to be leased first.</returns>
    private BudgetAnswer? TryTake(WorkPriority priority, int amount)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            Roll(now);

            if (Refusal(priority, now) is { } refusal)
            {
                return refusal;
            }

            if (!rule.IsLimited)
            {
                return Yes();
            }

            if (priority is WorkPriority.Live && _free >= amount)
            {
                _free -= amount;
                return Yes();
            }

            if (_left[(int)priority] >= amount)
            {
                _left[(int)priority] -= amount;
                return Yes();
            }

            return _refusedUntil[(int)priority] > now ? No(_refusedUntil[(int)priority]) : null;
        }
    }

    private BudgetAnswer Leased(WorkPriority priority, int amount, BudgetRow row, int granted, DateTimeOffset now)
    {
        lock (_lock)
        {
            Keep(row, now);

            // The window may have ended while storage answered; what was leased ended with it.
            if (rule.WindowOf(clock.GetUtcNow()) == _window)
            {
                _left[(int)priority] += granted;
            }

            if (_left[(int)priority] >= amount)
            {
                _left[(int)priority] -= amount;
                return Yes();
            }

            if (Refusal(priority, now) is { } held)
            {
                return held;
            }

            // Nothing comes back before the window ends.
            return No(_refusedUntil[(int)priority] = _window + rule.Window);
        }
    }

    private BudgetAnswer? Refusal(WorkPriority priority, DateTimeOffset now) =>
        _heldUntil > now ? No(_heldUntil)
        : _seen is { } seen && seen.Reset > now && seen.Used * 100 >= BudgetRule.StopsAtPercent(priority) && (seen.IsEnforced || priority is not WorkPriority.Live) ? No(seen.Reset)
        : null;

    private void Roll(DateTimeOffset now)
    {
        var window = rule.WindowOf(now);

        if (window > _window)
        {
            _window = window;
            _free = rule.Free;
            Array.Clear(_left);
        }
    }

    private void Keep(BudgetRow row, DateTimeOffset now)
    {
        _row = row;
        _readAt = now;
        _heldUntil = row.HeldUntil > _heldUntil ? row.HeldUntil.Value : _heldUntil;
    }

    private BudgetAnswer Yes() => new(true, Used(), Until: null);

    private BudgetAnswer No(DateTimeOffset until) => new(false, Used(), until);

    private double Used()
    {
        var leased = rule.IsLimited ? Math.Clamp((double)_row.In(_window).Used / rule.Shared, 0, 1) : 0;
        return _seen is { } seen && seen.Reset > clock.GetUtcNow() ? Math.Max(leased, seen.Used) : leased;
    }

    private sealed record Sighting(double Used, DateTimeOffset Reset, bool IsEnforced);
}
