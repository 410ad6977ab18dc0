using GitLabJira.Functions.Hosting;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;

namespace GitLabJira.Functions.Tests.Hosting;

[TestClass]
public sealed class OrchestrationsTests(TestContext test)
{
    private readonly Mock<DurableTaskClient> _client = new("test");

    [TestMethod]
    [DataRow(OrchestrationRuntimeStatus.Running)]
    [DataRow(OrchestrationRuntimeStatus.Pending)]
    [DataRow(OrchestrationRuntimeStatus.Suspended)]
    [DataRow(OrchestrationRuntimeStatus.Completed)]
    public async Task Leaves_an_instance_alone_that_runs_or_has_done_its_work(OrchestrationRuntimeStatus status)
    {
        Finds(status);

        await _client.Object.EnsureStartedAsync("Work", "work-1", "input", test.CancellationToken);

        VerifyScheduled(Times.Never());
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow(OrchestrationRuntimeStatus.Failed)]
    [DataRow(OrchestrationRuntimeStatus.Terminated)]
    public async Task Starts_what_does_not_run(OrchestrationRuntimeStatus? status)
    {
        Finds(status);

        await _client.Object.EnsureStartedAsync("Work", "work-1", "input", test.CancellationToken);

        VerifyScheduled(Times.Once());
    }

    [TestMethod]
    public async Task Takes_a_refusal_for_granted_when_somebody_else_started_it_meanwhile()
    {
        Finds(null, OrchestrationRuntimeStatus.Running);
        Refuses();

        await _client.Object.EnsureStartedAsync("Work", "work-1", "input", test.CancellationToken);

        VerifyScheduled(Times.Once());
    }

    [TestMethod]
    public async Task Passes_a_refusal_on_when_nobody_started_it()
    {
        Finds(null, null);
        Refuses();

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => _client.Object.EnsureStartedAsync("Work", "work-1", "input", test.CancellationToken));
    }

    private void Finds(params OrchestrationRuntimeStatus?[] statuses)
    {
        var sequence = _client.SetupSequence(c => c.GetInstanceAsync("work-1", false, It.IsAny<CancellationToken>()));

        foreach (var status in statuses)
        {
            sequence.ReturnsAsync(status is { } known ? new OrchestrationMetadata("Work", "work-1") { RuntimeStatus = known } : null);
        }
    }

    private void Refuses() =>
        _client.Setup(c => c.ScheduleNewOrchestrationInstanceAsync(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new InvalidOperationException("exists"));

    private void VerifyScheduled(Times times) =>
        _client.Verify(
            c => c.ScheduleNewOrchestrationInstanceAsync(
                new TaskName("Work"), "input", It.Is<StartOrchestrationOptions?>(options => options!.InstanceId == "work-1"), It.IsAny<CancellationToken>()),
            times);
}
