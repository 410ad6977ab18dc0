using System.Diagnostics;
using GitLabJira.LocalRuntime.Tests.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace GitLabJira.LocalRuntime.Tests.Durable;

/// <summary>The shape of an initial sync: 20 activities, a status, a minute's wait, and on as new.</summary>
[TestClass]
public sealed class WaveTests(TestContext test) : DurableTestBase(test)
{
    private const int Waves = 30;

    [TestMethod]
    public async Task Waves_of_twenty_pass_quickly_in_two_processes_and_leave_no_history_behind()
    {
        var hold = await Clock.BeginWorkAsync("test", Token);
        await StartProcessAsync("a");
        await StartProcessAsync("b");
        Script.Main = async context =>
        {
            var wave = context.GetInput<int>();
            await Task.WhenAll(Enumerable.Range(0, 20).Select(i => context.CallActivityAsync<string>("Act", $"{wave}-{i}")));
            context.SetCustomStatus(new { Wave = wave });
            if (wave == Waves)
            {
                return wave;
            }

            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            context.ContinueAsNew(wave + 1);
            return null;
        };
        await Client.ScheduleNewOrchestrationInstanceAsync("Main", 1, new StartOrchestrationOptions("sync"), Token);
        var watch = Stopwatch.StartNew();

        await Clock.DelayAsync(TimeSpan.FromMinutes(Waves), ct: Token);
        watch.Stop();
        hold.Dispose();
        var instance = await GetAsync("sync");
        var rows = new List<string>();
        await foreach (var row in (await SharedAzurite.TablesAsync()).GetTableClient($"{HubName}Instances").QueryAsync<Azure.Data.Tables.TableEntity>(cancellationToken: Token))
        {
            rows.Add(row.RowKey);
        }

        Test.WriteLine($"{Clock.Jumps} jumps");
        Test.WriteLine($"{watch.Elapsed.TotalMilliseconds / Waves:F0} ms a wave");
        Assert.AreEqual(Waves, instance.ReadOutputAs<int>());
        Assert.AreEqual(Start.AddMinutes(Waves - 1), instance.LastUpdatedAt);
        Assert.HasCount(20 * Waves, Script.Began);
        Assert.HasCount(20 * Waves, Script.Began.Distinct());
        Assert.IsLessThan(30, rows.Count);
    }
}
