using System.ComponentModel.DataAnnotations;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Instances;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Tests.GitLab.Instances;

[TestClass]
public sealed class GitLabInstancesTests(TestContext test)
{
    private static readonly Uri SelfManaged = new("https://git.example.test/gitlab");

    private readonly GitLabScene _scene = new();

    [TestMethod]
    public async Task Knows_the_default_instance_by_the_settings_without_a_tag()
    {
        var instance = await NewProcess().FindAsync("site-1", new Uri("https://GITLAB.com/"), test.CancellationToken);

        Assert.AreEqual(new Uri("https://gitlab.com"), instance!.Host);
        Assert.AreEqual("", instance.Tag);
        Assert.AreEqual("id", instance.ApplicationId);
        Assert.AreEqual("default-secret", instance.ApplicationSecret);
        Assert.DoesNotContain("secret", instance.ToString());
        Assert.IsTrue(await NewProcess().KnowsAsync(new Uri("https://gitlab.com"), test.CancellationToken));
    }

    [TestMethod]
    public async Task Knows_no_instance_that_nobody_registered()
    {
        Assert.IsNull(await NewProcess().FindAsync("site-1", SelfManaged, test.CancellationToken));
        Assert.IsFalse(await NewProcess().KnowsAsync(SelfManaged, test.CancellationToken));
        Assert.IsFalse(await NewProcess().KnowsAsync(new Uri("http://gitlab.com"), test.CancellationToken));
    }

    [TestMethod]
    public async Task Keeps_the_tag_of_an_instance_through_a_new_application()
    {
        var first = await NewProcess().RegisterAsync("site-1", 1, SelfManaged, "app-1", "secret-1", test.CancellationToken);

        var second = await NewProcess().RegisterAsync("site-1", 1, new Uri("https://git.example.test/gitlab/"), "app-2", applicationSecret: null, test.CancellationToken);
        var found = await NewProcess().FindAsync("site-1", SelfManaged, test.CancellationToken);

        Assert.HasCount(6, first.Tag);
        Assert.IsTrue(first.Tag.All(char.IsAsciiLetterLower));
        Assert.AreEqual(first.Tag, second.Tag);
        Assert.AreEqual(second, found);
        Assert.HasCount(2, _scene.Tables.Keys("Instances"));
    }

    [TestMethod]
    public async Task Gives_each_site_an_application_of_its_own_on_one_instance_with_one_tag()
    {
        var ours = await NewProcess().RegisterAsync("site-1", 1, SelfManaged, "app-1", "secret-1", test.CancellationToken);
        var theirs = await NewProcess().RegisterAsync("site-2", 1, SelfManaged, "app-2", "secret-2", test.CancellationToken);

        Assert.AreEqual(ours.Tag, theirs.Tag);
        Assert.AreEqual(("app-1", "secret-1"), await ApplicationAsync("site-1"));
        Assert.AreEqual(("app-2", "secret-2"), await ApplicationAsync("site-2"));
        Assert.IsNull(await NewProcess().FindAsync("site-3", SelfManaged, test.CancellationToken));
        Assert.IsTrue(await NewProcess().KnowsAsync(SelfManaged, test.CancellationToken));
    }

    [TestMethod]
    public async Task Forgets_a_sites_applications_with_its_epoch_and_keeps_the_tag_for_all()
    {
        var first = await NewProcess().RegisterAsync("site-1", 1, SelfManaged, "app-1", "secret-1", test.CancellationToken);
        var process = NewProcess();
        Assert.IsNotNull(await process.FindAsync("site-1", SelfManaged, test.CancellationToken));

        await process.DropAsync("site-1", 0, test.CancellationToken);
        Assert.IsNotNull(await process.FindAsync("site-1", SelfManaged, test.CancellationToken));

        await process.DropAsync("site-1", 1, test.CancellationToken);
        Assert.IsNull(await process.FindAsync("site-1", SelfManaged, test.CancellationToken));
        Assert.AreEqual(first.Tag, (await process.RegisterAsync("site-2", 1, SelfManaged, "app-2", applicationSecret: null, test.CancellationToken)).Tag);
    }

    [TestMethod]
    public async Task Seals_the_secret()
    {
        await NewProcess().RegisterAsync("site-1", 1, SelfManaged, "app-1", "secret-1", test.CancellationToken);

        Assert.AreEqual(("app-1", "secret-1"), await ApplicationAsync("site-1"));

        foreach (var row in _scene.Tables.Rows("Instances"))
        {
            Assert.DoesNotContain("secret-1", row.ToJsonString());
            Assert.DoesNotContain(Convert.ToBase64String("secret-1"u8), row.ToJsonString());
        }
    }

    [TestMethod]
    [DataRow("https://gitlab.com", true)]
    [DataRow("https://gitlab.example.test/root", true)]
    [DataRow("http://127.0.0.1:8080", true)]
    [DataRow("http://gitlab.example.test", false)]
    [DataRow("https://user@gitlab.example.test", false)]
    [DataRow("https://gitlab.example.test/?a=b", false)]
    [DataRow("ftp://gitlab.example.test", false)]
    public void Takes_only_hosts_to_which_a_token_may_go(string host, bool valid)
    {
        var options = new GitLabOptions { Host = new Uri(host), ApplicationId = "id" };

        Assert.AreEqual(valid, Validator.TryValidateObject(options, new ValidationContext(options), validationResults: null, validateAllProperties: true));
    }

    private async Task<(string Id, string? Secret)?> ApplicationAsync(string clientKey) =>
        await NewProcess().FindAsync(clientKey, SelfManaged, test.CancellationToken) is { } found ? (found.ApplicationId, found.ApplicationSecret) : null;

    private GitLabInstances NewProcess() => new(
        _scene.Tables.Tables, _scene.Sealer, Options.Create(new GitLabOptions { ApplicationId = "id", ApplicationSecret = "default-secret" }), _scene.Clock);
}
