using GitLabJira.Functions.CleanUp;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace GitLabJira.Functions.Tests.CleanUp;

[TestClass]
public sealed class FinishUninstallsTests(TestContext test)
{
    private readonly Mock<IInstallationStore> _installations = new(MockBehavior.Strict);
    private readonly Mock<DurableTaskClient> _durable = new("test");

    [TestMethod]
    public async Task Starts_the_clean_ups_that_were_left_out_and_notes_it()
    {
        Due(new DueCleanUp("tenant-1", 3), new DueCleanUp("tenant-2", 1));

        await RunAsync();

        VerifyScheduled("tenant-1", 3);
        VerifyScheduled("tenant-2", 1);
        _installations.Verify(i => i.CleanUpStartedAsync(new DueCleanUp("tenant-1", 3), It.IsAny<CancellationToken>()), Times.Once);
        _installations.Verify(i => i.CleanUpStartedAsync(new DueCleanUp("tenant-2", 1), It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task Only_notes_what_was_started_by_a_process_that_then_died()
    {
        Due(new DueCleanUp("tenant-1", 3));
        _durable.Setup(d => d.GetInstanceAsync(InstallationCleanUp.InstanceId("tenant-1", 3), false, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new OrchestrationMetadata("CleanUpInstallation", "id") { RuntimeStatus = OrchestrationRuntimeStatus.Running });

        await RunAsync();

        _durable.Verify(
            d => d.ScheduleNewOrchestrationInstanceAsync(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()), Times.Never);
        _installations.Verify(i => i.CleanUpStartedAsync(new DueCleanUp("tenant-1", 3), It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task One_bad_site_does_not_stop_the_others_and_stays_due()
    {
        Due(new DueCleanUp("tenant-1", 3), new DueCleanUp("tenant-2", 1));
        _durable.Setup(d => d.GetInstanceAsync(InstallationCleanUp.InstanceId("tenant-1", 3), false, It.IsAny<CancellationToken>())).ThrowsAsync(new InvalidOperationException("away"));

        await RunAsync();

        VerifyScheduled("tenant-2", 1);
        _installations.Verify(i => i.CleanUpStartedAsync(new DueCleanUp("tenant-1", 3), It.IsAny<CancellationToken>()), Times.Never);
    }

    private void Due(params DueCleanUp[] due)
    {
        _installations.Setup(i => i.DueCleanUpsAsync(It.IsAny<CancellationToken>())).Returns(due.ToAsyncEnumerable());
        _installations.Setup(i => i.CleanUpStartedAsync(It.IsAny<DueCleanUp>(), It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);
    }

    private void VerifyScheduled(string clientKey, int epoch) => _durable.Verify(
        d => d.ScheduleNewOrchestrationInstanceAsync(
            new TaskName("CleanUpInstallation"),
            new InstallationCleanUpInput { ClientKey = clientKey, Epoch = epoch },
            It.Is<StartOrchestrationOptions?>(options => options!.InstanceId == InstallationCleanUp.InstanceId(clientKey, epoch)),
            It.IsAny<CancellationToken>()),
        Times.Once);

    private Task RunAsync() => new FinishUninstalls(_installations.Object, NullLogger<FinishUninstalls>.Instance).RunAsync(new TimerInfo(), _durable.Object, test.CancellationToken);
}
