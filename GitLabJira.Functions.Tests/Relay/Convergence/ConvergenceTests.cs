using System.Globalization;
using System.Text;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.InitialSync;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Tests.Storage;
using GitLabJira.Functions.Tests.Trail;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Moq;

namespace GitLabJira.Functions.Tests.Relay.Convergence;

/// <summary>Whatever is late, doubled, shuffled or read from a lagging replica: in the end Jira holds what GitLab holds.</summary>
[TestClass]
public sealed class ConvergenceTests(TestContext test)
{
    private const int Changes = 40;

    [TestMethod]
    [DataRow(1, 20)]
    [DataRow(101, 20)]
    [DataRow(201, 20)]
    public void Jira_holds_in_the_end_what_GitLab_holds(int firstSeed, int seeds)
    {
        var wrong = Enumerable.Range(firstSeed, seeds).Select(seed => Run(seed)).OfType<string>().ToList();

        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong.Take(5)));
    }

    private string? Run(int seed)
    {
        // A seed must give the same run everywhere.
#pragma warning disable CA5394
        var random = new Random(seed);
#pragma warning restore CA5394
        var time = new SimulatedTime(Samples.Now);
        var gitLab = new SimulatedGitLab(time, random);
        var jira = new SimulatedJira(time, random);
        var team = new SimulatedTeam(time, gitLab, random);
        var link = Samples.Link with { HookedAt = time.Now };
        var events = Events(time, gitLab, jira, () => link);
        team.Begin();

        var at = time.Now;

        for (var change = 0; change < Changes; change++)
        {
            at += TimeSpan.FromMilliseconds(random.Next(3) == 0 ? 0 : random.Next(0, 20_000));
            time.At(at, () =>
            {
                foreach (var body in team.Act())
                {
                    Deliver(time, random, events, body);
                }

                return Task.CompletedTask;
            });
        }

        time.At(Samples.Now.AddSeconds(random.Next(0, 300)), async () =>
        {
            link = link with { ActiveRunId = "run" };
            var tools = new ReadingTools(gitLab, gitLab, Mock.Of<IGitLabCiReader>(MockBehavior.Strict), jira, jira, jira.Looks!, Mock.Of<ILookLog>(), time.Clock);
            var plan = new SyncPlan { Kinds = [SyncKind.MergeRequests, SyncKind.Branches, SyncKind.Commits], WindowDays = 30 };
            var job = new ReadingJob(link, SimulatedGitLab.Project, plan, Samples.Now.AddDays(-30));
            await new ProjectReading(tools, job, new ProjectCursor { HookedAt = Samples.Now.AddSeconds(60) }, _ => Task.FromResult(true)).RunAsync(CancellationToken.None);
            link = link with { ActiveRunId = null };
        });

        time.Run();
        test.WriteLine($"Seed {seed}: {gitLab.Reads} reads, {jira.Changes} changes at Jira.");
        return Compare(gitLab.Now, jira, team, link) is { Count: > 0 } differences ? $"Seed {seed}: {string.Join("; ", differences)}" : null;
    }

    /// <summary>Late, and sometimes twice.</summary>
    private static void Deliver(SimulatedTime time, Random random, EventTranslation events, string body)
    {
        for (var copies = random.Next(4) == 0 ? 2 : 1; copies > 0; copies--)
        {
            var header = new MessageHeader { Id = "hook", Kind = "hook", LinkId = Samples.Link.Id, ClientKey = "client", Epoch = Samples.Link.Epoch };
            var bytes = Encoding.UTF8.GetBytes(body);
            time.At(time.Now.AddMilliseconds(random.Next(0, random.Next(2) == 0 ? 2_000 : 120_000)), () =>
                events.TranslateAsync(new OpenedMessage(header with { ReceivedAt = time.Now.ToUnixTimeMilliseconds() }, bytes), CancellationToken.None));
        }
    }

    private static EventTranslation Events(SimulatedTime time, SimulatedGitLab gitLab, SimulatedJira jira, Func<Link> link)
    {
        var links = new Mock<ILinks>();
        links.Setup(l => l.FindAsync(Samples.Link.Id, It.IsAny<bool>(), It.IsAny<CancellationToken>())).ReturnsAsync(() => (LinkLookup.Known, link()));
        var installations = new Mock<IInstallations>();
        installations.Setup(i => i.FindAsync("client", It.IsAny<bool>(), It.IsAny<CancellationToken>())).ReturnsAsync(new Installation
        {
            ClientKey = "client",
            BaseUrl = new Uri("https://jira.example"),
            State = InstallationState.Installed,
            Epoch = 1,
            GitLabHost = new Uri("https://gitlab.example"),
            SharedSecret = "secret",
        });

        EventTranslation? events = null;
        var queue = new Mock<IMessageQueue>();
        queue
            .Setup(q => q.SendAsync(QueueNames.GitLabEvents, It.IsAny<MessageHeader>(), It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<TimeSpan?>(), It.IsAny<CancellationToken>()))
            .Callback((string _, MessageHeader header, ReadOnlyMemory<byte> body, TimeSpan? delay, CancellationToken token) =>
            {
                var copy = body.ToArray();
                time.At(time.Now + (delay ?? TimeSpan.Zero), () => events!.TranslateAsync(new OpenedMessage(header, copy), token));
            })
            .Returns(Task.CompletedTask);

        var log = new SimulatedLookLog(time);
        var looks = new LookQueue(queue.Object, time.Clock);
        jira.Looks = looks;
        var projects = new ProjectCache(gitLab, gitLab, new TreeByPath(), time.Clock);
        var reader = new EntityReader(gitLab, gitLab, projects, jira, log);
        var noPipelines = new Mock<IGitLabCiReader>(MockBehavior.Strict);
        noPipelines.Setup(r => r.HeadPipelineAsync(It.IsAny<GitLabAccess>(), It.IsAny<long>(), It.IsAny<long>(), It.IsAny<CancellationToken>())).ReturnsAsync((GitLabPipeline?)null);
        var ci = new CiReader(gitLab, noPipelines.Object, projects, jira, log);
        var branches = new BranchTranslation(reader);
        var commits = new CommitTranslation(reader, gitLab, gitLab, jira, log);
        var arrivals = Mock.Of<IProjectArrivals>(a => a.IsKnownAsync(It.IsAny<Link>(), It.IsAny<long>(), It.IsAny<CancellationToken>()) == Task.FromResult(true), MockBehavior.Strict);
        var entities = new EntityTranslations(
            new PushTranslation(branches, commits, jira, log),
            new MergeRequestTranslation(reader, branches, new BuildTranslation(ci, jira, log), jira, log),
            branches,
            commits,
            new BuildTranslation(ci, jira, log),
            new DeploymentTranslation(ci),
            new FeatureFlagTranslation(ci, jira),
            new ProjectTranslation(
                new ProjectPlaces(projects, Mock.Of<IProjects>(MockBehavior.Strict), links.Object, arrivals, Mock.Of<IHooks>(MockBehavior.Strict), jira, log),
                Mock.Of<IProjects>(MockBehavior.Strict),
                arrivals,
                new TreeByPath(),
                links.Object,
                jira),
            new MemberTranslation(Mock.Of<IRoles>(MockBehavior.Strict)),
            new BodyTranslation(jira, log));

        return events = new EventTranslation(
            links.Object, installations.Object, queue.Object, jira, looks, log, entities, arrivals, new LinkActivity(new RepairStore(new StubTables().Tables), Options.Create(new ReconcileOptions()), time.Clock), new CountedHooks().Counts, new KeptTrail(), time.Clock, NullLogger<EventTranslation>.Instance);
    }

    private static List<string> Compare(Snapshot truth, SimulatedJira jira, SimulatedTeam team, Link link)
    {
        var differences = new List<string>();
        var changes = new EntityChanges(new Publication(link, Lane.Live, "truth"), SimulatedGitLab.Project, fromRead: true);
        var expected = new Dictionary<(EntityKind, string), EntityChange>();

        foreach (var (name, head) in truth.Branches)
        {
            if (EntityKeys.OfBranch(name, truth.OpenFrom(name)) is { Count: > 0 } keys)
            {
                var change = changes.Branch(new GitLabBranch { Name = name, LastCommit = truth.Commits[head] }, keys, sequence: 0, mayFire: true);
                expected[(EntityKind.Branch, change.Entity.EntityId)] = change;
            }
        }

        foreach (var mergeRequest in truth.MergeRequests.Values)
        {
            if (EntityKeys.OfMergeRequest(mergeRequest) is { Count: > 0 } keys)
            {
                expected[(EntityKind.MergeRequest, mergeRequest.Id.ToString(CultureInfo.InvariantCulture))] = changes.MergeRequest(mergeRequest, keys, sequence: 0, mayFire: true);
            }
        }

        foreach (var commit in truth.Commits.Values.Where(commit => truth.IsOnABranch(commit.Sha)))
        {
            if (EntityKeys.OfCommit(commit) is { Count: > 0 } keys)
            {
                expected[(EntityKind.Commit, commit.Sha)] = changes.Commit(commit, keys, sequence: 0, mayFire: true);
            }
        }

        foreach (var (key, change) in expected)
        {
            if (!jira.Holds.TryGetValue(key, out var held))
            {
                differences.Add($"lacks {key.Item1} {change.Entity.Name}");
            }
            else if (ContentHash.Of(held) != ContentHash.Of(change))
            {
                differences.Add($"holds another {key.Item1} {change.Entity.Name}: {held.Body} instead of {change.Body}");
            }
        }

        foreach (var (key, held) in jira.Holds)
        {
            if (!expected.ContainsKey(key) && (key.Kind is not EntityKind.Commit || team.Dropped.ContainsKey(key.Id)))
            {
                differences.Add($"still holds {key.Kind} {held.Entity.Name}");
            }
        }

        return differences;
    }
}
