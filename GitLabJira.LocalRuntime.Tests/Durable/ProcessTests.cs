using Azure.Data.Tables;
using GitLabJira.LocalRuntime.Tests.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace GitLabJira.LocalRuntime.Tests.Durable;

/// <summary>Several processes over one task hub, some of which die.</summary>
[TestClass]
public sealed class ProcessTests(TestContext test) : DurableTestBase(test)
{
    [TestMethod]
    public async Task After_a_kill_another_process_goes_on_five_minutes_later_and_repeats_only_what_was_interrupted()
    {
        using var hold = await Clock.BeginWorkAsync("test", Token);
        var log = (await SharedAzurite.TablesAsync()).GetTableClient($"{HubName}Log");
        await log.CreateAsync(Token);
        var client = CreateClient();
        await using var first = await AppProcess.StartAsync(HubName, ClockAddress, hangs: true);
        await client.ScheduleNewOrchestrationInstanceAsync("WavesOrchestrator", 1, new StartOrchestrationOptions("waves"), Token);

        // Wave 2 comes a minute later and then holds the time: this delay ends only after the kill.
        var minutes = Clock.DelayAsync(TimeSpan.FromMinutes(30), ct: Token);
        await WaitUntilAsync(async () => (await ReadAsync(log)).Exists(r => r.Input.StartsWith('2')));

        // Between the two nobody else would hold the time.
        var change = await Clock.BeginWorkAsync("change of processes", Token);
        await first.KillAsync();
        await using var second = await AppProcess.StartAsync(HubName, ClockAddress, hangs: false);
        change.Dispose();
        await minutes;

        var instance = (await client.GetInstanceAsync("waves", getInputsAndOutputs: true, Token))!;
        var rows = await ReadAsync(log);
        var interrupted = rows.Where(r => r.Input.StartsWith('2') && r.At == Start.AddMinutes(1)).Select(r => r.Input).Distinct().ToList();
        Assert.AreEqual(OrchestrationRuntimeStatus.Completed, instance.RuntimeStatus);
        Assert.AreEqual(AppProcess.Waves, instance.ReadOutputAs<int>());
        Assert.HasCount(AppProcess.Waves * AppProcess.PerWave, rows.Select(r => r.Input).Distinct());
        Assert.IsNotEmpty(interrupted);
        Assert.IsTrue(rows.GroupBy(r => r.Input).Where(g => g.Count() > 1).All(g => interrupted.Contains(g.Key) && g.Count() == 2));
        Assert.AreEqual(Start.AddMinutes(6), rows.Where(r => interrupted.Contains(r.Input)).Max(r => r.At));
        Assert.AreEqual(Start.AddMinutes(7), instance.LastUpdatedAt);
    }

    [TestMethod]
    public async Task Two_processes_share_two_hundred_activities_and_run_each_once()
    {
        MaxActivities = 10;
        using var hold = await Clock.BeginWorkAsync("test", Token);
        var (mine, theirs) = (new DurableScript(), new DurableScript());
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var (name, script) in new[] { ("a", mine), ("b", theirs) })
        {
            script.Main = async context => (await Task.WhenAll(Enumerable.Range(0, 200).Select(i => context.CallActivityAsync<string>("Act", $"{i}")))).Length;
            script.Activity = async (input, token) =>
            {
                // A slow machine may let one process be through with all before the other has looked: nobody ends before both have begun.
                if (!mine.Began.IsEmpty && !theirs.Began.IsEmpty)
                {
                    both.TrySetResult();
                }

                await both.Task.WaitAsync(token);
                await Task.Delay(TimeSpan.FromMilliseconds(15), TimeProvider.System, token);
                return input;
            };
            await StartProcessAsync(name, script);
        }

        var id = await Client.ScheduleNewOrchestrationInstanceAsync("Main", Token);
        await PassAsync(TimeSpan.FromSeconds(1));

        Assert.AreEqual(200, (await GetAsync(id)).ReadOutputAs<int>());
        Assert.HasCount(200, mine.Began.Concat(theirs.Began));
        Assert.HasCount(200, mine.Began.Concat(theirs.Began).Distinct());
        Assert.IsNotEmpty(mine.Began);
        Assert.IsNotEmpty(theirs.Began);
        Assert.IsLessThanOrEqualTo(10, Math.Max(mine.MostAtOnce, theirs.MostAtOnce));
    }

    [TestMethod]
    public async Task An_activity_that_takes_longer_than_five_minutes_stays_with_its_process()
    {
        using var hold = await Clock.BeginWorkAsync("test", Token);
        var scripts = new[] { new DurableScript(), new DurableScript() };
        foreach (var script in scripts)
        {
            var process = await StartProcessAsync("a process", script);
            script.Main = async context => await context.CallActivityAsync<string>("Act", "x");
            script.Activity = async (input, token) =>
            {
                await Task.Delay(TimeSpan.FromMinutes(17), process, token);
                return input;
            };
        }

        var id = await Client.ScheduleNewOrchestrationInstanceAsync("Main", Token);
        await PassAsync(TimeSpan.FromHours(1));

        Assert.AreEqual(OrchestrationRuntimeStatus.Completed, (await GetAsync(id)).RuntimeStatus);
        Assert.HasCount(1, scripts.SelectMany(s => s.Began));
    }

    [TestMethod]
    public async Task An_instance_that_a_dead_process_had_locked_goes_on_when_the_lock_is_over()
    {
        using var hold = await Clock.BeginWorkAsync("test", Token);
        await StartProcessAsync("a");
        var work = (await SharedAzurite.TablesAsync()).GetTableClient($"{HubName}Work");
        await work.AddEntityAsync(new TableEntity("w", "k!locked") { ["Until"] = Start.AddMinutes(5) }, Token);

        await Client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions("locked"), Token);
        await PassAsync(TimeSpan.FromMinutes(4));
        var before = (await GetAsync("locked")).RuntimeStatus;
        await PassAsync(TimeSpan.FromMinutes(2));

        Assert.AreEqual(OrchestrationRuntimeStatus.Pending, before);
        Assert.AreEqual(OrchestrationRuntimeStatus.Completed, (await GetAsync("locked")).RuntimeStatus);
        Assert.AreEqual(Start.AddMinutes(5), (await GetAsync("locked")).LastUpdatedAt);
    }

    [TestMethod]
    public async Task What_an_episode_asked_for_is_asked_again_when_its_process_died_after_the_commit()
    {
        using var hold = await Clock.BeginWorkAsync("test", Token);
        var client = CreateClient();
        await client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions("twice"), Token);
        var work = (await SharedAzurite.TablesAsync()).GetTableClient($"{HubName}Work");
        var message = await work.QueryAsync<TableEntity>(cancellationToken: Token).SingleAsync(Token);
        var go = new TaskCompletionSource();
        Script.Activity = async (input, token) =>
        {
            await (Script.Began.Count(i => i == input) == 1 ? go.Task.WaitAsync(token) : Task.CompletedTask);
            return input;
        };
        Script.Main = async context =>
        {
            var timer = context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            var results = await Task.WhenAll(context.CallActivityAsync<string>("Act", "x"), context.CallActivityAsync<string>("Act", "y"));
            await timer;
            return string.Concat(results);
        };
        await StartProcessAsync("a");
        await WaitUntilAsync(() => Task.FromResult(Script.Began.Count == 2));

        // The message of the start comes once more, as if it had never been removed.
        await work.AddEntityAsync(message, Token);
        Clock.Changed(work.Name);
        await WaitUntilAsync(() => Task.FromResult(Script.Began.Count == 4));
        go.SetResult();
        await PassAsync(TimeSpan.FromMinutes(2));

        var instance = await GetAsync("twice");
        Assert.AreEqual("xy", instance.ReadOutputAs<string>());
        Assert.AreEqual(Start.AddMinutes(1), instance.LastUpdatedAt);
        Assert.HasCount(4, Script.Began);
        Assert.AreEqual(0, await work.QueryAsync<TableEntity>(cancellationToken: Token).CountAsync(Token));
    }

    private static async Task<List<(string Input, DateTimeOffset At, int Process)>> ReadAsync(TableClient log)
    {
        var rows = new List<(string, DateTimeOffset, int)>();
        await foreach (var row in log.QueryAsync<TableEntity>())
        {
            rows.Add((row.PartitionKey, row.GetDateTimeOffset("At")!.Value, row.GetInt32("Process")!.Value));
        }

        return rows;
    }

    /// <summary>For what happens while the time stands still.</summary>
    private async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }
    }
}
