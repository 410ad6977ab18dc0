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

    /// <returns>A line for each step, indented.</returns>
    public async Task<IReadOnlyList<string>> TrailAsync(string linkId, GitLabProject project, string difference, CancellationToken cancellationToken)
    {
        if (Query(project, difference) is not { } query)
        {
            return [];
        }

        var answer = await _world.CallAsync(
            () => _admin.CallAsync(HttpMethod.Get, $"configuration/trail?link={linkId}&query={Uri.EscapeDataString(query)}", body: null, cancellationToken), cancellationToken);
        var steps = answer.Body?["steps"]?.AsArray() ?? [];
        return [$"trail of {query}: {answer.Reason}", .. steps.Select(step => $"  {step!["at"]} {step["text"]} {step["keys"]?.ToJsonString()} {step["sequence"]} {step["lane"]} {step["cause"]}")];
    }

    private static string? Query(GitLabProject project, string difference)
    {
        if (Entity().Match(difference) is not { Success: true } match)
        {
            return null;
        }

        var (kind, name) = (match.Groups["kind"].Value, match.Groups["name"].Value);

        return kind switch
        {
            "!" => $"{project.FullPath}!{name}",
            "build " => "pipeline:" + Number(project.Pipelines.Values.First(pipeline => Number(pipeline.Iid) == name).Id),
            "deployment " => "deployment:" + Number(project.Deployments.Values.First(deployment => Number(deployment.Iid) == name).Id),
            _ => $"{kind.Trim()}:{name}",
        };
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("(?<kind>!|build |deployment |commit |branch |flag )(?<name>[^ :]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Entity();
}
