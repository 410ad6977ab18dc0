using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Tests.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.GitLab.Links;

[TestClass]
public sealed class LinkIndexTests
{
    private readonly CancellationToken _cancel;
    private readonly StubTables _stub = new();
    private readonly FakeTimeProvider _clock = new(GitLabScene.Start);
    private readonly LinkIndex _index;
    private readonly Link _link = new GitLabScene().NewLink();

    public LinkIndexTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        _index = new LinkIndex(_stub.Tables, _clock);
    }

    [TestMethod]
    public async Task Knows_a_link_until_it_is_buried_and_nothing_brings_it_back()
    {
        Assert.AreEqual((LinkLookup.Unknown, null), await _index.FindAsync(_link.Id, _cancel));

        await _index.AddAsync(_link, _cancel);
        Assert.AreEqual((LinkLookup.Known, _link.ClientKey), await _index.FindAsync(_link.Id, _cancel));

        await _index.BuryAsync(_link, _cancel);
        await _index.AddAsync(_link, _cancel);
        Assert.AreEqual((LinkLookup.Unlinked, null), await _index.FindAsync(_link.Id, _cancel));
    }

    [TestMethod]
    public async Task Forgets_an_unlinked_link_after_thirty_days()
    {
        await _index.BuryAsync(_link, _cancel);
        _clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromTicks(1));
        var lastMoment = (await _index.FindAsync(_link.Id, _cancel)).Lookup;
        _clock.Advance(TimeSpan.FromTicks(1));

        Assert.AreEqual(LinkLookup.Unlinked, lastMoment);
        Assert.AreEqual(LinkLookup.Unknown, (await _index.FindAsync(_link.Id, _cancel)).Lookup);
    }

    [TestMethod]
    public async Task Drops_tombstones_that_are_over_and_neither_younger_ones_nor_links()
    {
        var (living, young) = (new GitLabScene().NewLink(), new GitLabScene().NewLink());
        await _index.AddAsync(living, _cancel);
        await _index.BuryAsync(_link, _cancel);
        _clock.Advance(TimeSpan.FromDays(15));
        await _index.BuryAsync(young, _cancel);
        _clock.Advance(TimeSpan.FromDays(15));

        await new DropLinkTombstones(_index).RunAsync(new TimerInfo(), _cancel);

        Assert.HasCount(2, _stub.Rows("LinkIndex"));
        Assert.AreEqual(LinkLookup.Known, (await _index.FindAsync(living.Id, _cancel)).Lookup);
        Assert.AreEqual(LinkLookup.Unlinked, (await _index.FindAsync(young.Id, _cancel)).Lookup);
    }
}
