using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Tests.Sealing;
using GitLabJira.Functions.Tests.Storage;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.Jira.Installations;

[TestClass]
public sealed class InstallationStoreTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly CancellationToken _cancel;
    private readonly StubTables _stub = new();
    private readonly FakeTimeProvider _clock = new(Noon);
    private readonly InstallationStore _store;

    public InstallationStoreTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        _store = new(_stub.Tables, SealedWith.NewKeys(_clock), Options.Create(new GitLabOptions()), _clock);
    }

    [TestMethod]
    public async Task Keeps_an_install_and_seals_its_secret()
    {
        var outcome = await _store.InstallAsync(Calls.Install(Noon), _cancel);
        var found = await FindAsync();

        Assert.AreEqual(LifecycleOutcome.Applied, outcome);
        Assert.AreEqual(Samples.Installation with { CloudId = "cloud-1" }, found);
        Assert.IsFalse(_stub.Rows("Installations").Any(row => row.ToJsonString().Contains(Samples.Secret, StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task The_same_call_again_changes_nothing()
    {
        var call = Calls.Install(Noon);
        await _store.InstallAsync(call, _cancel);
        await _store.UninstallAsync(Calls.Uninstall(Noon), _cancel);

        var outcome = await _store.InstallAsync(call, _cancel);

        Assert.AreEqual(LifecycleOutcome.Repeated, outcome);
        Assert.AreEqual(InstallationState.Uninstalled, (await FindAsync())!.State);
    }

    [TestMethod]
    public async Task The_same_token_with_another_body_changes_nothing()
    {
        var call = Calls.Install(Noon);
        await _store.InstallAsync(call, _cancel);

        var outcome = await _store.InstallAsync(call with { BodyHash = "other", SharedSecret = "a-secret-that-somebody-put-in-between" }, _cancel);
        var uninstall = await _store.UninstallAsync(call with { BodyHash = "other" }, _cancel);

        Assert.AreEqual(LifecycleOutcome.TokenReused, outcome);
        Assert.AreEqual(LifecycleOutcome.TokenReused, uninstall.Outcome);
        Assert.AreEqual(Samples.Secret, (await FindAsync())!.SharedSecret);
    }

    [TestMethod]
    public async Task A_rotated_secret_replaces_the_old_one_and_a_late_one_does_not()
    {
        await _store.InstallAsync(Calls.Install(Noon), _cancel);

        var rotated = await _store.InstallAsync(Calls.Install(Noon.AddSeconds(2)) with { SharedSecret = "the-second-secret-of-this-very-site" }, _cancel);
        var late = await _store.InstallAsync(Calls.Install(Noon.AddSeconds(1)) with { SharedSecret = "the-secret-in-between-which-comes-late" }, _cancel);

        Assert.AreEqual(LifecycleOutcome.Applied, rotated);
        Assert.AreEqual(LifecycleOutcome.Outdated, late);
        Assert.AreEqual("the-second-secret-of-this-very-site", (await FindAsync())!.SharedSecret);
        Assert.AreEqual(1, (await FindAsync())!.Epoch);
    }

    [TestMethod]
    public async Task An_uninstall_keeps_the_epoch_and_forgets_the_secret()
    {
        await _store.InstallAsync(Calls.Install(Noon), _cancel);
        var call = Calls.Uninstall(Noon.AddMinutes(1));

        var outcome = await _store.UninstallAsync(call, _cancel);
        var found = await FindAsync();

        Assert.AreEqual((LifecycleOutcome.Applied, 1), outcome);
        Assert.AreEqual(InstallationState.Uninstalled, found!.State);
        Assert.AreEqual("", found.SharedSecret);
        Assert.AreEqual(1, found.Epoch);
    }

    [TestMethod]
    public async Task A_new_install_after_it_has_a_new_epoch_and_an_old_uninstall_does_not_touch_it()
    {
        await _store.InstallAsync(Calls.Install(Noon), _cancel);
        await _store.UninstallAsync(Calls.Uninstall(Noon.AddMinutes(1)), _cancel);
        await _store.InstallAsync(Calls.Install(Noon.AddMinutes(2)), _cancel);

        var late = await _store.UninstallAsync(Calls.Uninstall(Noon.AddMinutes(1)), _cancel);

        Assert.AreEqual(LifecycleOutcome.Outdated, late.Outcome);
        Assert.AreEqual(2, (await FindAsync())!.Epoch);
        Assert.AreEqual(InstallationState.Installed, (await FindAsync())!.State);
    }

    [TestMethod]
    public async Task Does_not_uninstall_what_never_was()
    {
        Assert.AreEqual((LifecycleOutcome.Unknown, 0), await _store.UninstallAsync(Calls.Uninstall(Noon), _cancel));
        Assert.IsEmpty(_stub.Keys("Installations"));
    }

    [TestMethod]
    public async Task A_clean_up_is_due_from_the_uninstall_on_until_it_was_started()
    {
        await _store.InstallAsync(Calls.Install(Noon), _cancel);
        Assert.IsEmpty(await DueAsync());

        await _store.UninstallAsync(Calls.Uninstall(Noon.AddMinutes(1)), _cancel);
        var due = await DueAsync();
        await _store.CleanUpStartedAsync(due[0], _cancel);

        Assert.AreEqual(new DueCleanUp("tenant-1", 1), due.Single());
        Assert.IsEmpty(await DueAsync());
        Assert.AreEqual(InstallationState.Uninstalled, (await FindAsync())!.State);
    }

    [TestMethod]
    public async Task An_install_right_after_an_uninstall_whose_clean_up_nobody_started_begins_a_new_epoch_and_keeps_it_due()
    {
        await _store.InstallAsync(Calls.Install(Noon), _cancel);
        await _store.UninstallAsync(Calls.Uninstall(Noon.AddMinutes(1)), _cancel);

        await _store.InstallAsync(Calls.Install(Noon.AddMinutes(2)), _cancel);
        await _store.InstallAsync(Calls.Install(Noon.AddMinutes(3)), _cancel);

        Assert.AreEqual(2, (await FindAsync())!.Epoch);
        Assert.AreEqual(new DueCleanUp("tenant-1", 1), (await DueAsync()).Single());
        await _store.CleanUpStartedAsync(new DueCleanUp("tenant-1", 1), _cancel);
        Assert.IsEmpty(await DueAsync());
        Assert.AreEqual(Samples.Secret, (await FindAsync())!.SharedSecret);
    }

    [TestMethod]
    public async Task The_start_of_an_older_clean_up_leaves_a_newer_one_due()
    {
        await _store.InstallAsync(Calls.Install(Noon), _cancel);
        await _store.UninstallAsync(Calls.Uninstall(Noon.AddMinutes(1)), _cancel);
        await _store.InstallAsync(Calls.Install(Noon.AddMinutes(2)), _cancel);
        await _store.UninstallAsync(Calls.Uninstall(Noon.AddMinutes(3)), _cancel);

        await _store.CleanUpStartedAsync(new DueCleanUp("tenant-1", 1), _cancel);

        Assert.AreEqual(new DueCleanUp("tenant-1", 2), (await DueAsync()).Single());
    }

    [TestMethod]
    public async Task Two_installs_at_once_end_in_the_newer_one()
    {
        await _store.InstallAsync(Calls.Install(Noon), _cancel);
        var second = Calls.Install(Noon.AddSeconds(9)) with { SharedSecret = "the-newer-secret-of-two-at-the-same-time" };
        var overtaken = false;
        _stub.BeforeWrite = _ =>
        {
            if (!overtaken)
            {
                overtaken = true;
                _stub.BeforeWrite = null;
                _store.InstallAsync(second, _cancel).GetAwaiter().GetResult();
            }
        };

        var outcome = await _store.InstallAsync(Calls.Install(Noon.AddSeconds(5)) with { CloudId = "cloud-1" }, _cancel);

        Assert.AreEqual(LifecycleOutcome.Outdated, outcome);
        Assert.AreEqual(second.SharedSecret, (await FindAsync())!.SharedSecret);
    }

    [TestMethod]
    public async Task Remembers_every_tenant_of_a_cloud_id_and_keeps_them_apart()
    {
        await _store.InstallAsync(Calls.Install(Noon), _cancel);
        await _store.InstallAsync(Calls.Install(Noon.AddDays(1)) with { ClientKey = "tenant-2" }, _cancel);

        Assert.AreEqual("tenant-1, tenant-2", string.Join(", ", await _store.SameSiteAsync("cloud-1", _cancel)));
        Assert.AreEqual(InstallationState.Installed, (await FindAsync())!.State);
    }

    [TestMethod]
    public async Task Reads_once_in_30_seconds_but_sees_its_own_writes()
    {
        await _store.InstallAsync(Calls.Install(Noon), _cancel);
        await _store.FindAsync("tenant-1", fresh: false, _cancel);

        await _store.UninstallAsync(Calls.Uninstall(Noon), _cancel);

        Assert.AreEqual(InstallationState.Uninstalled, (await _store.FindAsync("tenant-1", fresh: false, _cancel))!.State);
    }

    [TestMethod]
    public async Task Forgets_tokens_a_day_after_they_expired()
    {
        await _store.InstallAsync(Calls.Install(Noon), _cancel);
        _clock.Advance(TimeSpan.FromDays(2));

        await _store.InstallAsync(Calls.Install(Noon.AddDays(2)), _cancel);

        Assert.HasCount(1, _stub.Keys("Installations").Where(key => key.Contains("token!", StringComparison.Ordinal)));
    }

    private async Task<List<DueCleanUp>> DueAsync() => await _store.DueCleanUpsAsync(_cancel).ToListAsync(_cancel);

    private Task<Installation?> FindAsync() => _store.FindAsync("tenant-1", fresh: true, _cancel);
}
