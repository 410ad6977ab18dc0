using System.Runtime.ExceptionServices;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>What one invocation has for a site.</summary>
public sealed record Submission(Link Link, IReadOnlyList<EntityChange> Changes);

/// <summary>Lets invocations of this process that have something for the same site at the same time go together (design 6.3): one of them is at the site, and takes along next time what the others brought meanwhile.</summary>
/// <remarks>So a burst costs one look at the site, one transaction and one try of the lease per gathering instead of per event. Each invocation still returns only when its own changes are at Jira or in durable storage.</remarks>
public sealed class SiteGatherings(TimeProvider clock)
{
    private readonly Lock _lock = new();

    /// <summary>Sites that somebody is at, with those who wait for him.</summary>
    private readonly Dictionary<(string ClientKey, Lane Lane), List<Member>> _sites = [];

    /// <param name="deliver">Delivers what several have together. May be called for others' submissions, and more than once.</param>
    public async Task JoinAsync(string clientKey, Lane lane, Submission own, Func<IReadOnlyList<Submission>, CancellationToken, Task> deliver, CancellationToken cancellationToken)
    {
        using var turn = new Handover<IReadOnlyList<Member>?>(clock);
        var me = new Member(own, turn);
        var led = Enter((clientKey, lane), me);

        if (led is null)
        {
            using var leaving = cancellationToken.Register(() => Leave((clientKey, lane), me, cancellationToken));

            // Null when somebody delivered it.
            led = await turn.WaitAsync();
        }

        if (led is not null)
        {
            await LeadAsync((clientKey, lane), me, led, deliver, cancellationToken);
        }
    }

    private async Task LeadAsync((string, Lane) site, Member me, IReadOnlyList<Member> led, Func<IReadOnlyList<Submission>, CancellationToken, Task> deliver, CancellationToken cancellationToken)
    {
        var failures = new Dictionary<Member, Exception>();

        try
        {
            await deliver([.. led.Select(member => member.Submission)], cancellationToken);
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
            PassOn(site);
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

    private static async Task AloneAsync(Member member, Dictionary<Member, Exception> failures, Func<IReadOnlyList<Submission>, CancellationToken, Task> deliver, CancellationToken cancellationToken)
    {
        try
        {
            await deliver([member.Submission], cancellationToken);
        }
        catch (Exception failure)
        {
            failures[member] = failure;
        }
    }

    /// <returns>Whom to deliver for; null when somebody is at the site.</returns>
    private IReadOnlyList<Member>? Enter((string, Lane) site, Member me)
    {
        lock (_lock)
        {
            if (_sites.TryGetValue(site, out var waiting))
            {
                waiting.Add(me);
                return null;
            }

            _sites[site] = [];
            return [me];
        }
    }

    /// <summary>Ends the wait of an invocation that is told to stop, if nobody has begun with what it brought.</summary>
    private void Leave((string, Lane) site, Member me, CancellationToken cancellationToken)
    {
        bool isWaiting;

        lock (_lock)
        {
            isWaiting = _sites.TryGetValue(site, out var waiting) && waiting.Remove(me);
        }

        if (isWaiting)
        {
            me.Turn.Cancel(cancellationToken);
        }
    }

    private void PassOn((string, Lane) site)
    {
        List<Member> next;

        lock (_lock)
        {
            next = _sites[site];

            if (next.Count == 0)
            {
                _sites.Remove(site);
                return;
            }

            _sites[site] = [];
        }

        next[0].Turn.Give(next);
    }

    private sealed record Member(Submission Submission, Handover<IReadOnlyList<Member>?> Turn);
}
