using System.Runtime.ExceptionServices;

namespace GitLabJira.Functions.Hosting;

/// <summary>Lets invocations of this process that have something for the same place at the same time go together (design 6.3): one of them is there, and takes along next time what the others brought meanwhile.</summary>
/// <remarks>So a burst costs one visit per gathering instead of one per event. Each invocation still returns only when its own is delivered.</remarks>
/// <param name="clock">As for a <see cref="Handover{T}"/>.</param>
public sealed class Gatherings<TPlace, TItem>(TimeProvider? clock)
    where TPlace : notnull
{
    private readonly Lock _lock = new();

    /// <summary>Places that somebody is at, with those who wait for him.</summary>
    private readonly Dictionary<TPlace, List<Member>> _places = [];

    /// <param name="deliver">Delivers what several have together. May be called for what others brought, and more than once.</param>
    public async Task JoinAsync(TPlace place, TItem own, Func<IReadOnlyList<TItem>, CancellationToken, Task> deliver, CancellationToken cancellationToken)
    {
        using var turn = new Handover<IReadOnlyList<Member>?>(clock);
        var me = new Member(own, turn);
        var led = Enter(place, me);

        if (led is null)
        {
            using var leaving = cancellationToken.Register(() => Leave(place, me, cancellationToken));

            // Null when somebody delivered it.
            led = await turn.WaitAsync();
        }

        if (led is not null)
        {
            await LeadAsync(place, me, led, deliver, cancellationToken);
        }
    }

    private async Task LeadAsync(TPlace place, Member me, IReadOnlyList<Member> led, Func<IReadOnlyList<TItem>, CancellationToken, Task> deliver, CancellationToken cancellationToken)
    {
        var failures = new Dictionary<Member, Exception>();

        try
        {
            await deliver([.. led.Select(member => member.Item)], cancellationToken);
        }
        catch (Exception failure) when (led.Count == 1 || failure is OperationCanceledException)
        {
            foreach (var member in led)
            {
                failures[member] = failure;
            }
        }
        catch (Exception)
        {
            // One of them may be at fault: the others must not fail with it.
            foreach (var member in led)
            {
                await AloneAsync(member, failures, deliver, cancellationToken);
            }
        }
        finally
        {
            PassOn(place);
        }

        foreach (var other in led.Where(member => member != me))
        {
            if (failures.TryGetValue(other, out var failure))
            {
                other.Turn.Fail(failure);
            }
            else
            {
                other.Turn.Give(null);
            }
        }

        if (failures.TryGetValue(me, out var mine))
        {
            ExceptionDispatchInfo.Throw(mine);
        }
    }

    private static async Task AloneAsync(Member member, Dictionary<Member, Exception> failures, Func<IReadOnlyList<TItem>, CancellationToken, Task> deliver, CancellationToken cancellationToken)
    {
        try
        {
            await deliver([member.Item], cancellationToken);
        }
        catch (Exception failure)
        {
            failures[member] = failure;
        }
    }

    /// <returns>Whom to deliver for; null when somebody is there already.</returns>
    private IReadOnlyList<Member>? Enter(TPlace place, Member me)
    {
        lock (_lock)
        {
            if (_places.TryGetValue(place, out var waiting))
            {
                waiting.Add(me);
                return null;
            }

            _places[place] = [];
            return [me];
        }
    }

    /// <summary>Ends the wait of an invocation that is told to stop, if nobody has begun with what it brought.</summary>
    private void Leave(TPlace place, Member me, CancellationToken cancellationToken)
    {
        bool isWaiting;

        lock (_lock)
        {
            isWaiting = _places.TryGetValue(place, out var waiting) && waiting.Remove(me);
        }

        if (isWaiting)
        {
            me.Turn.Cancel(cancellationToken);
        }
    }

    private void PassOn(TPlace place)
    {
        List<Member> next;

        lock (_lock)
        {
            next = _places[place];

            if (next.Count == 0)
            {
                _places.Remove(place);
                return;
            }

            _places[place] = [];
        }

        next[0].Turn.Give(next);
    }

    private sealed record Member(TItem Item, Handover<IReadOnlyList<Member>?> Turn);
}
