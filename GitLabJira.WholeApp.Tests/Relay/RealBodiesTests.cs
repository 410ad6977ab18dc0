using System.Text;
using System.Text.RegularExpressions;
using Azure.Storage.Queues;
using GitLabJira.Functions.Tests.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.Faults;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.Jira.Store;
using GitLabJira.Sandbox.World;

namespace GitLabJira.WholeApp.Tests.Relay;

/// <summary>
/// Bodies that real GitLab servers sent, where they lie beside the repository, on their whole way through the app. Their projects stand in a linked group and all their texts name an issue, so that
/// all of it is for Jira; but none of them can be read, so that the app must make do with what the bodies say.
/// </summary>
[TestClass]
public sealed partial class RealBodiesTests(TestContext test)
{
    private const string Group = "acme";
    private const string Key = "SHOP-7";

    /// <summary>Parts of a body, made by hand: which merge request or project they are about, they do not say.</summary>
    private static readonly string[] Fragments = ["merge-request-update-reviewers-3 400", "pipeline-5 400"];

    [TestMethod]
    public async Task Every_body_is_taken_and_what_it_leads_to_keeps_to_Jiras_limits()
    {
        var bodies = SharedPayloads.Files("*.json").Where(IsOfHook).ToList();

        if (bodies.Count == 0)
        {
            test.WriteLine("No real bodies on this machine.");
            return;
        }

        await using var world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 1, Seed = Seed.Small() }, test.CancellationToken);
        using var admin = await JiraAdmin.ReadyAsync(world, "olivia", test.CancellationToken);
        await admin.LinkedAsync(world.GitLab.State.Group(Group).Id, test.CancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(3), test.CancellationToken);
        var before = world.Jira.State.All().Select(entity => entity.Key).ToHashSet();
        world.GitLab.Faults.Add(new Fault("/api/v4/projects/*", FaultKind.Status) { Status = 403 });

        var refused = new List<string>();

        foreach (var body in bodies)
        {
            if (await DeliverAsync(world, InGroup(await File.ReadAllTextAsync(body, test.CancellationToken))) is not (200 or 202) and var status)
            {
                refused.Add($"{Path.GetFileNameWithoutExtension(body)} {status}");
            }

            // Servers that know nothing of each other gave projects the same ids. What one of them says must be at Jira before the next one speaks, else one request holds both: a busy site's news waits 2 s.
            await world.AdvanceAsync(TimeSpan.FromSeconds(5), test.CancellationToken);
        }

        await world.AdvanceAsync(TimeSpan.FromMinutes(30), test.CancellationToken);

        Assert.AreSequenceEqual(Fragments, refused);
        Assert.IsEmpty(await PoisonedAsync(world));
        Assert.IsEmpty(world.Jira.Violations, string.Join('\n', world.Jira.Violations));
        var kinds = world.Jira.State.All().Where(entity => !before.Contains(entity.Key)).Select(entity => entity.Key.Kind).Distinct();

        // What a deployment brought cannot be known without reading.
        Assert.AreSequenceEqual(Enum.GetValues<EntityKind>().Except([EntityKind.Deployment]).Order(), kinds.Order());
    }

    private static bool IsOfHook(string file) => Path.GetFileName(file) is var name && !name.StartsWith("rest-", StringComparison.Ordinal) && !name.StartsWith("graphql-", StringComparison.Ordinal);

    private static string InGroup(string body) => Place().Replace(Text().Replace(body, match => $"{match.Value}{Key} "), match => $"{match.Value}{Group}/");

    private async Task<int> DeliverAsync(SandboxWorld world, string body)
    {
        var hook = world.GitLab.State.Hooks.Values.Single();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Gitlab-Token", hook.Token);
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var answer = await http.SendAsync(request, test.CancellationToken);
        return (int)answer.StatusCode;
    }

    private async Task<List<string>> PoisonedAsync(SandboxWorld world)
    {
        var service = new QueueServiceClient(world.Storage.ConnectionString);
        var poisoned = new List<string>();

        await foreach (var queue in service.GetQueuesAsync(cancellationToken: test.CancellationToken))
        {
            if (queue.Name.EndsWith("-poison", StringComparison.Ordinal) && (await service.GetQueueClient(queue.Name).PeekMessagesAsync(32, test.CancellationToken)).Value is { Length: > 0 } messages)
            {
                poisoned.Add($"{queue.Name}: {messages.Length}");
            }
        }

        return poisoned;
    }

    [GeneratedRegex("\"(title|message|description)\": \"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Text();

    [GeneratedRegex("\"path_with_namespace\": \"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
