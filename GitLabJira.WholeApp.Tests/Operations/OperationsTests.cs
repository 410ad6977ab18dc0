using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure;
using Azure.Data.Tables;
using GitLabJira.Operator;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;
using GitLabJira.Sandbox.World;
using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace GitLabJira.WholeApp.Tests.Operations;

/// <summary>An operator finds out why something does not show, and brings back what nobody could process. The story is told once; each test looks at a part of it.</summary>
[TestClass]
public sealed class OperationsTests
{
    private const string Key = "let-the-operator-in";

    /// <summary>What stands in GitLab's texts and names, and must stand in no row that is kept in clear.</summary>
    private static readonly string[] Texts = ["anvil", "handle", "sweep", "olivia", "Olivia", "@"];

    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["Functions__Keys__default"] = Key,
        // What a failure leaves behind is to be seen before it is repaired.
        ["Reconcile__Shortest"] = "1.00:00:00",
        ["Reconcile__Longest"] = "1.00:00:00",
    };

    private static readonly Dictionary<string, JsonNode> Trails = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, (HttpStatusCode Status, JsonNode? Body)> Calls = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, (int Exit, string Screen)> Screens = new(StringComparer.Ordinal);
    private static readonly List<string> Rows = [];
    private static (int Before, int Failed, int Replayed) _differences;
    private static string _keyed = "";

    [ClassInitialize]
    public static async Task TellAsync(TestContext test)
    {
        var cancellationToken = test.CancellationToken;
        await using var world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 1, Settings = Settings }, cancellationToken);
        using var admin = await JiraAdmin.ReadyAsync(world, "olivia", cancellationToken);
        var link = await admin.LinkedAsync(world.GitLab.State.Group("acme").Id, cancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(3), cancellationToken);
        var since = world.Clock.GetUtcNow();
        var project = world.GitLab.State.Project("acme/shop/checkout");

        world.GitLab.Push("olivia", project.Id, "SHOP-1-anvil", "SHOP-1 Give the anvil a handle");
        var keyed = world.GitLab.OpenMergeRequest("olivia", project.Id, new NewMergeRequest("SHOP-1-anvil", "SHOP-1 Give the anvil a handle"));
        _keyed = keyed.Iid.ToString(CultureInfo.InvariantCulture);
        world.GitLab.Push("olivia", project.Id, "sweep", "Sweep the floor");
        var keyless = world.GitLab.OpenMergeRequest("olivia", project.Id, new NewMergeRequest("sweep", "Sweep the floor"));
        await world.AdvanceAsync(TimeSpan.FromMinutes(4), cancellationToken);

        foreach (var (name, query) in new[]
        {
            ("issue", "SHOP-1"), ("keyed", $"{world.GitLab.BaseUrl.TrimEnd('/')}/acme/shop/checkout/-/merge_requests/{keyed.Iid}"), ("keyless", $"acme/shop/checkout!{keyless.Iid}"), ("branch", "branch:sweep"),
            ("commit", world.GitLab.State.Projects[project.Id].Branches["sweep"].Sha), ("unknown", "SHOP-999"), ("senseless", "https://gitlab.com/"),
        })
        {
            Trails[name] = (await admin.CallAsync(HttpMethod.Get, $"configuration/trail?link={link}&query={Uri.EscapeDataString(query)}", body: null, cancellationToken)).Body!;
        }

        _differences.Before = Differences(world, project.Id, since);
        await FailAsync(world, link, project.Id, keyed, since, cancellationToken);
        await UseToolAsync(world, link, keyed.Iid, cancellationToken);
        await KeepRowsAsync(world, cancellationToken);
    }

    [TestMethod]
    [DataRow("keyed")]
    [DataRow("issue")]
    public void Tells_what_became_of_a_merge_request_from_the_hook_to_Jiras_answer(string name)
    {
        // The issue has merge requests of the seed as well.
        var steps = Steps(name, "merge_request", _keyed);

        Assert.AreEqual("listed", (string?)Trails[name]["reason"]);
        Assert.AreEqual("received read keys_found handed_over sent", string.Join(' ', steps.Take(5).Select(step => (string?)step["reason"])));
        Assert.AreEqual("SHOP-1", (string?)steps.First(step => (string?)step["reason"] == "keys_found")["keys"]![0]);
        Assert.AreEqual((long?)steps.First(step => (string?)step["reason"] == "handed_over")["sequence"], (long?)steps.First(step => (string?)step["reason"] == "sent")["sequence"]);
    }

    [TestMethod]
    public void Tells_of_an_issue_all_that_names_it() =>
        CollectionAssert.AreEquivalent(new[] { "branch", "commit", "merge_request" }, Trails["issue"]["entities"]!.AsArray().Select(entity => (string?)entity!["kind"]).Distinct().ToArray());

    [TestMethod]
    [DataRow("keyless", "merge_request")]
    [DataRow("branch", "branch")]
    [DataRow("commit", "commit")]
    public void Tells_why_nothing_was_sent(string name, string kind)
    {
        var last = Steps(name, kind)[^1];

        Assert.AreEqual("no_key", (string?)last["reason"]);
        Assert.AreEqual("Nothing is sent: it names no issue key, and Jira holds nothing of it.", (string?)last["text"]);
    }

    [TestMethod]
    public void Answers_with_hints_when_nothing_is_known_and_with_the_field_when_nobody_can_tell_what_is_meant()
    {
        Assert.AreEqual("nothing_known", (string?)Trails["unknown"]["reason"]);
        Assert.IsNotEmpty(Trails["unknown"]["hints"]!.AsArray());
        Assert.AreEqual("bad_field query", $"{Trails["senseless"]["reason"]} {Trails["senseless"]["field"]}");
    }

    [TestMethod]
    public void Keeps_an_event_that_nobody_could_process_with_its_reason()
    {
        var failure = Calls["list"].Body!["failures"]!.AsArray().Single()!;

        Assert.AreEqual("gitlab-events hook 1", $"{failure["queue"]} {failure["kind"]} {failure["times"]}");
        Assert.StartsWith("InvalidOperationException", (string)failure["why"]!);
        Assert.IsNotNull((string?)failure["deliveryId"]);
        Assert.AreEqual(HttpStatusCode.OK, Calls["show"].Status);
    }

    [TestMethod]
    public void Brings_it_to_Jira_when_it_is_replayed()
    {
        Assert.AreEqual(HttpStatusCode.Accepted, Calls["replay"].Status);
        Assert.AreEqual(HttpStatusCode.NotFound, Calls["replay again"].Status);
        Assert.AreEqual(0, Calls["list after"].Body!["failures"]!.AsArray().Count);
        Assert.AreEqual((0, 1, 0), _differences);
    }

    [TestMethod]
    public void Lets_nobody_in_without_a_key_and_names_bad_fields()
    {
        Assert.AreEqual(HttpStatusCode.Unauthorized, Calls["no key"].Status);
        Assert.AreEqual("bad_field queue", $"{Calls["bad queue"].Body!["reason"]} {Calls["bad queue"].Body!["field"]}");
        Assert.AreEqual("bad_field limit", $"{Calls["bad limit"].Body!["reason"]} {Calls["bad limit"].Body!["field"]}");
    }

    [TestMethod]
    public void Shows_links_and_sites()
    {
        Assert.AreEqual("acme active", $"{Calls["links"].Body!["links"]![0]!["groupPath"]} {Calls["links"].Body!["links"]![0]!["state"]}");
        Assert.AreEqual("installed", (string?)Calls["sites"].Body!["sites"]![0]!["state"]);
    }

    [TestMethod]
    [DataRow("poison list", 0, "Nothing has failed.")]
    [DataRow("poison show", 1, "There is no such failure")]
    [DataRow("poison replay", 1, "Name the id of a failure, or --all.")]
    [DataRow("trail", 0, "Sent: Jira took it.")]
    [DataRow("links", 0, "/acme")]
    [DataRow("sites", 0, "installed")]
    public void Has_a_tool_that_shows_the_same(string verb, int exit, string shown)
    {
        Assert.AreEqual(exit, Screens[verb].Exit, Screens[verb].Screen);
        Assert.Contains(shown, Screens[verb].Screen);
    }

    [TestMethod]
    public void Keeps_no_text_and_no_name_in_clear()
    {
        Assert.IsTrue(Rows.Exists(row => row.Contains("SHOP-1", StringComparison.Ordinal)), "The rows were read.");
        Assert.AreEqual("", string.Join('\n', Rows.Where(row => Texts.Any(text => row.Contains(text, StringComparison.Ordinal)))));
    }

    /// <summary>A row of the app is spoilt, an event that needs it fails, the row is repaired, the event replayed.</summary>
    private static async Task FailAsync(SandboxWorld world, string link, long project, MergeRequest keyed, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var sent = new TableServiceClient(world.Storage.ConnectionString).GetTableClient("Sent");
        var id = keyed.Id.ToString(CultureInfo.InvariantCulture);
        var row = await sent.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"RowKey eq {"MergeRequest!" + id}"), cancellationToken: cancellationToken).SingleAsync(cancellationToken);
        var sequence = row["Sequence"];
        row["Sequence"] = "spoilt";
        await sent.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Replace, cancellationToken);

        world.GitLab.CloseMergeRequest("olivia", project, keyed.Iid);
        await world.AdvanceAsync(TimeSpan.FromMinutes(3), cancellationToken);
        _differences.Failed = Math.Min(1, Differences(world, project, since));

        using var http = new HttpClient { BaseAddress = world.App };
        await CallAsync(http, "no key", HttpMethod.Get, "operations/failures", cancellationToken);
        http.DefaultRequestHeaders.Add("x-functions-key", Key);
        await CallAsync(http, "bad queue", HttpMethod.Get, "operations/failures?queue=other", cancellationToken);
        await CallAsync(http, "bad limit", HttpMethod.Get, "operations/failures?limit=0", cancellationToken);
        await CallAsync(http, "list", HttpMethod.Get, $"operations/failures?queue=gitlab-events&link={link}", cancellationToken);
        var failure = (string?)Calls["list"].Body?["failures"]?.AsArray().FirstOrDefault()?["id"];
        await CallAsync(http, "show", HttpMethod.Get, $"operations/failures/{failure}", cancellationToken);

        row["Sequence"] = sequence;
        await sent.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Replace, cancellationToken);
        await CallAsync(http, "replay", HttpMethod.Post, $"operations/failures/{failure}/replay", cancellationToken);
        await CallAsync(http, "replay again", HttpMethod.Post, $"operations/failures/{failure}/replay", cancellationToken);
        await world.AdvanceAsync(TimeSpan.FromMinutes(3), cancellationToken);
        _differences.Replayed = Differences(world, project, since);
        await CallAsync(http, "list after", HttpMethod.Get, "operations/failures", cancellationToken);
        await CallAsync(http, "links", HttpMethod.Get, "operations/links", cancellationToken);
        await CallAsync(http, "sites", HttpMethod.Get, "operations/sites", cancellationToken);
    }

    private static async Task CallAsync(HttpClient http, string name, HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        Calls[name] = (response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) : null);
    }

    private static async Task UseToolAsync(SandboxWorld world, string link, long iid, CancellationToken cancellationToken)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobsStorage", world.Storage.ConnectionString)]).Build();

        foreach (var (verb, args) in new (string, string[])[]
        {
            ("poison list", ["poison", "list"]), ("poison show", ["poison", "show", "00000000000000000000000000000000"]), ("poison replay", ["poison", "replay"]),
            ("trail", ["trail", $"!{iid}", "--link", link]), ("links", ["links"]), ("sites", ["sites"]),
        })
        {
            await using var text = new StringWriter();
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
            console.Profile.Width = 240;
            var exit = await OperatorTool.RunAsync(args, settings, world.Clock, console, cancellationToken);
            Screens[verb] = (exit, text.ToString());
        }
    }

    private static async Task KeepRowsAsync(SandboxWorld world, CancellationToken cancellationToken)
    {
        var service = new TableServiceClient(world.Storage.ConnectionString);

        await foreach (var table in service.QueryAsync(cancellationToken: cancellationToken))
        {
            if (table.Name.StartsWith("Trail", StringComparison.Ordinal) || table.Name.StartsWith("Attempts", StringComparison.Ordinal) || table.Name == "Failures")
            {
                await foreach (var row in service.GetTableClient(table.Name).QueryAsync<TableEntity>(cancellationToken: cancellationToken))
                {
                    Rows.Add(string.Join(' ', row.Where(column => column.Key != "odata.etag").Select(column => $"{column.Key}={column.Value}")));
                }
            }
        }
    }

    private static int Differences(SandboxWorld world, long project, DateTimeOffset since) => new Truth(world.Jira).Differences(world.GitLab.State.Projects[project], since).Count;

    private static List<JsonNode> Steps(string name, string kind, string? number = null)
    {
        var entities = Trails[name]["entities"]?.AsArray() ?? throw new InvalidOperationException(Trails[name].ToJsonString(JsonSerializerOptions.Web));
        return [.. Trails[name]["steps"]!.AsArray().Where(step => step!["entity"] is { } entity && IsMeant(entities[(int)entity]!)).Select(step => step!)];

        bool IsMeant(JsonNode entity) => (string?)entity["kind"] == kind && (number is null || (string?)entity["name"] == number);
    }
}
