using System.Runtime.InteropServices;
using GitLabJira.Sandbox.Check;
using GitLabJira.Sandbox.Home;

using var stop = new CancellationTokenSource();

// However we are told to end, children and temporary folders go with us. The servers inside would take the signals and leave the process standing.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);

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

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
