using GitLabJira.Sandbox.GitLab.Changes;

namespace GitLabJira.WholeApp.Tests.GitLabInstance;

[TestClass]
public sealed class CommitListTests
{
    [TestMethod]
    public async Task Lists_a_range_as_git_does()
    {
        await using var instance = await InstanceForTests.StartAsync();
        var project = instance.Checkout.Id;
        var before = instance.Site.Push("dana", project, "topic", "Before").Sha;
        var after = instance.Site.Push("dana", project, "topic", new NewCommit("First"), new NewCommit("Second")).Sha;
        using var client = instance.As("dana");

        var commits = await client.ListAsync($"projects/{project}/repository/commits?ref_name={before}..{after}");

        Assert.AreSequenceEqual(["Second", "First"], commits.Select(commit => commit!["title"]!.GetValue<string>()));
    }

    [TestMethod]
    [DataRow("", 2)]
    [DataRow("&first_parent=true", 1)]
    public async Task Leaves_merged_commits_out_of_a_range_when_asked_to(string query, int expected)
    {
        await using var instance = await InstanceForTests.StartAsync();
        var project = instance.Checkout.Id;
        var before = instance.Checkout.Head("main")!.Sha;
        instance.Site.Push("dana", project, "topic", "First");
        var mergeRequest = instance.Site.OpenMergeRequest("dana", project, new NewMergeRequest("topic", "Topic"));
        instance.Site.Merge("dana", project, mergeRequest.Iid);
        using var client = instance.As("dana");

        var commits = await client.ListAsync($"projects/{project}/repository/commits?ref_name={before}..main{query}");

        Assert.HasCount(expected, commits);
    }

    [TestMethod]
    [DataRow("nowhere..main")]
    [DataRow("main..nowhere")]
    [DataRow("nowhere")]
    public async Task Lists_nothing_of_what_git_does_not_know(string range)
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var client = instance.As("dana");

        Assert.IsEmpty(await client.ListAsync($"projects/{instance.Checkout.Id}/repository/commits?ref_name={range}"));
    }
}
