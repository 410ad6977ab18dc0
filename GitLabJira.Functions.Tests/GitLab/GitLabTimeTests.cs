using GitLabJira.Functions.GitLab;

namespace GitLabJira.Functions.Tests.GitLab;

[TestClass]
public sealed class GitLabTimeTests
{
    [TestMethod]
    [DataRow("2026-01-16 05:56:22 UTC", "2026-01-16T05:56:22.000Z")]
    [DataRow("2013-12-03T17:23:34Z", "2013-12-03T17:23:34.000Z")]
    [DataRow("2012-01-03T23:36:29+02:00", "2012-01-03T21:36:29.000Z")]
    [DataRow("2021-04-28 21:50:00 +0200", "2021-04-28T19:50:00.000Z")]
    [DataRow("2021-02-23T02:41:37.886Z", "2021-02-23T02:41:37.886Z")]
    [DataRow("2020-12-01T11:19:50.000-06:00", "2020-12-01T17:19:50.000Z")]
    [DataRow("2026-11-22", "2026-11-22T00:00:00.000Z")]
    public void Reads_each_style_of_time(string text, string expected)
    {
        var time = GitLabTime.Parse(text);

        Assert.AreEqual(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), time);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("  ")]
    [DataRow("yesterday")]
    [DataRow("2026-13-40 99:00:00 UTC")]
    public void Says_null_to_what_is_no_time(string? text)
    {
        var time = GitLabTime.Parse(text);

        Assert.IsNull(time);
    }
}
