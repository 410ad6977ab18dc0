using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.Tests.GitLab.Links;

[TestClass]
public sealed class LinkedTreeTests
{
    private const string Group = $"GET {GitLabScene.Api}groups/5?with_projects=false";

    private readonly CancellationToken _cancel;
    private readonly GitLabScene _scene = new();
    private readonly LinkedTree _tree;

    public LinkedTreeTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        _tree = new LinkedTree(_scene.Access, _scene.Groups, _scene.Links, _scene.Clock);
    }

    [TestMethod]
    public async Task Asks_nobody_about_a_project_below_the_groups_known_path()
    {
        var link = await LinkAsync();

        Assert.IsTrue(await _tree.ContainsAsync(link, "acme/forge/anvil", _cancel));
        Assert.IsEmpty(_scene.Http.Requests);
    }

    [TestMethod]
    [DataRow("acme", false)]
    [DataRow("elsewhere", true)]
    public async Task Asks_where_the_group_is_before_a_project_counts_as_outside(string groupPath, bool expected)
    {
        var link = await LinkAsync();
        _scene.Http.On(Group, $$"""{"id":5,"full_path":"{{groupPath}}"}""");

        Assert.AreEqual(expected, await _tree.ContainsAsync(link, "elsewhere/anvil", _cancel));
        Assert.AreEqual(groupPath, (await _scene.Links.GetAsync(link.ClientKey, link.Id, _cancel))!.GroupPath);
    }

    [TestMethod]
    public async Task Asks_once_for_many_projects_that_are_outside()
    {
        var link = await LinkAsync();
        _scene.Http.On(Group, """{"id":5,"full_path":"acme"}""");

        await _tree.ContainsAsync(link, "elsewhere/anvil", _cancel);
        await _tree.ContainsAsync(link, "elsewhere/hammer", _cancel);

        Assert.HasCount(1, _scene.Http.Requests);
    }

    [TestMethod]
    public async Task Says_neither_yes_nor_no_while_the_group_is_not_to_be_seen()
    {
        var link = await LinkAsync();
        _scene.Http.On(Group, HttpStatusCode.NotFound);
        _scene.Http.On($"GET {GitLabScene.Api}groups/5/members/all/1", """{"access_level":40}""");

        var exception = await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => _tree.ContainsAsync(link, "elsewhere/anvil", _cancel));

        Assert.AreEqual(GitLabFailure.NotFound, exception.Failure);
    }

    [TestMethod]
    public async Task Keeps_the_path_of_a_group_that_was_renamed()
    {
        var link = await LinkAsync();
        _scene.Http.On(Group, """{"id":5,"full_path":"acme-inc"}""");

        Assert.IsTrue(await _tree.RefreshAsync(link, _cancel));
        Assert.AreEqual("acme-inc", (await _scene.Links.GetAsync(link.ClientKey, link.Id, _cancel))!.GroupPath);
    }

    private async Task<Link> LinkAsync()
    {
        await _scene.SignInAsync(GitLabScene.Ann, 1, "ann", _cancel);
        return await _scene.LinkAsync(_cancel);
    }
}
