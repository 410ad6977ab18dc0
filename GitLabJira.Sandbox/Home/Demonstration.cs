using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.World;

namespace GitLabJira.Sandbox.Home;

/// <summary>The Sandbox for a person: everything on wall time, until Ctrl+C.</summary>
public static class Demonstration
{
    public static async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync("Starting storage, Jira, GitLab and the app ...");
        var options = new WorldOptions { VirtualTime = false, Processes = 1, Seed = Seed.Demonstration() };

        try
        {
            await using var world = await SandboxWorld.StartAsync(options, cancellationToken);
            await using var home = await HomePage.StartAsync(world, port: 0, cancellationToken);
            await output.WriteLineAsync($"""

                Open   {home.Address}

                Jira   {world.Jira.BaseUrl}
                GitLab {world.GitLab.BaseUrl}
                App    {world.Descriptor}

                Ctrl+C ends it and leaves nothing behind.
                """);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await output.WriteLineAsync("Ended.");
        }

        return 0;
    }
}
