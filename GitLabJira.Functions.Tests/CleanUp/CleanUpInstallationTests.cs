using GitLabJira.Functions.CleanUp;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace GitLabJira.Functions.Tests.CleanUp;

[TestClass]
public sealed class CleanUpInstallationTests
{
    private static readonly InstallationCleanUpInput Input = new() { ClientKey = "tenant-1", Epoch = 2 };

    private readonly Mock<TaskOrchestrationContext> _context = new();
    private readonly List<string> _steps = [];
    private LinkCleanUpBatch _batch = new([], LastLinkId: null);
    private object? _continuedWith;

    public CleanUpInstallationTests()
    {
        _context.Setup(c => c.CreateReplaySafeLogger(It.IsAny<Type>())).Returns(NullLogger.Instance);
        _context.Setup(c => c.ContinueAsNew(It.IsAny<object?>(), It.IsAny<bool>())).Callback((object? input, bool _) => _continuedWith = input);
        _context.Setup(c => c.CreateTimer(It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .Callback((TimeSpan wait, CancellationToken _) => _steps.Add($"wait {wait}"))
            .Returns(Task.CompletedTask);
        _context.Setup(c => c.CallActivityAsync<LinkCleanUpBatch>(new TaskName("BeginLinkCleanUps"), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Callback(() => _steps.Add("links"))
            .ReturnsAsync(() => _batch);
        _context.Setup(c => c.CallActivityAsync(new TaskName("RevokeGrants"), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Callback(() => _steps.Add("grants"))
            .Returns(Task.CompletedTask);
        _context.Setup(c => c.CallActivityAsync(new TaskName("DropSite"), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Callback(() => _steps.Add("site"))
            .Returns(Task.CompletedTask);
        _context.Setup(c => c.CallSubOrchestratorAsync(new TaskName("CleanUpLink"), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Callback((TaskName _, object? input, TaskOptions? _) => _steps.Add($"link {((LinkCleanUpInput)input!).Epoch}"))
            .Returns(Task.CompletedTask);
    }

    [TestMethod]
    public async Task Cleans_up_a_batch_of_links_and_carries_on_after_it()
    {
        var last = Guid.NewGuid();
        _batch = new([Link(1), Link(2)], last);

        await RunAsync(Input);

        Assert.AreEqual("links, link 1, link 2", string.Join(", ", _steps));
        Assert.AreEqual(Input with { LastLinkId = last }, _continuedWith);
    }

    [TestMethod]
    public async Task One_bad_link_never_stops_another()
    {
        _batch = new([Link(1), Link(2)], Guid.NewGuid());
        _context.Setup(c => c.CallSubOrchestratorAsync(new TaskName("CleanUpLink"), It.Is<object?>(input => ((LinkCleanUpInput)input!).Epoch == 1), It.IsAny<TaskOptions?>()))
            .ThrowsAsync(new TaskFailedException("CleanUpLink", 1, new InvalidOperationException("bad")));

        await RunAsync(Input);

        Assert.Contains("link 2", _steps);
        Assert.IsNotNull(_continuedWith);
    }

    [TestMethod]
    public async Task Revokes_grants_and_forgets_the_site_after_the_links_and_looks_once_more_ten_minutes_later()
    {
        await RunAsync(Input with { LastLinkId = Guid.NewGuid() });
        var next = (InstallationCleanUpInput)_continuedWith!;
        _continuedWith = null;
        await RunAsync(next);

        Assert.AreEqual(Input with { SecondLook = true }, next);
        Assert.AreEqual("links, grants, site, wait 00:10:00, links, grants, site", string.Join(", ", _steps));
        Assert.IsNull(_continuedWith);
    }

    private static LinkCleanUpInput Link(int epoch) => new() { ClientKey = "tenant-1", LinkId = Guid.NewGuid(), Epoch = epoch, InstallationGone = true };

    private Task RunAsync(InstallationCleanUpInput input) => CleanUpInstallation.RunAsync(_context.Object, input);
}
