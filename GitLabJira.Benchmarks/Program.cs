using GitLabJira.Benchmarks;
using GitLabJira.Benchmarks.Faults;
using GitLabJira.Benchmarks.Load;
using GitLabJira.Benchmarks.Order;
using GitLabJira.Benchmarks.Waves;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // Ours to end: children and temporary folders go with us.
    pressed.Cancel = true;
    stop.Cancel();
};

var without = args is ["faults", .., "--without", var named] ? named : null;
var faults = new Dictionary<string, int>(StringComparer.Ordinal) { ["--seeds"] = 25, ["--first"] = 1 };
var order = new Dictionary<string, int>(StringComparer.Ordinal) { ["--seeds"] = 500, ["--first"] = 1 };

switch (args)
{
    case ["order", .. var rest] when Arguments.TryRead(rest, order):
        return await OrderVerb.RunAsync(order["--first"], order["--seeds"], Console.Out, stop.Token);
    case ["faults", .. var rest] when Arguments.TryRead(without is null ? rest : rest[..^2], faults) && (without is null || FaultsVerb.Protections.Contains(without)):
        return await FaultsVerb.RunAsync(faults["--first"], faults["--seeds"], without, Console.Out, stop.Token);
    case ["burst", .. var rest] when Arguments.TryRead(rest, "--events", 1000, out var events):
        return await BurstVerb.RunAsync(events, Console.Out, stop.Token);
    case ["outage", .. var rest] when Arguments.TryRead(rest, "--events", 120, out var events):
        return await OutageVerb.RunAsync(events, Console.Out, stop.Token);
    case ["waves", .. var rest] when Arguments.TryRead(rest, "--projects", 1000, out var projects):
        return await WavesVerb.RunAsync(projects, Console.Out, stop.Token);
    default:
        await Console.Error.WriteLineAsync("""
            Usage: dotnet run -c Release --project GitLabJira.Benchmarks -- order [--seeds 500] [--first 1]
                     changes of many projects, with hooks, reads and Jira in disorder: does Jira end up with what GitLab holds? 25 seeds live in one world.
                   dotnet run -c Release --project GitLabJira.Benchmarks -- faults [--seeds 25] [--first 1] [--without PROTECTION]
                     changes while GitLab, Jira, storage, vault, clocks and processes fail: is an acknowledged event lost, is anything wrong in the end?
                     Without one of these protections the answer must be yes:
                       stored-first      an event is in durable storage before GitLab hears 200
                       asked-again       what GitLab could not answer is asked of it again
                       second-looks      what a lagging replica may have answered is read once more
                       kept-until-taken  what Jira did not take stays in the outbox
                       sweep             a site that somebody left with a full outbox is found again
                   dotnet run -c Release --project GitLabJira.Benchmarks -- waves [--projects 1000]
                     the initial sync of many projects: histories and memory, wave by wave
                   dotnet run -c Release --project GitLabJira.Benchmarks -- burst [--events 1000]
                     calls to Jira for a wave of 20 small projects, and for many small events of one link within seconds
                   dotnet run -c Release --project GitLabJira.Benchmarks -- outage [--events 120]
                     an hour of 429 and 503 at one site of three: does everything arrive, and do the others notice?
            """);
        return 2;
}
