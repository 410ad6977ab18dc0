using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace GitLabJira.LocalRuntime.Tests.Durable;

/// <summary>What fails, how that is told, and what is tried again.</summary>
[TestClass]
public sealed class FailureTests(TestContext test) : DurableTestBase(test)
{
    [TestMethod]
    public async Task A_failed_activity_throws_with_the_full_name_of_its_exception()
    {
        await StartAsync();
        Script.Activity = (_, _) => throw new InvalidOperationException("broken", new TimeoutException("inner"));

        var instance = await RunAsync(async context =>
        {
            try
            {
                return await context.CallActivityAsync<string>("Act", "x");
            }
            catch (TaskFailedException e)
            {
                return $"{e.TaskName}|{e.FailureDetails.ErrorType}|{e.FailureDetails.ErrorMessage}|{e.FailureDetails.InnerFailure!.ErrorType}|{e.FailureDetails.IsCausedBy<InvalidOperationException>()}";
            }
        });

        Assert.AreEqual("Act|System.InvalidOperationException|broken|System.TimeoutException|True", instance.ReadOutputAs<string>());
    }

    [TestMethod]
    public async Task A_failed_instance_says_why_in_its_output_only()
    {
        await StartAsync();

        var instance = await RunAsync(_ => throw new InvalidOperationException("broken"));

        Assert.AreEqual(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        Assert.IsNull(instance.FailureDetails);
        Assert.AreEqual("System.InvalidOperationException: broken", instance.SerializedOutput);
    }

    [TestMethod]
    public async Task An_unknown_activity_fails_its_call_and_an_unknown_orchestrator_its_instance()
    {
        await StartAsync();

        var activity = await RunAsync(async context =>
        {
            try
            {
                return await context.CallActivityAsync<string>("Nobody");
            }
            catch (TaskFailedException e)
            {
                return e.TaskName;
            }
        });
        var id = await Client.ScheduleNewOrchestrationInstanceAsync("Nothing", Token);
        var orchestrator = await Client.WaitForInstanceCompletionAsync(id, Token);

        Assert.AreEqual("Nobody", activity.ReadOutputAs<string>());
        Assert.AreEqual(OrchestrationRuntimeStatus.Failed, orchestrator.RuntimeStatus);
    }

    [TestMethod]
    public async Task Retries_by_policy_with_growing_delays()
    {
        await StartAsync();
        var at = new List<TimeSpan>();
        Script.Activity = (_, _) =>
        {
            at.Add(Clock.GetUtcNow() - Start);
            return at.Count < 4 ? throw new TimeoutException() : Task.FromResult<string?>("at last");
        };
        var retry = TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(10), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromSeconds(30)));

        var instance = await RunAsync(async context => await context.CallActivityAsync<string>("Act", "x", retry));

        Assert.AreEqual("at last", instance.ReadOutputAs<string>());
        Assert.AreSequenceEqual(new[] { 0, 10, 30, 60 }, at.Select(t => (int)t.TotalSeconds));
    }

    [TestMethod]
    public async Task Gives_up_when_the_policy_does_not_handle_the_failure_or_has_no_attempt_left()
    {
        await StartAsync();
        Script.Activity = (input, _) => input == "permanent" ? throw new NotSupportedException() : throw new TimeoutException();
        var retry = TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(10)) { HandleFailure = f => !f.IsCausedBy<NotSupportedException>() });

        var instance = await RunAsync(async context =>
        {
            var names = new List<string>();
            foreach (var input in new[] { "permanent", "passing" })
            {
                try
                {
                    await context.CallActivityAsync<string>("Act", input, retry);
                }
                catch (TaskFailedException e)
                {
                    names.Add(e.FailureDetails.ErrorType);
                }
            }

            return $"{string.Join(' ', names)} {context.CurrentUtcDateTime:mm:ss}";
        });

        Assert.AreEqual("System.NotSupportedException System.TimeoutException 00:20", instance.ReadOutputAs<string>());
        Assert.HasCount(4, Script.Began);
    }

    [TestMethod]
    public async Task A_retry_handler_decides_by_the_last_failure()
    {
        await StartAsync();
        Script.Activity = (_, _) => throw new TimeoutException();
        var seen = new List<string>();
        var options = TaskOptions.FromRetryHandler(async retry =>
        {
            await retry.OrchestrationContext.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            if (!retry.OrchestrationContext.IsReplaying)
            {
                seen.Add($"{retry.LastAttemptNumber} {retry.TotalRetryTime.TotalMinutes} {retry.LastFailure.IsCausedBy<TimeoutException>()}");
            }

            return retry.LastAttemptNumber < 3;
        });

        var instance = await RunAsync(async context => await context.CallActivityAsync<string>("Act", "x", options));

        Assert.AreEqual(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        Assert.AreSequenceEqual(new[] { "1 0 True", "2 1 True", "3 2 True" }, seen);
        StringAssert.StartsWith(instance.SerializedOutput, "Microsoft.DurableTask.TaskFailedException: Task 'Act'", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task A_failed_sub_orchestration_carries_the_failure_of_its_activity_inside()
    {
        await StartAsync();
        Script.Activity = (_, _) => throw new TimeoutException("slow");
        Script.Child = async context => await context.CallActivityAsync<string>("Act", "x");

        var instance = await RunAsync(async context =>
        {
            try
            {
                return await context.CallSubOrchestratorAsync<string>("Child");
            }
            catch (TaskFailedException e)
            {
                return $"{e.FailureDetails.ErrorType} {e.FailureDetails.InnerFailure!.ErrorType}";
            }
        });

        Assert.AreEqual("Microsoft.DurableTask.TaskFailedException System.TimeoutException", instance.ReadOutputAs<string>());
    }

    [TestMethod]
    public async Task A_history_that_does_not_match_fails_the_instance()
    {
        await StartAsync();
        var replays = 0;

        var instance = await RunAsync(async context =>
        {
            var first = Interlocked.Increment(ref replays) == 1;
            await (first ? context.CallActivityAsync("Act", "x") : context.CallActivityAsync("Quiet", 1));
            return null;
        });

        Assert.AreEqual(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        StringAssert.Contains(instance.SerializedOutput, "NonDeterministicOrchestrationException", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Awaiting_something_else_than_the_context_fails_the_instance()
    {
        await StartAsync();

        var instance = await RunAsync(async _ =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            return null;
        });

        Assert.AreEqual(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        StringAssert.Contains(instance.SerializedOutput, "not of its context", StringComparison.Ordinal);
    }
}
