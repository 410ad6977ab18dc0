using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.World.Faults;

/// <summary>What people do after a bad night: an operator replays what failed, and an admin asks the app why something does not show.</summary>
internal sealed partial class FaultInquiry : IDisposable
{
    public const string Key = "after-a-bad-night";

    private readonly SandboxWorld _world;
    private readonly JiraAdmin _admin;
    private readonly HttpClient _operator;

    public FaultInquiry(SandboxWorld world, JiraAdmin admin)
    {
        _world = world;
        _admin = admin;
        _operator = new HttpClient { BaseAddress = world.App };
        _operator.DefaultRequestHeaders.Add("x-functions-key", Key);
    }

    public void Dispose() => _operator.Dispose();

    /// <returns>Each failure with its reason.</returns>
    public async Task<IReadOnlyList<string>> ReplayAsync(CancellationToken cancellationToken)
    {
        var listed = JsonNode.Parse(await _operator.GetStringAsync(new Uri("operations/failures?limit=1000", UriKind.Relative), cancellationToken))!;
        using var replayed = await _operator.PostAsync(new Uri("operations/failures/replay", UriKind.Relative), content: null, cancellationToken);
        replayed.EnsureSuccessStatusCode();
        return [.. listed["failures"]!.AsArray().Select(failure => $"replayed: {failure!["queue"]} {failure["kind"]}, {failure["why"]}")];
    }

    /// <summary>Presses "Try failed projects again" where the page offers it.</summary>
    public async Task RetryAsync(string linkId, CancellationToken cancellationToken)
    {
        foreach (var run in (await ListAsync($"configuration/links/{linkId}/runs", "runs", cancellationToken)).Take(1).Where(run => (int)run["failed"]! > 0))
        {
            await _world.CallAsync(() => _admin.CallAsync(HttpMethod.Post, $"configuration/links/{linkId}/runs/{run["id"]}/retry", new { }, cancellationToken), cancellationToken);
        }
    }

    /// <returns>A line for each sync of the link, and for each project of it that failed.</returns>
    public async Task<IReadOnlyList<string>> RunsAsync(string linkId, CancellationToken cancellationToken)
    {
        var lines = new List<string>();

        foreach (var run in await ListAsync($"configuration/links/{linkId}/runs", "runs", cancellationToken))
        {
            lines.Add($"run {run["id"]} of link {linkId}: {run["state"]} {run["why"]}");
            lines.AddRange((await ListAsync($"configuration/links/{linkId}/runs/{run["id"]}/projects", "projects", cancellationToken)).Select(project => $"  {project["path"]}: {project["state"]} {project["error"]}"));
        }

        return lines;
    }

    /// <returns>A line for each step, indented.</returns>
    public async Task<IReadOnlyList<string>> TrailAsync(string linkId, GitLabProject project, string difference, CancellationToken cancellationToken)
    {
        var lines = new List<string>();

        foreach (var query in Queries(project, difference))
        {
            lines.Add($"trail of {query}:");
            lines.AddRange((await ListAsync($"configuration/trail?link={linkId}&query={Uri.EscapeDataString(query)}", "steps", cancellationToken))
                .Select(step => $"  {step["at"]} {step["text"]} {step["keys"]?.ToJsonString()} {step["sequence"]} {step["lane"]} {step["cause"]}"));
        }

        return lines;
    }

    private async Task<IEnumerable<JsonNode>> ListAsync(string path, string field, CancellationToken cancellationToken)
    {
        var answer = await _world.CallAsync(() => _admin.CallAsync(HttpMethod.Get, path, body: null, cancellationToken), cancellationToken);
        return (answer.Body?[field]?.AsArray() ?? []).Select(one => one!);
    }

    private static IEnumerable<string> Queries(GitLabProject project, string difference)
    {
        if (Entity().Match(difference) is not { Success: true } match)
        {
            return [];
        }

        var (kind, name) = (match.Groups["kind"].Value, match.Groups["name"].Value);

        return kind switch
        {
            "!" => [OfMergeRequest(long.Parse(name, CultureInfo.InvariantCulture))],
            "build " => OfBuild(project.Pipelines.Values.First(pipeline => Number(pipeline.Iid) == name)),
            "deployment " => ["deployment:" + Number(project.Deployments.Values.First(deployment => Number(deployment.Iid) == name).Id)],
            _ => [$"{kind.Trim()}:{name}"],
        };

        string OfMergeRequest(long iid) => $"{project.FullPath}!{Number(iid)}";

        // Its keys come from merge requests.
        IEnumerable<string> OfBuild(Pipeline pipeline) =>
            [$"pipeline:{Number(pipeline.Id)}", .. project.MergeRequests.Values.Where(m => m.SourceBranch == pipeline.Ref || m.Iid == pipeline.MergeRequestIid).Select(m => OfMergeRequest(m.Iid))];
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("(?<kind>!|build |deployment |commit |branch |flag )(?<name>[^ :]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Entity();
}
