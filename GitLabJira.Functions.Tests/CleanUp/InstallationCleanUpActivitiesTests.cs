using GitLabJira.Functions.CleanUp;
using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Installations;
using Moq;

namespace GitLabJira.Functions.Tests.CleanUp;

[TestClass]
public sealed class InstallationCleanUpActivitiesTests(TestContext test)
{
    private static readonly InstallationCleanUpInput Input = new() { ClientKey = "tenant-1", Epoch = 2 };

    private readonly Mock<ILinks> _links = new(MockBehavior.Strict);
    private readonly Mock<ILinkRemoval> _removal = new(MockBehavior.Strict);
    private readonly Mock<IGrants> _grants = new(MockBehavior.Strict);
    private readonly Mock<IJiraCleanUp> _jira = new(MockBehavior.Strict);

    private InstallationCleanUpActivities Activities => new(_links.Object, _removal.Object, _grants.Object, _jira.Object);

    [TestMethod]
    public async Task Leaves_the_links_of_a_newer_install_alone()
    {
        var (old, older, newer) = (Link(2), Link(1), Link(3));
        Has(newer, old, older);

        var batch = await Activities.BeginLinkCleanUps(Input, test.CancellationToken);

        Assert.IsTrue(batch.Links.Select(link => link.LinkId).ToHashSet().SetEquals([old.Id, older.Id]));
        Assert.IsTrue(batch.Links.All(link => link is { InstallationGone: true, Epoch: 11, ClientKey: "tenant-1" }));
        _removal.Verify(r => r.BeginAsync("tenant-1", newer.Id, It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [TestMethod]
    public async Task Takes_twenty_at_a_time_and_each_once()
    {
        Has([.. Enumerable.Range(0, 45).Select(_ => Link(2))]);
        var seen = new HashSet<Guid>();
        var sizes = new List<int>();
        Guid? last = null;

        do
        {
            var batch = await Activities.BeginLinkCleanUps(Input with { LastLinkId = last }, test.CancellationToken);
            last = batch.LastLinkId;
            sizes.Add(batch.Links.Count);
            Assert.IsTrue(batch.Links.All(link => seen.Add(link.LinkId)));
        }
        while (last is not null);

        Assert.AreEqual("20, 20, 5, 0", string.Join(", ", sizes));
    }

    [TestMethod]
    public async Task Goes_on_after_links_that_vanished_meanwhile()
    {
        var link = Link(2);
        Has(link);
        _removal.Setup(r => r.BeginAsync("tenant-1", link.Id, It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync((Link?)null);

        var batch = await Activities.BeginLinkCleanUps(Input, test.CancellationToken);

        Assert.IsEmpty(batch.Links);
        Assert.AreEqual(link.Id, batch.LastLinkId);
    }

    [TestMethod]
    public async Task Revokes_grants_and_forgets_the_site_of_that_epoch()
    {
        _grants.Setup(g => g.RevokeAllAsync("tenant-1", 2, It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);
        _jira.Setup(j => j.DropSiteAsync("tenant-1", 2, It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);

        await Activities.RevokeGrants(Input, test.CancellationToken);
        await Activities.DropSite(Input, test.CancellationToken);

        _grants.VerifyAll();
        _jira.VerifyAll();
    }

    private static Link Link(int installationEpoch) => new()
    {
        Id = Guid.NewGuid(),
        ClientKey = "tenant-1",
        InstallationEpoch = installationEpoch,
        Host = new Uri("https://gitlab.com"),
        GroupId = 7,
        GroupPath = "group",
        Epoch = 10,
        State = LinkState.Active,
        LinkedByAccountId = "account-1",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private void Has(params Link[] links)
    {
        _links.Setup(l => l.ListAsync("tenant-1", It.IsAny<CancellationToken>())).Returns(() => links.ToAsyncEnumerable());

        foreach (var link in links)
        {
            _removal.Setup(r => r.BeginAsync("tenant-1", link.Id, It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync(link with { State = LinkState.Unlinking, Epoch = 11 });
        }
    }
}
