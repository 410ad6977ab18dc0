using GitLabJira.Functions.Jira.Installations;

namespace GitLabJira.Functions.Tests.Jira.Installations;

[TestClass]
public sealed class InstallationRulesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly Uri GitLab = new("https://gitlab.com");

    [TestMethod]
    public void A_first_install_begins_with_epoch_one()
    {
        var row = InstallationRules.Install(row: null, Calls.Install(Noon), GitLab);

        Assert.AreEqual(1, row!.Epoch);
        Assert.AreEqual(InstallationState.Installed, row.State);
        Assert.AreEqual(GitLab, row.GitLabHost);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(3600)]
    public void An_upgrade_a_rotated_secret_or_a_rename_keeps_epoch_and_instance(int secondsLater)
    {
        var renamed = Calls.Install(Noon.AddSeconds(secondsLater)) with { BaseUrl = new Uri("https://renamed.atlassian.net"), CloudId = null };

        var row = InstallationRules.Install(Row() with { Epoch = 3, GitLabHost = new Uri("https://gitlab.example.com") }, renamed, GitLab);

        Assert.AreEqual(3, row!.Epoch);
        Assert.AreEqual("https://gitlab.example.com/", row.GitLabHost.AbsoluteUri);
        Assert.AreEqual("https://renamed.atlassian.net/", row.BaseUrl.AbsoluteUri);
        Assert.AreEqual("cloud-1", row.CloudId);
    }

    [TestMethod]
    public void An_install_after_an_uninstall_begins_anew()
    {
        var ended = Row() with { State = InstallationState.Uninstalled, Epoch = 3, GitLabHost = new Uri("https://gitlab.example.com") };

        var row = InstallationRules.Install(ended, Calls.Install(Noon), GitLab);

        Assert.AreEqual(4, row!.Epoch);
        Assert.AreEqual(GitLab, row.GitLabHost);
    }

    [TestMethod]
    [DataRow(InstallationState.Installed)]
    [DataRow(InstallationState.Uninstalled)]
    public void A_late_install_changes_nothing(InstallationState state) =>
        Assert.IsNull(InstallationRules.Install(Row() with { State = state }, Calls.Install(Noon.AddSeconds(-1)), GitLab));

    [TestMethod]
    [DataRow(-1, LifecycleOutcome.Outdated)]
    [DataRow(0, LifecycleOutcome.Applied)]
    [DataRow(1, LifecycleOutcome.Applied)]
    public void An_uninstall_counts_unless_an_install_came_after_it(int secondsLater, LifecycleOutcome expected) =>
        Assert.AreEqual(expected, InstallationRules.Uninstall(Row(), Noon.AddSeconds(secondsLater)));

    [TestMethod]
    public void An_uninstall_ends_nothing_twice_and_nothing_that_never_was()
    {
        Assert.AreEqual(LifecycleOutcome.Repeated, InstallationRules.Uninstall(Row() with { State = InstallationState.Uninstalled }, Noon.AddDays(1)));
        Assert.AreEqual(LifecycleOutcome.Unknown, InstallationRules.Uninstall(row: null, Noon));
    }

    private static InstallationRow Row() => new()
    {
        BaseUrl = new Uri("https://site.atlassian.net"),
        CloudId = "cloud-1",
        State = InstallationState.Installed,
        Epoch = 1,
        GitLabHost = GitLab,
        IssuedAt = Noon,
    };
}
