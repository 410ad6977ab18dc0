using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.InitialSync;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace GitLabJira.Functions.Tests.InitialSync;

/// <summary>Each call of the orchestrator is one generation (design 8, Initial sync).</summary>
[TestClass]
public sealed class InitialSyncOrchestratorTests
{
    private static readonly DateTime Start = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);

    private static readonly SyncRunInput New = new() { ClientKey = "client", LinkId = Guid.NewGuid(), RunId = "run-1" };

    private readonly Mock<TaskOrchestrationContext> _context = new();
    private readonly List<string> _steps = [];
    private readonly Dictionary<long, Func<ProjectAnswer>> _projects = [];
    private readonly List<SyncStatus> _statuses = [];
    private DateTime _now = Start;
    private ListAnswer _listed = new(RunStep.Go);
    private WavePlan _plan = new(RunStep.Go, [1, 2]);
    private Func<WaveCount, SyncStatus> _count = wave => new SyncStatus("Running", wave.Wave, 45, 20, 0, DateTimeOffset.FromUnixTimeMilliseconds(wave.NextWaveAt));
    private SyncRunInput? _continuedWith;

    public InitialSyncOrchestratorTests()
    {
        _context.Setup(c => c.CreateReplaySafeLogger(It.IsAny<Type>())).Returns(NullLogger.Instance);
        _context.Setup(c => c.InstanceId).Returns("sync");
        _context.Setup(c => c.CurrentUtcDateTime).Returns(() => _now);
        _context.Setup(c => c.SetCustomStatus(It.IsAny<object?>())).Callback((object? status) => _statuses.Add((SyncStatus)status!));
        _context.Setup(c => c.ContinueAsNew(It.IsAny<object?>(), It.IsAny<bool>())).Callback((object? input, bool _) => _continuedWith = (SyncRunInput)input!);
        _context.Setup(c => c.CreateTimer(It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .Callback((TimeSpan wait, CancellationToken _) =>
            {
                _steps.Add($"wait {wait}");
                _now += wait;
            })
            .Returns(Task.CompletedTask);
        Activity<ListAnswer>("ListProjects", _ => "list", _ => _listed);
        Activity<WavePlan>("PlanWave", _ => "plan", _ => _plan);
        Activity<ProjectAnswer>("SyncProject", work => $"read {((ProjectWork)work).ProjectId}", work => _projects.TryGetValue(((ProjectWork)work).ProjectId, out var answer) ? answer() : Done(0));
        Activity<SyncStatus>("CountWave", _ => "count", wave => _count((WaveCount)wave));
    }

    [TestMethod]
    public async Task Lists_and_runs_the_first_wave_at_once_and_the_next_one_a_minute_after_the_latest_start()
    {
        _projects[1] = () => Done(2);
        _projects[2] = () => Done(17);

        await RunAsync(New);

        Assert.AreEqual("list, plan, read 1, read 2, count, wait 00:01:17.2500000", string.Join(", ", _steps));
        Assert.IsNotNull(_continuedWith);
    }

    [TestMethod]
    public async Task Counts_the_minute_from_the_waves_beginning_when_nobody_called_GitLab()
    {
        _projects[1] = () => new ProjectAnswer(ProjectOutcome.Late);
        _projects[2] = () => new ProjectAnswer(ProjectOutcome.Late);

        await RunAsync(New);

        Assert.AreEqual("wait 00:01:00.2500000", _steps[^1]);
    }

    [TestMethod]
    public async Task Carries_on_with_cursor_and_run_id_only()
    {
        await RunAsync(New);
        var second = _continuedWith!;
        _steps.Clear();
        await RunAsync(second);

        var giveUpAt = new DateTimeOffset(Start.AddHours(24)).ToUnixTimeMilliseconds();
        Assert.AreEqual(New with { Listed = true, Wave = 1, GiveUpAt = giveUpAt }, second);
        Assert.AreEqual(New with { Listed = true, Wave = 2, GiveUpAt = giveUpAt }, _continuedWith);
        Assert.AreEqual("plan", _steps[0], "The list is written once.");
    }

    [TestMethod]
    public async Task Gives_each_project_its_wave_and_the_waves_beginning_and_no_retry()
    {
        await RunAsync(New with { Listed = true, Wave = 6 });

        _context.Verify(
            c => c.CallActivityAsync<ProjectAnswer>(
                new TaskName("SyncProject"),
                It.Is<object?>(work => ((ProjectWork)work!).Wave == 7 && ((ProjectWork)work).WaveAt == new DateTimeOffset(Start).ToUnixTimeMilliseconds() && ((ProjectWork)work).RunId == "run-1"),
                null),
            Times.Exactly(2));
    }

    [TestMethod]
    public async Task An_attempt_without_an_answer_counts_as_a_start_and_stops_no_other()
    {
        _projects[1] = () =>
        {
            _now += TimeSpan.FromMinutes(5);
            throw new TaskFailedException("SyncProject", 1, new InvalidOperationException("died"));
        };

        await RunAsync(New with { Listed = true });

        Assert.Contains("read 2", _steps);
        Assert.AreEqual("wait 00:01:00.2500000", _steps[^1], "It may have called GitLab until its end.");
        Assert.AreEqual(1, _continuedWith!.Wave);
    }

    [TestMethod]
    public async Task Ends_without_another_generation_when_the_wave_was_the_last()
    {
        _count = wave => new SyncStatus("Completed", wave.Wave, 2, 2, 0);

        await RunAsync(New);

        Assert.IsNull(_continuedWith);
        Assert.AreEqual("count", _steps[^1]);
        Assert.AreEqual(new SyncStatus("Completed", 1, 2, 2, 0), _statuses[^1]);
    }

    [TestMethod]
    public async Task Stops_when_the_plan_says_that_the_run_is_over()
    {
        _plan = new(RunStep.End, []);

        await RunAsync(New);

        Assert.AreEqual("list, plan", string.Join(", ", _steps));
        Assert.IsNull(_continuedWith);
    }

    [TestMethod]
    public async Task Stops_when_the_list_says_that_the_run_is_over()
    {
        _listed = new(RunStep.End);

        await RunAsync(New);

        Assert.AreEqual("list", string.Join(", ", _steps));
        Assert.IsNull(_continuedWith);
    }

    [TestMethod]
    public async Task Waits_until_the_time_that_was_named_and_lists_again()
    {
        _listed = new(RunStep.Wait, Milliseconds(minutes: 3));

        await RunAsync(New);

        Assert.AreEqual("list, wait 00:03:00", string.Join(", ", _steps));
        Assert.IsFalse(_continuedWith!.Listed);
        Assert.AreEqual("Waiting", _statuses[^1].State);
    }

    [TestMethod]
    public async Task Waits_until_the_time_that_the_plan_names_and_begins_no_wave()
    {
        _plan = new(RunStep.Wait, [], Milliseconds(minutes: 4));

        await RunAsync(New with { Listed = true, Wave = 3 });

        Assert.AreEqual("plan, wait 00:04:00", string.Join(", ", _steps));
        Assert.AreEqual(3, _continuedWith!.Wave);
        Assert.IsTrue(_continuedWith.Listed);
    }

    [TestMethod]
    public async Task Goes_on_in_a_while_when_our_own_storage_fails_and_does_not_forget_when_to_give_up()
    {
        _context.Setup(c => c.CallActivityAsync<ListAnswer>(new TaskName("ListProjects"), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .ThrowsAsync(new TaskFailedException("ListProjects", 1, new InvalidOperationException("away")));

        await RunAsync(New);

        Assert.AreEqual("wait 00:05:00", string.Join(", ", _steps));
        Assert.AreEqual(new DateTimeOffset(Start.AddHours(24)).ToUnixTimeMilliseconds(), _continuedWith!.GiveUpAt);
    }

    private static ProjectAnswer Done(int seconds) => new(ProjectOutcome.Done, new DateTimeOffset(Start.AddSeconds(seconds)).ToUnixTimeMilliseconds());

    private static long Milliseconds(int minutes) => new DateTimeOffset(Start.AddMinutes(minutes)).ToUnixTimeMilliseconds();

    private void Activity<T>(string name, Func<object, string> step, Func<object, T> answer) =>
        _context.Setup(c => c.CallActivityAsync<T>(new TaskName(name), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns((TaskName _, object? input, TaskOptions? _) =>
            {
                _steps.Add(step(input!));

                try
                {
                    return Task.FromResult(answer(input!));
                }
                catch (TaskFailedException failure)
                {
                    return Task.FromException<T>(failure);
                }
            });

    private Task RunAsync(SyncRunInput input)
    {
        _continuedWith = null;
        return InitialSyncOrchestrator.RunAsync(_context.Object, input);
    }
}
