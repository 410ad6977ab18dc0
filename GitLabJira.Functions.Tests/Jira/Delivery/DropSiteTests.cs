using GitLabJira.Functions.Jira.Installations;

namespace GitLabJira.Functions.Tests.Jira.Delivery;

/// <summary>After an uninstall the site's rows go, and nothing that the next install wrote (design 6.13).</summary>
[TestClass]
public sealed class DropSiteTests
{
    private const int Epoch = 1;

    private readonly CancellationToken _cancel;
    private readonly DeliveryWorld _world = new();
    private readonly AppProcess _process;

    public DropSiteTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        _process = _world.Process();
    }

    [TestMethod]
    public async Task Removes_what_stands_of_a_site_that_uninstalled_and_of_no_other()
    {
        await FillAsync(DeliverySamples.Site);
        await FillAsync("another-site");
        Is(InstallationState.Uninstalled, Epoch);

        await DropAsync();

        Assert.HasCount(3, _world.Storage.Keys("Sites"));
        Assert.IsTrue(_world.Storage.Keys("Sites").All(key => key.StartsWith("another-site ", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(InstallationState.Installed, Epoch)]
    [DataRow(InstallationState.Installed, Epoch + 1)]
    [DataRow(InstallationState.Uninstalled, Epoch + 1)]
    public async Task Leaves_the_rows_of_an_install_that_is_newer_or_stands(InstallationState state, int epoch)
    {
        await FillAsync(DeliverySamples.Site);
        Is(state, epoch);
        _world.Cached = DeliverySamples.Installation() with { State = InstallationState.Uninstalled, Epoch = Epoch };

        await DropAsync();

        Assert.HasCount(3, _world.Storage.Keys("Sites"));
    }

    [TestMethod]
    public async Task Leaves_what_the_next_install_writes_at_the_same_moment()
    {
        await FillAsync(DeliverySamples.Site);
        Is(InstallationState.Uninstalled, Epoch);
        _world.Storage.BeforeWrite = _ =>
        {
            _world.Storage.BeforeWrite = null;
            Is(InstallationState.Installed, Epoch + 1);
            FillAsync(DeliverySamples.Site).GetAwaiter().GetResult();
        };

        await DropAsync();

        Assert.HasCount(3, _world.Storage.Keys("Sites"));
    }

    [TestMethod]
    public async Task Leaves_the_lease_to_who_holds_it_and_removes_it_later()
    {
        await FillAsync(DeliverySamples.Site);
        var view = await _process.Sites.LookAsync(DeliverySamples.Site, _cancel);
        Assert.IsNotNull(await _process.Sites.TryTakeAsync(DeliverySamples.Site, view.State, direct: false, _cancel));
        Is(InstallationState.Uninstalled, Epoch);

        await DropAsync();
        var left = _world.Storage.Keys("Sites").Single();
        _world.Clock.Advance(TimeSpan.FromMinutes(10));
        await DropAsync();

        Assert.AreEqual($"{DeliverySamples.Site} delivery", left);
        Assert.IsEmpty(_world.Storage.Keys("Sites"));
    }

    /// <summary>A lease that was used, and two notes.</summary>
    private async Task FillAsync(string site)
    {
        var view = await _process.Sites.LookAsync(site, _cancel);
        var lease = await _process.Sites.TryTakeAsync(site, view.State, direct: false, _cancel);
        await lease!.ReleaseAsync(_cancel);
        await _process.Sites.MarkDirtyAsync(site, backfill: true, _cancel);
        await _process.Sites.MarkLaterAsync(site, _world.Clock.GetUtcNow().AddHours(1), backfill: false, _cancel);
    }

    private void Is(InstallationState state, int epoch) =>
        _world.Installations[DeliverySamples.Site] = DeliverySamples.Installation() with { State = state, Epoch = epoch };

    private Task DropAsync() => _process.CleanUp.DropSiteAsync(DeliverySamples.Site, Epoch, _cancel);
}
