using GitLabJira.Functions.Hosting;

namespace GitLabJira.Functions.Tests.Hosting;

[TestClass]
public sealed class MillisecondsTests
{
    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(1, 1)]
    [DataRow(9_999, 1)]
    [DataRow(10_000, 1)]
    [DataRow(10_001, 2)]
    public void Whoever_waits_until_a_part_of_a_millisecond_does_not_come_before_it(long ticks, long milliseconds) =>
        Assert.AreEqual(milliseconds, Milliseconds.NotBefore(DateTimeOffset.UnixEpoch.AddTicks(ticks)));
}
