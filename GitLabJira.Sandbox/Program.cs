using GitLabJira.Sandbox.Check;
using GitLabJira.Sandbox.Home;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // Ours to end: children and temporary folders go with us.
    pressed.Cancel = true;
    stop.Cancel();
};

switch (args)
{
    case []:
        return await Demonstration.RunAsync(Console.Out, stop.Token);
    case ["check"]:
        return await CheckRun.RunAsync(Console.Out, stop.Token);
    default:
        await Console.Error.WriteLineAsync("""
            Usage: dotnet run --project GitLabJira.Sandbox            opens Jira, GitLab and the app on this machine
                   dotnet run --project GitLabJira.Sandbox -- check   does the main job without a person
            """);
        return 2;
}
