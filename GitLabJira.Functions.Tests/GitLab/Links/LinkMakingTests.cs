using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.Tests.GitLab.Links;

[TestClass]
public sealed class LinkMakingTests(TestContext test)
{
    private readonly GitLabScene _scene = new();

    [TestMethod]
    public async Task Writes_the_row_with_sealed_hook_secrets()
    {
        var link = (await AddAsync("acme", 5)).Link!;

        var secrets = await _scene.Links.HookSecretsAsync(link, test.CancellationToken);
        var row = _scene.Tables.Rows("Links").Single(row => row["RowKey"]!.GetValue<string>() != "guard");
        Assert.AreEqual(LinkState.Linking, link.State);
        Assert.HasCount(1, secrets);
        Assert.HasCount(64, secrets[0].Token);
        Assert.StartsWith("whsec_", secrets[0].SigningToken);
        Assert.HasCount(32, Convert.FromBase64String(secrets[0].SigningToken["whsec_".Length..]));
        Assert.DoesNotContain(secrets[0].Token, row.ToJsonString());
        Assert.DoesNotContain(secrets[0].Token, $"{secrets[0]} {link}");
    }

    [TestMethod]
    [DataRow("acme", 5, LinkAdditionOutcome.AlreadyLinked, DisplayName = "the same group")]
    [DataRow("renamed", 5, LinkAdditionOutcome.AlreadyLinked, DisplayName = "the same group under another path")]
    [DataRow("acme/web", 6, LinkAdditionOutcome.Covered, DisplayName = "a subgroup")]
    [DataRow("ACME/web/deep", 7, LinkAdditionOutcome.Covered, DisplayName = "a deep subgroup in other letters")]
    [DataRow("acmecorp", 8, LinkAdditionOutcome.Added, DisplayName = "a group whose name begins alike")]
    [DataRow("other", 9, LinkAdditionOutcome.Added, DisplayName = "another group")]
    public async Task Says_which_link_is_in_the_way(string path, long groupId, LinkAdditionOutcome expected)
    {
        var linked = await _scene.LinkAsync(test.CancellationToken);

        var addition = await AddAsync(path, groupId);

        Assert.AreEqual(expected, addition.Outcome);
        Assert.AreEqual(expected is LinkAdditionOutcome.Added ? null : linked.Id, addition.Other?.Id);
    }

    [TestMethod]
    [DataRow("acme", 5)]
    [DataRow("acme/web/shop", 7)]
    [DataRow("acme/web", 6)]
    public async Task Waits_for_the_clean_up_of_a_related_link(string path, long groupId)
    {
        var link = await _scene.LinkAsync(test.CancellationToken, "acme/web", 6);
        await _scene.Removal.BeginAsync(link.ClientKey, link.Id, "test", test.CancellationToken);

        var addition = await AddAsync(path, groupId);

        Assert.AreEqual(LinkAdditionOutcome.CleanUpRunning, addition.Outcome);
    }

    [TestMethod]
    [DataRow("acme", 5, LinkAdditionOutcome.CleanUpRunning)]
    [DataRow("acme/web/shop", 7, LinkAdditionOutcome.CleanUpRunning)]
    [DataRow("acme/web", 6, LinkAdditionOutcome.CleanUpRunning)]
    [DataRow("other", 9, LinkAdditionOutcome.Added)]
    public async Task Waits_for_the_clean_up_of_a_link_from_before_the_last_uninstall(string path, long groupId, LinkAdditionOutcome expected)
    {
        // Its clean-up has not come as far as this row.
        await _scene.LinkAsync(test.CancellationToken, "acme/web", 6);

        var addition = await _scene.Making.AddAsync(_scene.NewLink(path, groupId) with { InstallationEpoch = 2 }, test.CancellationToken);

        Assert.AreEqual(expected, addition.Outcome);
    }

    [TestMethod]
    public async Task Links_a_group_of_two_hosts_and_of_two_sites_independently()
    {
        await _scene.LinkAsync(test.CancellationToken);

        var otherHost = await _scene.Making.AddAsync(_scene.NewLink() with { Host = new Uri("https://other.test") }, test.CancellationToken);
        var otherSite = await _scene.Making.AddAsync(_scene.NewLink() with { ClientKey = "site-2" }, test.CancellationToken);

        Assert.AreEqual(LinkAdditionOutcome.Added, otherHost.Outcome);
        Assert.AreEqual(LinkAdditionOutcome.Added, otherSite.Outcome);
    }

    [TestMethod]
    [DataRow("acme", 5, "acme", 5, LinkAdditionOutcome.AlreadyLinked, DisplayName = "the same group twice")]
    [DataRow("acme", 5, "acme/web", 6, LinkAdditionOutcome.Covered, DisplayName = "the parent wins")]
    [DataRow("acme/web", 6, "acme", 5, LinkAdditionOutcome.Added, DisplayName = "the child wins, the parent takes it over later")]
    public async Task Leaves_one_consistent_result_of_two_requests_at_once(string winner, long winnerId, string loser, long loserId, LinkAdditionOutcome expected)
    {
        LinkAddition? won = null;
        _scene.Tables.BeforeWrite = write =>
        {
            // The other request's transaction lands just before ours.
            if (write == "BATCH Links")
            {
                _scene.Tables.BeforeWrite = null;
                won = AddAsync(winner, winnerId).GetAwaiter().GetResult();
            }
        };

        var addition = await AddAsync(loser, loserId);

        Assert.AreEqual(LinkAdditionOutcome.Added, won!.Outcome);
        Assert.AreEqual(expected, addition.Outcome);
        var live = await _scene.Links.ListAsync(GitLabScene.ClientKey, test.CancellationToken).CountAsync(test.CancellationToken);
        Assert.AreEqual(expected is LinkAdditionOutcome.Added ? 2 : 1, live);
    }

    [TestMethod]
    public async Task Leaves_one_link_of_many_requests_at_once()
    {
        var additions = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => AddAsync("acme", 5), test.CancellationToken)));

        Assert.HasCount(1, additions.Where(addition => addition.Outcome is LinkAdditionOutcome.Added));
        Assert.AreEqual(1, await _scene.Links.ListAsync(GitLabScene.ClientKey, test.CancellationToken).CountAsync(test.CancellationToken));
    }

    [TestMethod]
    public async Task Takes_over_the_links_below_when_it_becomes_active()
    {
        var web = await _scene.LinkAsync(test.CancellationToken, "acme/web", 6);
        var shop = await _scene.LinkAsync(test.CancellationToken, "acme/shop", 7);
        var other = await _scene.LinkAsync(test.CancellationToken, "other", 8);
        var parent = (await AddAsync("acme", 5)).Link!;
        var before = await _scene.Links.FindAsync(web.Id, fresh: true, test.CancellationToken);

        var activation = await _scene.Making.ActivateAsync(parent, link => link, test.CancellationToken);

        var taken = await _scene.Links.GetAsync(web.ClientKey, web.Id, test.CancellationToken);
        Assert.AreEqual(LinkLookup.Known, before.Lookup);
        Assert.AreEqual(LinkState.Active, activation.Link!.State);
        CollectionAssert.AreEquivalent(new[] { web.Id, shop.Id }, activation.Link.InheritedLinkIds.ToArray());
        CollectionAssert.AreEquivalent(new[] { web.Id, shop.Id }, activation.TakenOver.Select(link => link.Id).ToArray());
        Assert.AreEqual(LinkState.Unlinking, taken!.State);
        Assert.AreEqual(parent.Id, taken.InheritedBy);
        Assert.AreEqual(web.Epoch + 1, taken.Epoch);
        Assert.AreEqual(LinkLookup.Unlinked, (await _scene.Links.FindAsync(web.Id, fresh: false, test.CancellationToken)).Lookup);
        Assert.AreEqual(LinkLookup.Known, (await _scene.Links.FindAsync(other.Id, fresh: true, test.CancellationToken)).Lookup);
    }

    [TestMethod]
    public async Task Inherits_what_a_link_below_had_inherited()
    {
        var deep = await _scene.LinkAsync(test.CancellationToken, "acme/web/deep", 7);
        var web = await _scene.LinkAsync(test.CancellationToken, "acme/web", 6);
        await _scene.Removal.RemoveAsync((await _scene.Links.GetAsync(deep.ClientKey, deep.Id, test.CancellationToken))!, test.CancellationToken);

        var acme = await _scene.LinkAsync(test.CancellationToken);

        CollectionAssert.AreEquivalent(new[] { web.Id, deep.Id }, acme.InheritedLinkIds.ToArray());
    }

    [TestMethod]
    public async Task Leaves_out_the_projects_that_a_link_below_left_out()
    {
        var web = await _scene.LinkAsync(test.CancellationToken, "acme/web", 6);
        await _scene.Links.UpdateAsync(
            web.ClientKey, web.Id, row => row with { Settings = new LinkSettings { Version = 4, ShowDrafts = true, ExcludedProjects = [new NamedProject(7, "acme/web/secret")] } }, test.CancellationToken);

        var acme = await _scene.LinkAsync(test.CancellationToken);

        Assert.IsTrue(acme.Settings.Excludes(7));
        Assert.IsFalse(acme.Settings.ShowDrafts);
        Assert.AreEqual(1, acme.Settings.Version);
    }

    [TestMethod]
    public async Task Activates_once_and_leaves_other_states_alone()
    {
        var added = (await AddAsync("acme", 5)).Link!;
        await _scene.Making.ActivateAsync(added, link => link with { ActiveRunId = "first" }, test.CancellationToken);

        var again = await _scene.Making.ActivateAsync(added, link => link with { ActiveRunId = "second" }, test.CancellationToken);

        Assert.AreEqual("first", again.Link!.ActiveRunId);
    }

    [TestMethod]
    public async Task Does_not_bring_back_a_link_that_was_unlinked_meanwhile()
    {
        var added = (await AddAsync("acme", 5)).Link!;
        await _scene.Removal.BeginAsync(added.ClientKey, added.Id, "test", test.CancellationToken);

        var activation = await _scene.Making.ActivateAsync(added, link => link, test.CancellationToken);

        Assert.AreEqual(LinkState.Unlinking, activation.Link!.State);
    }

    [TestMethod]
    public async Task Undoes_only_what_never_became_active()
    {
        var added = (await AddAsync("acme", 5)).Link!;
        var active = await _scene.LinkAsync(test.CancellationToken, "other", 6);

        Assert.IsTrue(await _scene.Making.UndoAsync(added, test.CancellationToken));
        Assert.IsFalse(await _scene.Making.UndoAsync(active, test.CancellationToken));

        Assert.IsNull(await _scene.Links.GetAsync(added.ClientKey, added.Id, test.CancellationToken));
        Assert.AreEqual(LinkLookup.Unlinked, (await _scene.Links.FindAsync(added.Id, fresh: true, test.CancellationToken)).Lookup);
        Assert.AreEqual(LinkLookup.Known, (await _scene.Links.FindAsync(active.Id, fresh: true, test.CancellationToken)).Lookup);
    }

    private Task<LinkAddition> AddAsync(string path, long groupId) => _scene.Making.AddAsync(_scene.NewLink(path, groupId), test.CancellationToken);
}
