using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

[TestClass]
public sealed class JiraIdsTests
{
    [TestMethod]
    public void Keeps_the_same_project_of_two_instances_apart()
    {
        Assert.AreEqual("42", JiraIds.Repository(EntitySamples.Link, 42));
        Assert.AreEqual("k7-42", JiraIds.Repository(EntitySamples.TaggedLink, 42));
    }

    [TestMethod]
    [DataRow("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [DataRow("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Names_a_branch_by_its_hash(string name, string id) => Assert.AreEqual(id, JiraIds.Branch(name));

    [TestMethod]
    public void Uses_only_characters_that_Jira_allows()
    {
        string[] ids =
        [
            JiraIds.Repository(EntitySamples.TaggedLink, 1), JiraIds.Branch("feature/ä b#1"), JiraIds.Commit(EntitySamples.Commit.Sha), JiraIds.MergeRequest(9001),
        ];

        Assert.IsTrue(ids.All(id => id.All(c => char.IsAsciiLetterOrDigit(c) || c is '~' or '.' or '_' or '-')));
    }
}
