using System.Text.Json;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

[TestClass]
public sealed class FeatureFlagMapperTests
{
    private static readonly GitLabFeatureFlag Flag = new() { ProjectId = 42, Name = "dark", Active = true, UpdatedAt = EntitySamples.MergeRequest.UpdatedAt };

    [TestMethod]
    [DataRow(FlagStrategyKind.AllUsers, "All users")]
    [DataRow(FlagStrategyKind.UserList, "User List")]
    [DataRow(FlagStrategyKind.PercentOfUsers, "Percent of users")]
    [DataRow(FlagStrategyKind.PercentRollout, "Percent rollout")]
    [DataRow(FlagStrategyKind.UserIds, "User IDs")]
    [DataRow(FlagStrategyKind.Unknown, "Custom")]
    public void Names_each_strategy(FlagStrategyKind kind, string expected)
    {
        var mapped = Map(Flag with { Strategies = [new GitLabFlagStrategy(kind, null, ["*"])] });

        Assert.AreEqual(expected, mapped.GetProperty("summary").GetProperty("status").GetProperty("rollout").GetProperty("text").GetString());
    }

    [TestMethod]
    public void Has_a_row_for_each_strategy() => Rows.AssertAll<FlagStrategyKind>(typeof(FeatureFlagMapperTests), nameof(Names_each_strategy));

    [TestMethod]
    [DataRow("development", "development")]
    [DataRow("TESTING-2", "testing")]
    [DataRow("staging", "staging")]
    [DataRow("eu/production", "production")]
    [DataRow("staging-before-production", "staging")]
    [DataRow("review/*", null)]
    [DataRow("*", null)]
    public void Tells_the_type_of_an_environment_by_its_name(string scope, string? expected)
    {
        var environment = Map(Flag with { Strategies = [new GitLabFlagStrategy(FlagStrategyKind.AllUsers, null, [scope])] }).GetProperty("details")[0].GetProperty("environment");

        Assert.AreEqual(scope, environment.GetProperty("name").GetString());
        Assert.AreEqual(expected, environment.TryGetProperty("type", out var type) ? type.GetString() : null);
    }

    [TestMethod]
    [DataRow(255, 255)]
    [DataRow(256, 255)]
    public void Cuts_each_text_to_Jiras_limit(int length, int expected)
    {
        var name = new string('f', length);
        var mapped = Map(Flag with { Name = name, Strategies = [.. Enumerable.Repeat(new GitLabFlagStrategy(FlagStrategyKind.AllUsers, null, [name]), 40)] });

        Assert.AreEqual(expected, mapped.GetProperty("key").GetString()!.Length);
        Assert.AreEqual(expected, mapped.GetProperty("displayName").GetString()!.Length);
        Assert.AreEqual(255, mapped.GetProperty("summary").GetProperty("status").GetProperty("rollout").GetProperty("text").GetString()!.Length);
        Assert.AreEqual(expected, mapped.GetProperty("details")[0].GetProperty("environment").GetProperty("name").GetString()!.Length);
    }

    [TestMethod]
    public void Keeps_flags_apart_whose_names_are_alike_in_their_first_255_characters()
    {
        var (first, second) = (Map(Flag with { Name = new string('f', 255) }), Map(Flag with { Name = new string('f', 256) }));

        Assert.AreNotEqual(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
    }

    [TestMethod]
    public void Refuses_to_map_without_a_key() =>
        Assert.ThrowsExactly<ArgumentException>(() => FeatureFlagMapper.Map(EntitySamples.Link, EntitySamples.Project, Flag, []));

    private static JsonElement Map(GitLabFeatureFlag flag) => FeatureFlagMapper.Map(EntitySamples.Link, EntitySamples.Project, flag, ["TEA-1"]);
}
