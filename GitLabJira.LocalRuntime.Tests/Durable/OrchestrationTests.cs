using System.Diagnostics;
using Azure.Data.Tables;
using GitLabJira.LocalRuntime.Tests.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Tests.Durable;

/// <summary>What an orchestrator can do, in one process.</summary>
[TestClass]
public sealed class OrchestrationTests(TestContext test) : DurableTestBase(test)
{
    [TestMethod]
    public async Task Runs_activities_in_turn_and_returns_what_the_orchestrator_returns()
    {
        await StartAsync();

        var instance = await RunAsync(
            async context =>
            {
                var first = await context.CallActivityAsync<string>("Act", context.GetInput<string>() + "1");
                return await context.CallActivityAsync<string>("ACT", first + "2");
            },
            "in");

        Assert.AreEqual(OrchestrationRuntimeStatus.Completed, instance.RuntimeStatus);
        Assert.AreEqual("in12", instance.ReadOutputAs<string>());
        Assert.AreEqual("\"in\"", instance.SerializedInput);
        Assert.AreEqual("Main", instance.Name);
        Assert.AreSequenceEqual(new[] { "in1", "in12" }, Script.Began);
    }

    [TestMethod]
    public async Task Inputs_and_outputs_are_json_whose_names_match_in_any_case_and_whose_enums_are_numbers()
    {
        await StartAsync();

        var id = await Client.ScheduleNewOrchestrationInstanceAsync(nameof(PaintOrchestrator), new { NAME = "wall", colour = 0, coats = new[] { 1, 2 } }, Token);
        var instance = await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Token);

        Assert.AreEqual($$"""{"Name":"wall of {{id}}","Colour":1,"Coats":[1,2,9]}""", instance.SerializedOutput);
        Assert.AreEqual(Colour.Green, instance.ReadOutputAs<Paint>()!.Colour);
    }

    [TestMethod]
    public async Task Runs_activities_side_by_side_but_never_more_than_allowed()
    {
        MaxActivities = 7;
        await StartAsync();
        var entered = 0;
        var seven = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Script.Activity = async (input, token) =>
        {
            if (Interlocked.Increment(ref entered) == MaxActivities)
            {
                seven.SetResult();
            }

            await seven.Task.WaitAsync(token);
            // One more than allowed would meet them here.
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, token);
            return input;
        };

        var instance = await RunAsync(async context => await Task.WhenAll(Enumerable.Range(0, 30).Select(i => context.CallActivityAsync<string>("Act", $"{i}"))));

        Assert.AreSequenceEqual(Enumerable.Range(0, 30).Select(i => $"{i}"), instance.ReadOutputAs<string[]>()!);
        Assert.AreEqual(7, Script.MostAtOnce);
        Assert.HasCount(30, Script.Began);
    }

    [TestMethod]
    public async Task A_timer_fires_exactly_at_its_time()
    {
        await StartAsync();

        var instance = await RunAsync(async context =>
        {
            var before = context.CurrentUtcDateTime;
            await context.CreateTimer(TimeSpan.FromHours(30), CancellationToken.None);
            return context.CurrentUtcDateTime - before;
        });

        Assert.AreEqual(TimeSpan.FromHours(30), instance.ReadOutputAs<TimeSpan>());
        Assert.AreEqual(Start.AddHours(30), instance.LastUpdatedAt);
        Assert.AreEqual(Start, instance.CreatedAt);
    }

    [TestMethod]
    public async Task A_cancelled_timer_does_not_hold_anything_up()
    {
        using var hold = await Clock.BeginWorkAsync("test", Token);
        await StartAsync();

        var instance = await RunAsync(async context =>
        {
            using var cancel = new CancellationTokenSource();
            var late = context.CreateTimer(TimeSpan.FromDays(2), cancel.Token);
            var early = context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            var first = await Task.WhenAny(late, early);
            Cancel(cancel);
            return first == early && late.IsCanceled;
        });
        await PassAsync(TimeSpan.FromMilliseconds(1));

        Assert.IsTrue(instance.ReadOutputAs<bool>());

        Assert.AreEqual(Start.AddMinutes(1), instance.LastUpdatedAt);
        Assert.IsFalse(await IsTimerLeftAsync());

        // CancelAsync would leave the orchestrator's thread.
        static void Cancel(CancellationTokenSource source) => source.Cancel();
    }

    [TestMethod]
    public async Task Events_reach_the_orchestrator_before_and_while_it_waits()
    {
        await StartAsync();
        Script.Main = async context =>
        {
            var first = await context.WaitForExternalEvent<int>("Number");
            var second = await context.WaitForExternalEvent<int>("number");
            return first + second;
        };
        var id = await Client.ScheduleNewOrchestrationInstanceAsync("Main", Token);

        await Client.RaiseEventAsync(id, "NUMBER", 40, Token);
        await Client.WaitForInstanceStartAsync(id, Token);
        await Client.RaiseEventAsync(id, "Number", 2, Token);

        Assert.AreEqual(42, (await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Token)).ReadOutputAs<int>());
    }

    [TestMethod]
    public async Task Waiting_for_an_event_past_its_time_is_cancelled()
    {
        await StartAsync();

        var instance = await RunAsync(async context =>
        {
            try
            {
                return await context.WaitForExternalEvent<string>("never", TimeSpan.FromMinutes(10));
            }
            catch (TaskCanceledException)
            {
                return $"{context.CurrentUtcDateTime:HH:mm}";
            }
        });

        Assert.AreEqual("00:10", instance.ReadOutputAs<string>());
    }

    [TestMethod]
    public async Task Continues_as_new_with_a_new_input_the_last_status_and_the_events_that_nobody_took()
    {
        await StartAsync();
        var id = "counting";
        Script.Main = async context =>
        {
            var count = context.GetInput<int>();
            if (count == 0)
            {
                context.SetCustomStatus("counted");
                await context.WaitForExternalEvent<string>("go");
            }

            if (count < 5)
            {
                await context.CallActivityAsync<string>("Act", $"{count}");
                context.ContinueAsNew(count + 1);
                return null;
            }

            return $"{count} {await context.WaitForExternalEvent<string>("kept")}";
        };

        await Client.ScheduleNewOrchestrationInstanceAsync("Main", 0, new StartOrchestrationOptions(id), Token);
        await Client.RaiseEventAsync(id, "kept", "event", Token);
        await Client.RaiseEventAsync(id, "go", cancellation: Token);
        var instance = await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Token);

        Assert.AreEqual("5 event", instance.ReadOutputAs<string>());
        Assert.AreEqual("counted", instance.ReadCustomStatusAs<string>());
        Assert.AreEqual(5, instance.ReadInputAs<int>());
        Assert.HasCount(5, Script.Began);
    }

    [TestMethod]
    public async Task Continues_as_new_many_times_without_waiting()
    {
        await StartAsync();

        var instance = await RunAsync(
            context =>
            {
                if (context.GetInput<int>() < 12)
                {
                    context.ContinueAsNew(context.GetInput<int>() + 1);
                }

                return Task.FromResult<object?>(context.GetInput<int>());
            },
            0);

        Assert.AreEqual(12, instance.ReadOutputAs<int>());
    }

    [TestMethod]
    public async Task A_custom_status_over_16_KB_fails_the_instance()
    {
        await StartAsync();

        var fits = await RunAsync(context => Task.FromResult<object?>(Set(context, (8 * 1024) - 2)));
        var tooLong = await RunAsync(context => Task.FromResult<object?>(Set(context, (8 * 1024) - 1)));

        Assert.AreEqual(OrchestrationRuntimeStatus.Completed, fits.RuntimeStatus);
        Assert.AreEqual(OrchestrationRuntimeStatus.Failed, tooLong.RuntimeStatus);
        StringAssert.Contains(tooLong.SerializedOutput, "16 KB", StringComparison.Ordinal);

        static int Set(TaskOrchestrationContext context, int length)
        {
            context.SetCustomStatus(new string('x', length));
            return length;
        }
    }

    [TestMethod]
    public async Task A_sub_orchestration_has_its_id_its_parent_and_its_result()
    {
        await StartAsync();
        Script.Child = async context => $"{await context.CallActivityAsync<string>("Act", context.GetInput<string>())} {context.InstanceId} {context.Parent!.Name} {context.Parent.InstanceId}";

        var instance = await RunAsync(async context =>
            await context.CallSubOrchestratorAsync<string>("Child", "in", new TaskOptions().WithInstanceId("the-child")));

        Assert.AreEqual($"in the-child Main {instance.InstanceId}", instance.ReadOutputAs<string>());
        Assert.AreEqual(OrchestrationRuntimeStatus.Completed, (await GetAsync("the-child")).RuntimeStatus);
    }

    [TestMethod]
    public async Task Sends_events_to_other_instances()
    {
        await StartAsync();
        Script.Child = async context => await context.WaitForExternalEvent<string>("hello");

        var instance = await RunAsync(async context =>
        {
            var child = context.CallSubOrchestratorAsync<string>("Child", options: new TaskOptions().WithInstanceId("listener"));
            context.SendEvent("listener", "hello", "world");
            return await child;
        });

        Assert.AreEqual("world", instance.ReadOutputAs<string>());
    }

    [TestMethod]
    public async Task Ids_time_and_log_are_the_same_on_each_replay()
    {
        await StartAsync();
        var runs = new List<(Guid, Guid, DateTime)>();
        var logged = 0;

        var instance = await RunAsync(async context =>
        {
            var seen = (context.NewGuid(), context.NewGuid(), context.CurrentUtcDateTime);
            runs.Add(seen);
            var logger = context.CreateReplaySafeLogger(nameof(OrchestrationTests));
            await context.CallActivityAsync("Quiet", 1);
            logged += context.IsReplaying ? 0 : 1;
            logger.LogInformation("Once.");
            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            return seen.Item1 != seen.Item2;
        });

        Assert.IsTrue(instance.ReadOutputAs<bool>());
        Assert.HasCount(3, runs);
        Assert.HasCount(1, runs.Distinct());
        Assert.AreEqual(1, logged);
    }

    [TestMethod]
    public async Task Large_payloads_pass_in_every_direction()
    {
        await StartAsync();
        var large = string.Concat(Enumerable.Range(0, 400_000).Select(i => (char)('a' + (i % 26)))) + "\"ü";

        Script.Child = context => Task.FromResult<object?>(context.GetInput<string>());
        Script.Main = async context =>
        {
            var result = await context.CallActivityAsync<string>("Act", context.GetInput<string>());
            var child = await context.CallSubOrchestratorAsync<string>("Child", result);
            var raised = await context.WaitForExternalEvent<string>("x", TimeSpan.FromDays(1));
            return child == raised ? child : "different";
        };

        var id = await Client.ScheduleNewOrchestrationInstanceAsync("Main", large, Token);
        await Client.RaiseEventAsync(id, "x", large, Token);
        var done = await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Token);

        Assert.AreEqual(large, done.ReadOutputAs<string>());
        Assert.AreEqual(large, done.ReadInputAs<string>());
    }

    private async Task<bool> IsTimerLeftAsync()
    {
        var work = (await SharedAzurite.TablesAsync()).GetTableClient($"{HubName}Work");
        await foreach (var row in work.QueryAsync<TableEntity>(cancellationToken: Token))
        {
            return row.RowKey.StartsWith("o!", StringComparison.Ordinal);
        }

        return false;
    }

    [TestMethod]
    public async Task A_thousand_steps_replay_fast()
    {
        await StartAsync();
        var watch = Stopwatch.StartNew();
        var episodes = 0;

        var instance = await RunAsync(async context =>
        {
            episodes++;
            for (var i = 0; i < 1000; i++)
            {
                await context.CallActivityAsync("Quiet", i);
            }

            return "done";
        });

        Assert.AreEqual("done", instance.ReadOutputAs<string>());
        // How long that takes is the machine's affair; a step that takes more than one replay is not.
        Assert.AreEqual(1 + 1000, episodes);
        Test.WriteLine($"1000 steps took {watch.Elapsed}");
    }
}
