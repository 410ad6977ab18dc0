using GitLabJira.LocalRuntime.Timers;

namespace GitLabJira.LocalRuntime.Tests.Timers;

[TestClass]
public sealed class TimerScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 2, 28, 23, 59, 30, TimeSpan.Zero);

    [TestMethod]
    [DataRow("*/10 * * * * *", "2026-02-28T23:59:40Z")]
    [DataRow("0 0 0 1 * *", "2026-03-01T00:00:00Z")]
    [DataRow("0 30 9 * * MON-FRI", "2026-03-02T09:30:00Z")]
    [DataRow("30 59 23 28 2 *", "2027-02-28T23:59:30Z", DisplayName = "strictly after")]
    [DataRow("0 0 12 29 FEB *", "2028-02-29T12:00:00Z")]
    [DataRow("5 * * * *", "2026-03-01T00:05:00Z", DisplayName = "five fields have no seconds")]
    public void Finds_the_next_occurrence(string expression, string expected) =>
        Assert.AreEqual(DateTimeOffset.Parse(expected, provider: null), TimerSchedule.Parse(expression).Next(Now));

    [TestMethod]
    [DataRow("")]
    [DataRow("00:05:00")]
    [DataRow("61 * * * * *")]
    [DataRow("* * * * * * *")]
    public void Refuses_what_is_no_schedule(string expression) => Assert.ThrowsExactly<FormatException>(() => TimerSchedule.Parse(expression));

    [TestMethod]
    [DataRow("0 * * * * *", false)]
    [DataRow("*/30 * * * * *", true)]
    public void Knows_what_is_too_often_to_be_monitored(string expression, bool below) => Assert.AreEqual(below, TimerSchedule.Parse(expression).IsBelowAMinute(Now));
}
