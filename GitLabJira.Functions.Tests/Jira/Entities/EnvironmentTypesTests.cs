using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

[TestClass]
public sealed class EnvironmentTypesTests
{
    [TestMethod]
    [DataRow(EnvironmentTier.Production, JiraEnvironmentType.Production)]
    [DataRow(EnvironmentTier.Staging, JiraEnvironmentType.Staging)]
    [DataRow(EnvironmentTier.Testing, JiraEnvironmentType.Testing)]
    [DataRow(EnvironmentTier.Development, JiraEnvironmentType.Development)]
    [DataRow(EnvironmentTier.Other, JiraEnvironmentType.Unmapped)]
    [DataRow(null, JiraEnvironmentType.Unmapped)]
    public void Follows_the_tier(EnvironmentTier? tier, JiraEnvironmentType expected) =>
        Assert.AreEqual(expected, EnvironmentTypes.ByTier.Of(new GitLabEnvironment(1, "any", tier)));

    [TestMethod]
    public void Has_a_row_for_each_value_of_both_sides()
    {
        Rows.AssertAll<EnvironmentTier>(typeof(EnvironmentTypesTests), nameof(Follows_the_tier));
        Rows.AssertAll<JiraEnvironmentType>(typeof(EnvironmentTypesTests), nameof(Follows_the_tier));
    }

    [TestMethod]
    [DataRow("shop-eu", JiraEnvironmentType.Production)]
    [DataRow("SHOP-EU", JiraEnvironmentType.Production)]
    [DataRow("review/fix-1", JiraEnvironmentType.Testing)]
    [DataRow("review", JiraEnvironmentType.Staging)]
    [DataRow("shop-eu-2", JiraEnvironmentType.Staging)]
    public void Lets_the_links_own_table_decide_first(string name, JiraEnvironmentType expected)
    {
        var types = new EnvironmentTypes([new("shop-eu", JiraEnvironmentType.Production), new("review/*", JiraEnvironmentType.Testing), new("review/fix*", JiraEnvironmentType.Development)]);

        Assert.AreEqual(expected, types.Of(new GitLabEnvironment(1, name, EnvironmentTier.Staging)));
    }
}
