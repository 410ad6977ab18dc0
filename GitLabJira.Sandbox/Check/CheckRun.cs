using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.World;

namespace GitLabJira.Sandbox.Check;

/// <summary><c>-- check</c>: the main job in two processes of the app on virtual time.</summary>
public static class CheckRun
{
    /// <returns>0 when everything passed.</returns>
    public static async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var report = new CheckReport(output);
        await using var world = await SandboxWorld.StartAsync(new WorldOptions { Seed = Seed.Demonstration() }, cancellationToken);

        try
        {
            using var job = new MainJob(world, report);
            await job.RunAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            report.That("the check runs to its end", holds: false, () => exception.ToString());
        }

        if (report.Failed > 0)
        {
            foreach (var process in world.Processes)
            {
                await output.WriteLineAsync($"\n{process.Name} printed at last:\n{string.Join('\n', process.Output.Split('\n').TakeLast(60))}");
            }
        }

        await output.WriteLineAsync($"\n{report.Passed} passed, {report.Failed} failed");
        return report.Failed == 0 ? 0 : 1;
    }
}
