using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Tests.Relay;
using GitLabJira.Functions.Tests.Storage;
using GitLabJira.Functions.Trail;
using GitLabJira.Functions.Trail.Reading;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.Trail.Reading;

[TestClass]
public sealed class TrailReaderTests
{
    private readonly CancellationToken _cancel;
    private readonly StubTables _stub = new();
    private readonly FakeTimeProvider _clock = new(Samples.Now);
    private readonly SiteStore _sites;
    private readonly TrailStore _trail;
    private readonly TrailReader _reader;

    public TrailReaderTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        var projects = new Mock<IProjects>();
        projects.Setup(p => p.ListAsync(Samples.Link.Id, It.IsAny<CancellationToken>()))
            .Returns(new[] { new LinkedProject(Samples.Link.Id, 7, "acme/anvil", HookId: null, LastResult: null), new LinkedProject(Samples.Link.Id, 8, "acme/hammer", HookId: null, LastResult: null) }.ToAsyncEnumerable());
        _sites = new SiteStore(_stub.Tables, _clock);
        _trail = new TrailStore(_stub.Tables, _clock, NullLogger<TrailStore>.Instance);
        _reader = new TrailReader(_stub.Tables, projects.Object, new TrailHints(_sites, _clock), _clock);
    }

    [TestMethod]
    public async Task Tells_a_merge_requests_way_over_midnight_in_order()
    {
        var entity = MergeRequest(7, 12);
        await NoteAsync(entity, TrailEvent.HandedOver, note => note with
        {
            Cause = "merge_request",
            DeliveryId = "d-1",
            ReceivedAt = _clock.GetUtcNow().AddSeconds(-2),
            Sight = TrailSight.Present,
            Keys = ["ABC-1"],
            Sequence = 5,
            Lane = Lane.Live,
        });
        _clock.Advance(TimeSpan.FromHours(20));
        await NoteAsync(entity, TrailEvent.Sent, note => note with { Keys = ["ABC-1"], Sequence = 5 });

        var byIssue = await AskAsync("ABC-1");
        var byNumber = await AskAsync("https://gitlab.example/acme/anvil/-/merge_requests/12");

        Assert.AreEqual("received read keys_found handed_over sent", Reasons(byIssue));
        Assert.AreEqual(Reasons(byIssue), Reasons(byNumber));
        Assert.AreEqual(new TrailEntity("merge_request", 7, "acme/anvil", "1012", "12"), byNumber.Entities.Single());
        Assert.AreEqual("GitLab sent a hook of kind merge_request (delivery d-1).", byNumber.Steps[0].Text);
        Assert.AreEqual("Keys found: ABC-1.", byNumber.Steps[2].Text);
        Assert.IsEmpty(byNumber.Hints);
    }

    [TestMethod]
    [DataRow("!12", "acme/anvil acme/hammer")]
    [DataRow("acme/hammer!12", "acme/hammer")]
    [DataRow("fix", "acme/anvil")]
    [DataRow("dark", "acme/anvil")]
    [DataRow("1234567", "acme/anvil")]
    [DataRow("pipeline:500", "acme/anvil")]
    [DataRow("https://gitlab.example/acme/anvil/-/environments/9", "acme/anvil")]
    [DataRow("https://gitlab.example/acme/anvil/-/deployments/4", "acme/anvil")]
    [DataRow("https://gitlab.example/acme/anvil/-/deployments/5", "")]
    [DataRow("!1", "")]
    [DataRow("fixed", "")]
    public async Task Finds_an_entity_by_what_GitLab_calls_it(string query, string projects)
    {
        var link = Samples.Link;
        await NoteAsync(MergeRequest(7, 12), TrailEvent.NoKey);
        await NoteAsync(MergeRequest(8, 12), TrailEvent.NoKey);
        await NoteAsync(EntityRefs.Branch(link, 7, "fix"), TrailEvent.NoKey);
        await NoteAsync(EntityRefs.FeatureFlag(link, 7, "dark"), TrailEvent.NoKey);
        await NoteAsync(EntityRefs.Commit(link, 7, "1234567890123456789012345678901234567890"), TrailEvent.NoKey);
        await NoteAsync(new EntityRef(link, 7, EntityKind.Build, "7-main/3", "500"), TrailEvent.NoKey);
        await NoteAsync(new EntityRef(link, 7, EntityKind.Deployment, "500/9/4", "70"), TrailEvent.NoKey);

        var answer = await AskAsync(query);

        Assert.AreEqual(projects, string.Join(' ', answer.Entities.Select(entity => entity.Project).Order(StringComparer.Ordinal)));
        Assert.AreEqual(projects.Length == 0 ? TrailReasons.NothingKnown : TrailReasons.Listed, answer.Reason);
    }

    [TestMethod]
    public async Task Tells_how_many_were_repaired_since()
    {
        await NoteAsync(MergeRequest(7, 12), TrailEvent.Unread);
        _clock.Advance(TimeSpan.FromMinutes(15));
        _trail.Add(new TrailNote { Subject = TrailSubject.OfLink(Samples.Link.Id), Event = TrailEvent.Repaired, Count = 3 });
        await _trail.WriteAsync();

        var last = (await AskAsync("!12")).Steps[^1];

        Assert.AreEqual((null, "Compared with GitLab: 3 repaired."), (last.Entity, last.Text));
    }

    [TestMethod]
    public async Task Keeps_deployments_apart_that_were_never_read()
    {
        await NoteAsync(EntityRefs.Deployment(Samples.Link, 7, 70), TrailEvent.Unread);
        await NoteAsync(EntityRefs.Deployment(Samples.Link, 7, 71), TrailEvent.NothingToShow);

        Assert.AreEqual("nothing_to_show", Reasons(await AskAsync("deployment:71")));
    }

    [TestMethod]
    public async Task Says_what_what_was_handed_over_waits_for()
    {
        var state = (await _sites.TryTakeAsync("client", new SiteState(), direct: false, _cancel))!.State;
        await _sites.WriteAsync("client", state with { NotBefore = _clock.GetUtcNow().AddMinutes(9), Reason = JiraFailure.RateLimited }, _cancel);
        await NoteAsync(MergeRequest(7, 12), TrailEvent.HandedOver);

        var answer = await AskAsync("!12");

        Assert.AreEqual("What was handed over last waits in the outbox. The Jira site is left alone until 2026-11-01 10:09:10 UTC, since it limits our requests.", string.Join(' ', answer.Hints));
    }

    [TestMethod]
    [DataRow("https://other.example/acme/anvil/-/merge_requests/12", "The link is with https://gitlab.example; the address is of another server.")]
    [DataRow("umbrella/anvil!12", "The project is not below the linked group acme.")]
    [DataRow("acme/new!12", "No sync has listed a project of this path yet. If it is new, its first event or the next sync brings it.")]
    [DataRow("ABC-9", "The trail goes back 14 days.")]
    public async Task Answers_with_hints_when_nothing_is_known(string query, string hint)
    {
        var answer = await AskAsync(query, Samples.Link with { State = LinkState.HookRemoved });

        Assert.AreEqual(TrailReasons.NothingKnown, answer.Reason);
        Assert.AreEqual(hint, answer.Hints[0]);
        Assert.AreEqual(!query.StartsWith("https", StringComparison.Ordinal), answer.Hints.Contains("The link's webhook was removed in GitLab: no events come."));
    }

    [TestMethod]
    public void Has_a_sentence_for_every_event()
    {
        foreach (var what in Enum.GetValues<TrailEvent>())
        {
            var step = TrailSteps.Of(new TrailNote { Subject = TrailSubject.OfLink(Samples.Link.Id), Event = what }, Samples.Now, entity: null).Single();

            Assert.IsTrue(step.Text.EndsWith('.'), $"{what}: {step.Text}");
            Assert.MatchesRegex("^[a-z_]+$", step.Reason);
        }
    }

    private static EntityRef MergeRequest(long project, long iid) => EntityRefs.MergeRequest(Samples.Link, project, 1000 + ((project - 7) * 100) + iid, iid);

    private static string Reasons(TrailAnswer answer) => string.Join(' ', answer.Steps.Select(step => step.Reason));

    private async Task NoteAsync(EntityRef entity, TrailEvent what, Func<TrailNote, TrailNote>? more = null)
    {
        var note = new TrailNote { Subject = TrailSubject.Of(entity), Event = what };
        _trail.Add(more?.Invoke(note) ?? note);
        await _trail.WriteAsync();
    }

    private Task<TrailAnswer> AskAsync(string query, Link? link = null) => _reader.ReadAsync(link ?? Samples.Link, TrailQuery.Parse(query)!, _cancel);
}
