using System.Text.Json;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Tests.GitLab.Links;

[TestClass]
public sealed class LinkStoreTests(TestContext test)
{
    private readonly GitLabScene _scene = new();

    [TestMethod]
    public async Task Reads_back_what_was_written()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);
        var full = link with
        {
            HostTag = "tag",
            StateReason = "why",
            GroupHookId = 77,
            ActiveRunId = "run",
            InheritedLinkIds = [Guid.NewGuid(), Guid.NewGuid()],
            InheritedBy = Guid.NewGuid(),
            HookKind = HookKind.Group,
        };

        await _scene.Links.UpdateAsync(link.ClientKey, link.Id, _ => full, test.CancellationToken);
        var read = await _scene.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken);

        CollectionAssert.AreEqual(full.InheritedLinkIds.ToArray(), read!.InheritedLinkIds.ToArray());
        Assert.AreEqual(full with { InheritedLinkIds = read.InheritedLinkIds, ETag = read.ETag }, read);
    }

    [TestMethod]
    public async Task Reads_back_the_settings()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);
        var settings = new LinkSettings
        {
            Version = 3,
            Kinds = [SyncKind.Commits, SyncKind.FeatureFlags],
            WindowDays = 7,
            ShowDrafts = true,
            ServiceIds = ["b:s/ä"],
            Environments = [new EnvironmentRule("prod-*", EnvironmentTier.Production), new EnvironmentRule("x", EnvironmentTier.Other)],
            FirstParentOnly = true,
            ExcludedProjects = [new NamedProject(7, "acme/anvil")],
        };

        await _scene.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { Settings = settings }, test.CancellationToken);
        var read = (await _scene.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!.Settings;

        Assert.AreEqual(LinkSettings.Default, link.Settings);
        Assert.AreEqual(JsonSerializer.Serialize(settings), JsonSerializer.Serialize(read));
    }

    [TestMethod]
    public async Task Finds_a_link_by_its_id_alone()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);

        var found = await _scene.Links.FindAsync(link.Id, fresh: false, test.CancellationToken);
        var unknown = await _scene.Links.FindAsync(Guid.NewGuid(), fresh: false, test.CancellationToken);

        Assert.AreEqual(LinkLookup.Known, found.Lookup);
        Assert.AreEqual(link.Id, found.Link!.Id);
        Assert.AreEqual((LinkLookup.Unknown, (Link?)null), unknown);
    }

    [TestMethod]
    public async Task Keeps_what_it_found_for_30_seconds_unless_asked_afresh()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);
        await _scene.Links.FindAsync(link.Id, fresh: false, test.CancellationToken);
        var elsewhere = new LinkStore(_scene.Tables.Tables, _scene.Index, _scene.Sealer, _scene.Clock);
        await elsewhere.UpdateAsync(link.ClientKey, link.Id, row => row with { StateReason = "new" }, test.CancellationToken);

        var kept = await _scene.Links.FindAsync(link.Id, fresh: false, test.CancellationToken);
        var fresh = await _scene.Links.FindAsync(link.Id, fresh: true, test.CancellationToken);

        Assert.IsNull(kept.Link!.StateReason);
        Assert.AreEqual("new", fresh.Link!.StateReason);
    }

    [TestMethod]
    public async Task Remembers_for_30_days_that_a_link_was_unlinked()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);
        var unlinking = await _scene.Removal.BeginAsync(link.ClientKey, link.Id, "test", test.CancellationToken);
        await _scene.Removal.RemoveAsync(unlinking!, test.CancellationToken);

        _scene.Clock.Advance(TimeSpan.FromDays(29));
        var soon = await _scene.Links.FindAsync(link.Id, fresh: true, test.CancellationToken);
        _scene.Clock.Advance(TimeSpan.FromDays(1));
        var late = await _scene.Links.FindAsync(link.Id, fresh: true, test.CancellationToken);

        Assert.AreEqual(LinkLookup.Unlinked, soon.Lookup);
        Assert.AreEqual(LinkLookup.Unknown, late.Lookup);
    }

    [TestMethod]
    public async Task Writes_again_from_the_start_when_somebody_else_wrote_meanwhile()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);
        _scene.Tables.BeforeWrite = write =>
        {
            _scene.Tables.BeforeWrite = null;
            _ = _scene.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { StateReason = "theirs" }, test.CancellationToken).GetAwaiter().GetResult();
        };

        var updated = await _scene.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { ActiveRunId = "ours" }, test.CancellationToken);

        Assert.AreEqual("theirs", updated!.StateReason);
        Assert.AreEqual("ours", updated.ActiveRunId);
        Assert.HasCount(1, await _scene.Links.HookSecretsAsync(updated, test.CancellationToken));
    }

    [TestMethod]
    public async Task Notes_when_the_state_changed()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);
        _scene.Clock.Advance(TimeSpan.FromMinutes(5));
        var same = await _scene.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { ActiveRunId = "run" }, test.CancellationToken);

        var changed = await _scene.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { State = LinkState.Broken }, test.CancellationToken);

        Assert.AreEqual(GitLabScene.Start, same!.StateChangedAt);
        Assert.AreEqual(GitLabScene.Start.AddMinutes(5), changed!.StateChangedAt);
    }

    [TestMethod]
    public async Task Answers_null_for_a_link_that_is_gone()
    {
        var updated = await _scene.Links.UpdateAsync(GitLabScene.ClientKey, Guid.NewGuid(), row => row, test.CancellationToken);

        Assert.IsNull(updated);
    }

    [TestMethod]
    public async Task Scans_for_states_and_runs_over_all_sites()
    {
        var active = await _scene.LinkAsync(test.CancellationToken);
        await _scene.Links.UpdateAsync(active.ClientKey, active.Id, row => row with { ActiveRunId = "run" }, test.CancellationToken);
        var linking = (await _scene.Making.AddAsync(_scene.NewLink() with { ClientKey = "site-2" }, test.CancellationToken)).Link!;

        var scanned = await _scene.Links.ScanAsync(LinkState.Linking, test.CancellationToken).ToListAsync(test.CancellationToken);
        var running = await _scene.Links.ScanRunningAsync(test.CancellationToken).ToListAsync(test.CancellationToken);

        Assert.AreEqual(linking.Id, scanned.Single().Id);
        Assert.AreEqual(active.Id, running.Single().Id);
    }

    [TestMethod]
    public async Task Unlinks_once_and_removes_only_its_own_epoch()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);

        var first = await _scene.Removal.BeginAsync(link.ClientKey, link.Id, "one", test.CancellationToken);
        var second = await _scene.Removal.BeginAsync(link.ClientKey, link.Id, "two", test.CancellationToken);
        await _scene.Removal.RemoveAsync(first! with { Epoch = link.Epoch }, test.CancellationToken);
        var kept = await _scene.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken);
        await _scene.Removal.RemoveAsync(first, test.CancellationToken);

        Assert.AreEqual(link.Epoch + 1, first.Epoch);
        Assert.AreEqual(first.Epoch, second!.Epoch);
        Assert.AreEqual("one", second.StateReason);
        Assert.IsNotNull(kept);
        Assert.IsNull(await _scene.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken));
    }
}
