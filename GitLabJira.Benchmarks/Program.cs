using GitLabJira.Benchmarks;
using GitLabJira.Benchmarks.Order;
using GitLabJira.Benchmarks.Waves;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // Ours to end: children and temporary folders go with us.
    pressed.Cancel = true;
    stop.Cancel();
};

var order = new Dictionary<string, int>(StringComparer.Ordinal) { ["--seeds"] = 500, ["--first"] = 1 };

switch (args)
{
    case ["order", .. var rest] when Arguments.TryRead(rest, order):
        return await OrderVerb.RunAsync(order["--first"], order["--seeds"], Console.Out, stop.Token);
    case ["waves", .. var rest] when Arguments.TryRead(rest, "--projects", 1000, out var projects):
        return await WavesVerb.RunAsync(projects, Console.Out, stop.Token);
    default:
        await Console.Error.WriteLineAsync("""
            Usage: dotnet run -c Release --project GitLabJira.Benchmarks -- order [--seeds 500] [--first 1]
                     changes of many projects, with hooks, reads and Jira in disorder: does Jira end up with what GitLab holds? 25 seeds live in one world.
                   dotnet run -c Release --project GitLabJira.Benchmarks -- waves [--projects 1000]
                     the initial sync of many projects: histories and memory, wave by wave
            """);
        return 2;
}
