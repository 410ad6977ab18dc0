using System.Diagnostics;
using Azure.Data.Tables;
using GitLabJira.LocalRuntime.Hosting;
using GitLabJira.LocalRuntime.Tests.Storage;
using GitLabJira.LocalRuntime.Time;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Tests.Durable;

/// <summary>A process of an app with one orchestration, to be killed. It tells what it does in rows of a table.</summary>
internal sealed class AppProcess : IAsyncDisposable
{
    public const string Argument = "--app-process";
    public const int Waves = 3;
    public const int PerWave = 8;

    public const string HubVariable = "TEST_HUB";
    public const string HangVariable = "TEST_HANG";

    private readonly Process _process;

    private AppProcess(Process process) => _process = process;

    /// <param name="hangs">Its activities of wave 2 never end.</param>
    public static async Task<AppProcess> StartAsync(string hub, string clock, bool hangs)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Argument])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment =
            {
                [HubVariable] = hub,
                [HangVariable] = hangs ? "1" : string.Empty,
                [RuntimeClock.AddressVariable] = clock,
                ["AzureWebJobsStorage"] = await SharedAzurite.ConnectionStringAsync(),
            },
        })!;

        // One line when it listens.
        await process.StandardOutput.ReadLineAsync();
        return new(process);
    }

    public static async Task<int> RunAsync()
    {
        var builder = LocalHost.CreateBuilder(new()
        {
            Assembly = typeof(AppProcess).Assembly,
            FunctionClasses = [typeof(WavesOrchestrator), typeof(WaveActivity)],
            HostJson = $$"""{ "extensions": { "durableTask": { "hubName": "{{Environment.GetEnvironmentVariable(HubVariable)}}", "maxConcurrentActivityFunctions": 5 } } }""",
        });
        builder.Logging.ClearProviders();
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine("ready");
        await host.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>SIGKILL: nothing of it runs any more, nothing is cleaned up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }
}

public static class WavesOrchestrator
{
    [Function(nameof(WavesOrchestrator))]
    public static async Task<int> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, int wave)
    {
        await Task.WhenAll(Enumerable.Range(0, AppProcess.PerWave).Select(i => context.CallActivityAsync(nameof(WaveActivity), $"{wave}-{i}")));
        if (wave == AppProcess.Waves)
        {
            return wave;
        }

        await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
        context.ContinueAsNew(wave + 1);
        return 0;
    }
}

public sealed class WaveActivity(TimeProvider clock)
{
    [Function(nameof(WaveActivity))]
    public async Task RunAsync([ActivityTrigger] string input, CancellationToken cancellationToken)
    {
        var log = new TableClient(Environment.GetEnvironmentVariable("AzureWebJobsStorage"), Environment.GetEnvironmentVariable(AppProcess.HubVariable) + "Log");
        await log.AddEntityAsync(new TableEntity(input, Guid.NewGuid().ToString()) { ["At"] = clock.GetUtcNow(), ["Process"] = Environment.ProcessId }, cancellationToken);
        if (Environment.GetEnvironmentVariable(AppProcess.HangVariable) == "1" && input.StartsWith('2'))
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
