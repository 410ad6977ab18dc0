using GitLabJira.LocalRuntime.Time;
using GitLabJira.Sandbox.Jira.Signing;
using GitLabJira.Sandbox.Jira.Traffic;

namespace GitLabJira.Sandbox.Jira;

/// <summary>How a stand-in site behaves.</summary>
public sealed record JiraSiteOptions
{
    public string Name { get; init; } = "Northwind";

    public RuntimeClock Clock { get; init; } = WallClock.Instance;

    /// <summary>Seeds delays and chances, so that a run can be repeated.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>0: any free port.</summary>
    public int Port { get; init; }

    /// <summary>How long an accepted change waits before it is applied: a random time from the first to the second. Both zero: applied before the answer.</summary>
    public TimeSpan MinApplyDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan MaxApplyDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The share of accepted changes that are applied twice, each time after a delay of its own.</summary>
    public double AppliesTwice { get; init; }

    /// <summary>Off, the site keeps what it applied last, whatever its sequence: unlike Jira, and only to see whether a run would notice an app that sends in the wrong order.</summary>
    public bool KeepsHighestSequence { get; init; } = true;

    /// <summary>
    /// Larger bodies get 413. Atlassian publishes no figure; 1 MiB is less than a full request of 1,000 entities with long texts,
    /// so an app that only counts entities meets it.
    /// </summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    public RateLimitOptions RateLimits { get; init; } = new();

    /// <summary>Shared when several sites stand for one Atlassian; a site without one starts its own.</summary>
    public AtlassianKeyHost? KeyHost { get; init; }

    /// <summary>Identity of the site; stays when the site is renamed or the app reinstalled.</summary>
    public Guid CloudId { get; init; } = Guid.NewGuid();
}
