using System.Text.Json;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

[TestClass]
public sealed class BranchMapperTests
{
    [TestMethod]
    public void Maps_the_sample() =>
        EntitySamples.AssertSameAsFile("branch.json", Map(EntitySamples.Branch));

    [TestMethod]
    public void Shows_the_last_commit_under_its_own_keys_when_it_has_some()
    {
        var mapped = Map(EntitySamples.Branch with { LastCommit = EntitySamples.Commit });

        Assert.AreEqual("[\"TEA-12\",\"TEA-9\"]", mapped.GetProperty("lastCommit").GetProperty("issueKeys").GetRawText());
        Assert.AreEqual("[\"TEA-12\"]", mapped.GetProperty("issueKeys").GetRawText());
    }

    [TestMethod]
    [DataRow(512, 512)]
    [DataRow(513, 512)]
    public void Cuts_the_name_to_Jiras_limit(int length, int expected) =>
        Assert.AreEqual(expected, Map(EntitySamples.Branch with { Name = new string('b', length) }).GetProperty("name").GetString()!.Length);

    [TestMethod]
    public void Keeps_the_address_of_two_overlong_names_apart_and_within_the_limit()
    {
        var first = Url(new string('b', 2500) + "1");
        var second = Url(new string('b', 2500) + "2");

        Assert.AreNotEqual(first, second);
        Assert.IsLessThanOrEqualTo(2000, first.Length);
        Assert.StartsWith("https://gitlab.example.com/kettle/tea-robot/-/branches?search=bbb", first);
    }

    [TestMethod]
    public void Offers_no_new_merge_request_when_its_address_would_be_too_long()
    {
        var mapped = Map(EntitySamples.Branch with { Name = new string('b', 2000) });

        Assert.IsFalse(mapped.TryGetProperty("createPullRequestUrl", out _));
    }

    private static string Url(string name) => Map(EntitySamples.Branch with { Name = name }).GetProperty("url").GetString()!;

    private static JsonElement Map(GitLabBranch branch) => BranchMapper.Map(EntitySamples.Link, EntitySamples.Project, branch, ["TEA-12"]);
}
