using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

[TestClass]
public sealed class RepositoryMapperTests
{
    [TestMethod]
    public void Maps_the_sample()
    {
        var head = RepositoryMapper.Head(EntitySamples.Link, EntitySamples.Project);

        Assert.AreEqual(
            new RepositoryHead("42", "Tea Robot", EntitySamples.Project.WebUrl, "Makes tea. ", EntitySamples.Project.AvatarUrl),
            head);
    }

    [TestMethod]
    public void Puts_the_instances_tag_before_the_id() =>
        Assert.AreEqual("k7-42", RepositoryMapper.Head(EntitySamples.TaggedLink, EntitySamples.Project).Id);

    [TestMethod]
    public void Keeps_Jiras_limits()
    {
        var head = RepositoryMapper.Head(EntitySamples.Link, EntitySamples.Project with
        {
            Name = new string('n', 256),
            Description = new string('d', 1025),
            AvatarUrl = "https://gitlab.example.com/" + new string('a', 2000),
        });

        Assert.AreEqual(255, head.Name.Length);
        Assert.AreEqual(1024, head.Description!.Length);
        Assert.IsNull(head.Avatar);
    }

    [TestMethod]
    public void Has_no_description_where_GitLab_has_none() =>
        Assert.IsNull(RepositoryMapper.Head(EntitySamples.Link, EntitySamples.Project with { Description = "" }).Description);
}
