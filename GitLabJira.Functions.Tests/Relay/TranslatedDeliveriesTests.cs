using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.Relay;

[TestClass]
public sealed class TranslatedDeliveriesTests(TestContext test)
{
    private static readonly Guid Link = Guid.NewGuid();

    /// <summary>A Sunday evening: tables hold a week from its Monday on.</summary>
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero));
    private readonly StubTables _stub = new();

    private TranslatedDeliveries Deliveries => field ??= new TranslatedDeliveries(_stub.Tables, _clock);

    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(0, 3)]
    [DataRow(3, 6)]
    public async Task Knows_a_delivery_for_three_days_in_whatever_week(int translatedAfter, int askedAfter)
    {
        _clock.Advance(TimeSpan.FromDays(translatedAfter));
        await Deliveries.AddAsync(Link, "one", test.CancellationToken);
        _clock.Advance(TimeSpan.FromDays(askedAfter - translatedAfter));

        Assert.IsTrue(await Deliveries.ContainsAsync(Link, "one", test.CancellationToken));
        Assert.IsFalse(await Deliveries.ContainsAsync(Link, "another", test.CancellationToken));
        Assert.IsFalse(await Deliveries.ContainsAsync(Guid.NewGuid(), "one", test.CancellationToken));
    }

    [TestMethod]
    public async Task Forgets_with_the_week_and_three_days()
    {
        await Deliveries.AddAsync(Link, "one", test.CancellationToken);
        _clock.Advance(TimeSpan.FromDays(4));

        Assert.IsFalse(await Deliveries.ContainsAsync(Link, "one", test.CancellationToken));
    }
}
