using System.ComponentModel.DataAnnotations;
using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.Tests.GitLab.Links;

[TestClass]
public sealed class ReconcileOptionsTests
{
    [TestMethod]
    public void A_link_where_nothing_happens_is_looked_at_less_and_less_often() =>
        Assert.AreEqual("15 15 30 60 120 240 360 360", string.Join(' ', Enumerable.Range(0, 8).Select(quiet => new ReconcileOptions().After(quiet).TotalMinutes)));

    [TestMethod]
    public void However_long_nothing_happens_the_gap_stays_the_longest() => Assert.AreEqual(TimeSpan.FromHours(6), new ReconcileOptions().After(int.MaxValue));

    [TestMethod]
    [DataRow(0, 360, nameof(ReconcileOptions.Shortest))]
    [DataRow(15, 10, nameof(ReconcileOptions.Longest))]
    [DataRow(15, 1441, nameof(ReconcileOptions.Longest))]
    public void Names_the_gap_that_is_none(int shortest, int longest, string field)
    {
        var options = new ReconcileOptions { Shortest = TimeSpan.FromMinutes(shortest), Longest = TimeSpan.FromMinutes(longest) };

        Assert.AreEqual(field, options.Validate(new ValidationContext(options)).Single().MemberNames.Single());
    }
}
