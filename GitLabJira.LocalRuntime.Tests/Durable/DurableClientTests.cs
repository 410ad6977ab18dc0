using GitLabJira.LocalRuntime.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace GitLabJira.LocalRuntime.Tests.Durable;

[TestClass]
public sealed class DurableClientTests(TestContext test) : DurableTestBase(test)
{
    [TestMethod]
    public async Task Refuses_the_id_of_a_running_instance_and_starts_one_that_is_over_anew()
    {
        await StartAsync();
        Script.Main = async context => await context.WaitForExternalEvent<string>("go") + context.GetInput<string>();
        var options = new StartOrchestrationOptions("same");

        await Client.ScheduleNewOrchestrationInstanceAsync("Main", "1", options, Token);
        await Assert.ThrowsExactlyAsync<OrchestrationAlreadyExistsException>(() => Client.ScheduleNewOrchestrationInstanceAsync("Main", "2", options, Token));
        await Client.RaiseEventAsync("same", "go", "a", Token);
        var first = await Client.WaitForInstanceCompletionAsync("same", getInputsAndOutputs: true, Token);
        await Client.ScheduleNewOrchestrationInstanceAsync("Main", "3", options, Token);
        await Client.RaiseEventAsync("same", "go", "b", Token);
        var second = await Client.WaitForInstanceCompletionAsync("same", getInputsAndOutputs: true, Token);

        Assert.AreEqual("a1", first.ReadOutputAs<string>());
        Assert.AreEqual("b3", second.ReadOutputAs<string>());
    }

    [TestMethod]
    public async Task Of_two_starts_at_once_one_wins()
    {
        await StartAsync();
        Script.Main = async context => await context.WaitForExternalEvent<string>("never");

        var starts = Enumerable.Range(0, 5).Select(async i =>
        {
            try
            {
                await Client.ScheduleNewOrchestrationInstanceAsync("Main", $"{i}", new StartOrchestrationOptions("same"), Token);
                return i;
            }
            catch (OrchestrationAlreadyExistsException)
            {
                return -1;
            }
        });
        var won = (await Task.WhenAll(starts)).Where(i => i >= 0).ToList();
        await Client.WaitForInstanceStartAsync("same", Token);

        Assert.HasCount(1, won);
        Assert.AreEqual($"{won[0]}", (await GetAsync("same")).ReadInputAs<string>());
    }

    [TestMethod]
    public async Task Starts_at_the_time_that_was_asked_for()
    {
        await StartAsync();
        Script.Main = context => Task.FromResult<object?>(context.CurrentUtcDateTime);

        await Client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions("later", Start.AddHours(2)), Token);
        var instance = await Client.WaitForInstanceCompletionAsync("later", getInputsAndOutputs: true, Token);

        Assert.AreEqual(Start.AddHours(2).UtcDateTime, instance.ReadOutputAs<DateTime>());
        Assert.AreEqual(Start, instance.CreatedAt);
    }

    [TestMethod]
    public async Task Knows_nothing_of_an_unknown_instance()
    {
        await StartAsync();

        Assert.IsNull(await Client.GetInstanceAsync("unknown", Token));
        Assert.AreEqual(0, (await Client.PurgeInstanceAsync("unknown", Token)).PurgedInstanceCount);
        Assert.AreEqual(DurableClientError.NotFound, (await RefusedAsync(() => Client.RaiseEventAsync("unknown", "x", Token))).Error);
        Assert.AreEqual(DurableClientError.NotFound, (await RefusedAsync(() => Client.TerminateInstanceAsync("unknown", Token))).Error);
    }

    [TestMethod]
    public async Task Refuses_events_to_an_instance_that_is_over()
    {
        await StartAsync();
        var instance = await RunAsync(_ => Task.FromResult<object?>(null));

        Assert.AreEqual(DurableClientError.FailedPrecondition, (await RefusedAsync(() => Client.RaiseEventAsync(instance.InstanceId, "x", Token))).Error);
        Assert.AreEqual(DurableClientError.FailedPrecondition, (await RefusedAsync(() => Client.TerminateInstanceAsync(instance.InstanceId, Token))).Error);
    }

    [TestMethod]
    public async Task Terminates_with_an_output_and_takes_sub_orchestrations_along_when_told()
    {
        await StartAsync();
        Script.Child = async context => await context.WaitForExternalEvent<string>("never");
        Script.Main = async context => await context.CallSubOrchestratorAsync<string>("Child", options: new TaskOptions().WithInstanceId("child"));
        await Client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions("parent"), Token);
        while (await Client.GetInstanceAsync("child", Token) is null)
        {
            await PassAsync(TimeSpan.FromSeconds(1));
        }

        await Client.TerminateInstanceAsync("parent", new TerminateInstanceOptions("because", Recursive: true), Token);
        await Client.WaitForInstanceCompletionAsync("child", Token);
        var parent = await GetAsync("parent");

        Assert.AreEqual(OrchestrationRuntimeStatus.Terminated, parent.RuntimeStatus);
        Assert.AreEqual("\"because\"", parent.SerializedOutput);
        Assert.AreEqual(OrchestrationRuntimeStatus.Terminated, (await GetAsync("child")).RuntimeStatus);
    }

    [TestMethod]
    public async Task A_suspended_instance_does_nothing_until_it_is_resumed()
    {
        using var hold = await Clock.BeginWorkAsync("test", Token);
        await StartAsync();
        Script.Main = async context =>
        {
            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            return await context.WaitForExternalEvent<string>("go") + context.CurrentUtcDateTime.Minute;
        };
        var id = await Client.ScheduleNewOrchestrationInstanceAsync("Main", Token);
        await PassAsync(TimeSpan.FromSeconds(1));

        await Client.SuspendInstanceAsync(id, "wait", Token);
        await Client.RaiseEventAsync(id, "go", "x", Token);
        await PassAsync(TimeSpan.FromMinutes(10));
        var suspended = (await GetAsync(id)).RuntimeStatus;
        await Client.ResumeInstanceAsync(id, "go on", Token);
        await PassAsync(TimeSpan.FromSeconds(1));

        Assert.AreEqual(OrchestrationRuntimeStatus.Suspended, suspended);
        Assert.AreEqual("x10", (await GetAsync(id)).ReadOutputAs<string>());
    }

    [TestMethod]
    public async Task Lists_by_prefix_status_and_time_page_by_page()
    {
        using var hold = await Clock.BeginWorkAsync("test", Token);
        await StartAsync();
        Script.Main = context => context.GetInput<int>() % 2 == 0 ? Task.FromResult<object?>("even") : throw new InvalidOperationException();
        for (var i = 0; i < 10; i++)
        {
            await Client.ScheduleNewOrchestrationInstanceAsync("Main", i, new StartOrchestrationOptions(i < 8 ? $"item/{i}" : $"other/{i}"), Token);
            await PassAsync(TimeSpan.FromMinutes(1));
        }

        var query = new OrchestrationQuery(CreatedFrom: Start.AddMinutes(2), Statuses: [OrchestrationRuntimeStatus.Completed], InstanceIdPrefix: "item/", PageSize: 2, FetchInputsAndOutputs: true);
        var pages = new List<Page<OrchestrationMetadata>>();
        await foreach (var page in Client.GetAllInstancesAsync(query).AsPages().WithCancellation(Token))
        {
            pages.Add(page);
        }

        Assert.AreSequenceEqual(new[] { "item/2", "item/4", "item/6" }, pages.SelectMany(p => p.Values).Select(i => i.InstanceId));
        Assert.IsTrue(pages.TrueForAll(p => p.Values.Count <= 2));
        Assert.AreEqual("even", pages[0].Values[0].ReadOutputAs<string>());
    }

    [TestMethod]
    public async Task Purges_what_is_over_with_all_its_rows()
    {
        using var hold = await Clock.BeginWorkAsync("test", Token);
        await StartAsync();
        Script.Main = async context => context.GetInput<int>() == 0 ? await context.WaitForExternalEvent<string>("never") : await context.CallActivityAsync<string>("Act", new string('x', 20_000));
        for (var i = 0; i < 4; i++)
        {
            await Client.ScheduleNewOrchestrationInstanceAsync("Main", i, new StartOrchestrationOptions($"{i}"), Token);
        }

        await PassAsync(TimeSpan.FromMinutes(1));
        var running = await Client.PurgeInstanceAsync("0", Token);
        var one = await Client.PurgeInstanceAsync("1", Token);
        var all = await Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Completed]), Token);

        Assert.AreEqual((0, 1, 2), (running.PurgedInstanceCount, one.PurgedInstanceCount, all.PurgedInstanceCount));
        Assert.IsNull(await Client.GetInstanceAsync("2", Token));
        Assert.AreEqual(0, await CountAsync("Payloads"));
        Assert.AreEqual(2, await CountAsync("Instances"));
    }

    [TestMethod]
    public async Task Gives_no_inputs_and_outputs_that_were_not_asked_for()
    {
        await StartAsync();
        var id = (await RunAsync(_ => Task.FromResult<object?>("out"), "in")).InstanceId;

        var instance = (await Client.GetInstanceAsync(id, Token))!;

        Assert.IsNull(instance.SerializedInput);
        Assert.IsNull(instance.SerializedOutput);
        Assert.Throws<InvalidOperationException>(() => instance.ReadOutputAs<string>());
    }

    private static Task<DurableClientException> RefusedAsync(Func<Task> call) => Assert.ThrowsExactlyAsync<DurableClientException>(call);
}
