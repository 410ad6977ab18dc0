namespace GitLabJira.WholeApp.Tests.GitLabInstance;

[TestClass]
public sealed class PipelineListTests
{
    [TestMethod]
    [DataRow("", true, false)]
    [DataRow("&source=push", true, false)]
    [DataRow("&source=parent_pipeline", false, true)]
    public async Task Leaves_child_pipelines_out_unless_asked_for_nothing_else(string query, bool showsParent, bool showsChild)
    {
        await using var instance = await InstanceForTests.StartAsync();
        var project = instance.Checkout.Id;
        var parent = instance.Site.CreatePipeline("dana", project, "main");
        var child = instance.Site.CreateChildPipeline("dana", project, parent.Id);
        using var client = instance.As("dana");

        var ids = (await client.ListAsync($"projects/{project}/pipelines?per_page=100{query}")).Select(pipeline => (long)pipeline!["id"]!).ToList();

        Assert.AreEqual((showsParent, showsChild), (ids.Contains(parent.Id), ids.Contains(child.Id)));
    }

    [TestMethod]
    public async Task Shows_a_child_pipeline_to_those_who_know_it()
    {
        await using var instance = await InstanceForTests.StartAsync();
        var project = instance.Checkout.Id;
        var parent = instance.Site.CreatePipeline("dana", project, "main");
        var child = instance.Site.CreateChildPipeline("dana", project, parent.Id);
        using var client = instance.As("dana");

        var read = await client.ReadAsync($"projects/{project}/pipelines/{child.Id}");

        Assert.AreEqual(("parent_pipeline", parent.Sha, parent.Iid + 1), ((string)read["source"]!, (string)read["sha"]!, (long)read["iid"]!));
    }
}
