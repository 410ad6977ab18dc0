using GitLabJira.Functions.CleanUp;
using GitLabJira.Functions.GitLab.Links;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace GitLabJira.Functions.Tests.CleanUp;

[TestClass]
public sealed class CleanUpLinkTests
{
    private static readonly LinkCleanUpInput Input = new() { ClientKey = "tenant-1", LinkId = Guid.NewGuid(), Epoch = 4 };

    private readonly Mock<TaskOrchestrationContext> _context = new();
    private readonly List<string> _steps = [];
    private readonly Queue<TimeSpan?> _deletions = new();
    private readonly Queue<bool> _exists = new();
    private readonly Queue<bool> _stopped = new();
    private object? _continuedWith;

    public CleanUpLinkTests()
    {
        _context.Setup(c => c.CreateReplaySafeLogger(It.IsAny<Type>())).Returns(NullLogger.Instance);
        _context.Setup(c => c.CreateTimer(It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .Callback((TimeSpan wait, CancellationToken _) => _steps.Add($"wait {wait}"))
            .Returns(Task.CompletedTask);
        _context.Setup(c => c.ContinueAsNew(It.IsAny<object?>(), It.IsAny<bool>())).Callback((object? input, bool _) => _continuedWith = input);
        _context.Setup(c => c.CallActivityAsync<bool>(new TaskName("StopLinkSync"), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Callback((TaskName _, object? input, TaskOptions? _) => _steps.Add(((StopLinkSyncInput)input!).Force ? "force stop" : "stop"))
            .ReturnsAsync(() => !_stopped.TryDequeue(out var stopped) || stopped);
        _context.Setup(c => c.CallActivityAsync<LinkDeletion>(new TaskName("DeleteLinkAtJira"), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Callback(() => _steps.Add("delete"))
            .ReturnsAsync(() => new LinkDeletion(_deletions.TryDequeue(out var wait) ? wait : null));
        _context.Setup(c => c.CallActivityAsync<bool>(new TaskName("LinkExistsAtJira"), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Callback(() => _steps.Add("exists?"))
            .ReturnsAsync(() => _exists.TryDequeue(out var exists) && exists);
        Does("RemoveLinkHooks", "hooks");
        Does("DropLinkOutbox", "outbox");
        Does("RemoveLinkRows", "rows");
    }

    [TestMethod]
    public async Task Takes_the_steps_in_their_order_and_sweeps_again_after_ten_minutes()
    {
        await RunAsync(Input);

        AssertSteps("stop", "hooks", "outbox", "delete", "wait 00:10:00", "delete", "exists?", "rows");
        Assert.IsNull(_continuedWith);
    }

    [TestMethod]
    public async Task Waits_until_the_sync_has_ended()
    {
        _stopped.Enqueue(false);
        _stopped.Enqueue(false);

        await RunAsync(Input);

        Assert.AreEqual("stop, wait 00:00:05, stop, wait 00:00:05, stop, hooks", string.Join(", ", _steps.Take(6)));
    }

    [TestMethod]
    public async Task Terminates_a_sync_that_does_not_end_by_itself_and_goes_on_at_last()
    {
        for (var i = 0; i < 100; i++)
        {
            _stopped.Enqueue(false);
        }

        await RunAsync(Input);

        Assert.HasCount(24, _steps.Where(step => step == "stop"));
        Assert.HasCount(36, _steps.Where(step => step == "force stop"));
        Assert.AreEqual("rows", _steps[^1]);
    }

    [TestMethod]
    public async Task Goes_on_when_the_hooks_cannot_be_removed()
    {
        _context.Setup(c => c.CallActivityAsync<object>(new TaskName("RemoveLinkHooks"), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .ThrowsAsync(new TaskFailedException("RemoveLinkHooks", 1, new InvalidOperationException("GitLab is gone.")));
        _context.Setup(c => c.CallActivityAsync(new TaskName("RemoveLinkHooks"), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .ThrowsAsync(new TaskFailedException("RemoveLinkHooks", 1, new InvalidOperationException("GitLab is gone.")));

        await RunAsync(Input);

        AssertSteps("stop", "outbox", "delete", "wait 00:10:00", "delete", "exists?", "rows");
    }

    [TestMethod]
    public async Task Waits_as_long_as_Jira_says()
    {
        _deletions.Enqueue(TimeSpan.FromSeconds(42));

        await RunAsync(Input with { Stage = LinkCleanUpStage.Delete });

        AssertSteps("delete", "wait 00:00:42", "delete", "wait 00:10:00", "delete", "exists?", "rows");
    }

    [TestMethod]
    public async Task Carries_on_as_a_new_generation_when_it_waits_often()
    {
        for (var i = 0; i < 20; i++)
        {
            _deletions.Enqueue(TimeSpan.FromMinutes(1));
        }

        await RunAsync(Input);

        Assert.AreEqual(Input with { Stage = LinkCleanUpStage.Delete }, _continuedWith);
        Assert.DoesNotContain("rows", _steps);
    }

    [TestMethod]
    public async Task Sweeps_until_Jira_holds_nothing()
    {
        _exists.Enqueue(true);

        await RunAsync(Input with { Stage = LinkCleanUpStage.Sweep });
        var next = (LinkCleanUpInput)_continuedWith!;
        _steps.Clear();
        await RunAsync(next);

        Assert.AreEqual(Input with { Stage = LinkCleanUpStage.Sweep, Sweeps = 1 }, next);
        AssertSteps("wait 00:10:00", "delete", "exists?", "rows");
    }

    [TestMethod]
    public async Task A_sweep_that_waits_often_goes_on_without_another_pause_and_knows_when_it_began()
    {
        var now = new DateTime(2026, 11, 29, 12, 0, 0, DateTimeKind.Utc);
        _context.Setup(c => c.CurrentUtcDateTime).Returns(now);

        for (var i = 0; i < 20; i++)
        {
            _deletions.Enqueue(TimeSpan.FromMinutes(1));
        }

        await RunAsync(Input with { Stage = LinkCleanUpStage.Sweep });
        var next = (LinkCleanUpInput)_continuedWith!;
        _steps.Clear();
        await RunAsync(next);

        Assert.AreEqual(Input with { Stage = LinkCleanUpStage.Sweep, SweptSince = new DateTimeOffset(now) }, next);
        AssertSteps("delete", "exists?", "rows");
    }

    [TestMethod]
    public async Task Sweeps_less_often_with_time_and_gives_up_after_two_weeks()
    {
        _exists.Enqueue(true);
        await RunAsync(Input with { Stage = LinkCleanUpStage.Sweep, Sweeps = 6 });
        Assert.AreEqual("wait 01:00:00", _steps[0]);
        _steps.Clear();
        _exists.Enqueue(true);

        await RunAsync(Input with { Stage = LinkCleanUpStage.Sweep, Sweeps = 14 * 24 });

        AssertSteps("wait 01:00:00", "delete", "exists?", "rows");
    }

    [TestMethod]
    public async Task Leaves_Jira_alone_after_an_uninstall()
    {
        await RunAsync(Input with { InstallationGone = true });

        AssertSteps("stop", "hooks", "outbox", "rows");
    }

    private void Does(string activity, string step)
    {
        _context.Setup(c => c.CallActivityAsync(new TaskName(activity), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Callback(() => _steps.Add(step))
            .Returns(Task.CompletedTask);
    }

    private Task RunAsync(LinkCleanUpInput input) => CleanUpLink.RunAsync(_context.Object, input);

    private void AssertSteps(params string[] expected) => Assert.AreEqual(string.Join(", ", expected), string.Join(", ", _steps));
}
