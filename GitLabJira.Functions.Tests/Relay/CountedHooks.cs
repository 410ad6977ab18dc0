using System.Diagnostics.Metrics;
using GitLabJira.Functions.Relay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace GitLabJira.Functions.Tests.Relay;

/// <summary>Counts of hooks with meters of their own, so that tests at the same time do not mix.</summary>
internal sealed class CountedHooks
{
    private readonly MetricCollector<long> _collector;

    public CountedHooks()
    {
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        _collector = new MetricCollector<long>(meters, HookCounts.MeterName, HookCounts.CounterName);
        Counts = new HookCounts(meters);
    }

    public HookCounts Counts { get; }

    /// <summary>As <c>kind outcome</c>, in order.</summary>
    public IReadOnlyList<string> Seen => [.. _collector.GetMeasurementSnapshot().Select(measured => $"{measured.Tags["kind"]} {measured.Tags["outcome"]}")];
}
