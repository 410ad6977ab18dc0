using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.InitialSync;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Sent;
using Moq;

namespace GitLabJira.Functions.Tests.InitialSync;

/// <summary>What a sync reads of commits, pipelines, deployments and feature flags.</summary>
[TestClass]
public sealed class KindReadingTests(TestContext test)
{
    private ListedProject _project = new();

    [TestMethod]
    public async Task Reads_commits_of_the_default_branch_and_what_keyed_branches_have_besides()
    {
        Plan(SyncKind.Commits);
        _project.Branches.AddRange([ListedProject.Branch("ABC-9-nine"), ListedProject.Branch("ABC-8-stale", hoursAgo: 24 * 100)]);
        Commits("main", Commit('a', "ABC-1 One"), Commit('b', "Without"), Commit('c', "ABC-2 Two"));
        Commits("main..ABC-9-nine", Commit('d', "ABC-3 Three"));

        var result = await ReadAsync();

        Assert.AreEqual($"Commit {Sha('a')}, Commit {Sha('c')}, Commit {Sha('d')}", _project.Names);
        Assert.IsTrue(_project.Appended.TrueForAll(change => change is { MayFireAutomation: false, FromRead: true, Sequence: 1 }));
        Assert.AreEqual(new KindCount(4, 3, 3), result.Counts.Of(SyncKind.Commits));
        Assert.AreEqual("3 commits.", result.Text);
    }

    [TestMethod]
    public async Task Reads_commits_of_the_window_alone()
    {
        Plan(SyncKind.Commits);
        Commits("main");

        await ReadAsync();

        _project.Reader.Verify(r => r.CommitsAsync(It.IsAny<GitLabAccess>(), 1, "main", ListedProject.Now.AddDays(-90), null, It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task Leaves_commits_that_Jira_holds_and_has_those_newer_than_the_hook_looked_at()
    {
        Plan(SyncKind.Commits);
        Commits("main", Commit('a', "ABC-1 Held"), Commit('b', "ABC-2 New", hoursAgo: 0.5), Commit('c', "ABC-3 Dropped once"));
        _project.Sent[Sha('a')] = Held(Sha('a'), tombstone: false);
        _project.Sent[Sha('c')] = Held(Sha('c'), tombstone: true);

        var result = await ReadAsync();

        Assert.AreEqual($"Commit {Sha('c')}", _project.Names);
        Assert.AreEqual($"Commit {Sha('b')} in 60 s", _project.Looks.Single());
        Assert.AreEqual(new KindCount(3, 3, 1), result.Counts.Of(SyncKind.Commits));
    }

    [TestMethod]
    public async Task Takes_a_thousand_keyed_commits_and_reads_a_hundred_of_them_with_their_files()
    {
        Plan(SyncKind.Commits);
        Commits("main", [.. Enumerable.Range(0, 1_001).Select(number => Commit('a', $"ABC-{number + 1}") with { Sha = number.ToString("x40", System.Globalization.CultureInfo.InvariantCulture) })]);

        await ReadAsync();

        Assert.HasCount(1_000, _project.Appended);
        _project.Reader.Verify(r => r.CommitAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Exactly(100));
    }

    [TestMethod]
    public async Task Reads_pipelines_with_the_texts_of_their_commits_and_merge_requests()
    {
        Plan(SyncKind.Pipelines);
        Pipelines(Pipeline(1, "ABC-1-one", 'a'), Pipeline(2, "main", 'b'), Pipeline(3, "main", 'c'), Pipeline(4, "main", 'c'), Pipeline(5, "ABC-5", 'a') with { Iid = null });
        Heads(Commit('a', "x"), Commit('b', "For ABC-2"), Commit('c', "x"));

        var result = await ReadAsync();

        Assert.AreEqual("Build 1, Build 2", _project.Names);
        Assert.AreEqual("ABC-2", _project.Appended[1].Keys.Single());
        Assert.AreEqual(new KindCount(5, 2, 2), result.Counts.Of(SyncKind.Pipelines));
        // Two pipelines of one commit share its reading.
        _project.CiReader.Verify(r => r.CommitAsync(It.IsAny<GitLabAccess>(), 1, Sha('c'), It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task Stops_after_four_hundred_pipelines_with_a_key()
    {
        Plan(SyncKind.Pipelines);
        Pipelines([.. Enumerable.Range(1, 450).Select(id => Pipeline(id, "ABC-1-one", 'a'))]);
        Heads(Commit('a', "x"));

        await ReadAsync();

        Assert.HasCount(400, _project.Appended);
    }

    [TestMethod]
    public async Task Stops_after_a_thousand_pipelines_without_a_key()
    {
        Plan(SyncKind.Pipelines);
        Pipelines([.. Enumerable.Range(1, 1_100).Select(id => Pipeline(id, "main", 'a'))]);
        Heads(Commit('a', "x"));

        var result = await ReadAsync();

        Assert.AreEqual(new KindCount(1_000, 0, 0), result.Counts.Of(SyncKind.Pipelines));
    }

    [TestMethod]
    public async Task Reads_deployments_with_their_tier_and_what_they_brought()
    {
        Plan(SyncKind.Deployments);
        _project.CiReader.Setup(r => r.DeploymentsAsync(It.IsAny<GitLabAccess>(), 1, ListedProject.Now.AddDays(-90), null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ListPage<GitLabDeployment>([Deployment(1), Deployment(2), Deployment(3)], null, null));
        _project.CiReader.Setup(r => r.DeployedCommitsAsync(It.IsAny<GitLabAccess>(), It.IsAny<GitLabDeployment>(), false, It.IsAny<CancellationToken>()))
            .ReturnsAsync((GitLabAccess _, GitLabDeployment deployment, bool _, CancellationToken _) => deployment.Id == 2 ? [] : [Commit('a', "ABC-1")]);
        _project.CiReader.Setup(r => r.EnvironmentAsync(It.IsAny<GitLabAccess>(), 1, 9, It.IsAny<CancellationToken>())).ReturnsAsync(new GitLabEnvironment(9, "prod", EnvironmentTier.Production));

        var result = await ReadAsync();

        Assert.AreEqual("Deployment 1, Deployment 3", _project.Names);
        Assert.AreEqual("production", _project.Appended[0].Body!.Value.GetProperty("environment").GetProperty("type").GetString());
        Assert.AreEqual(new KindCount(3, 2, 2), result.Counts.Of(SyncKind.Deployments));
        _project.CiReader.Verify(r => r.EnvironmentAsync(It.IsAny<GitLabAccess>(), 1, 9, It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task Sends_deployments_without_a_key_for_the_services_of_the_link()
    {
        Plan(SyncKind.Deployments);
        _project.Link = _project.Link with { Settings = new LinkSettings { Version = 1, ServiceIds = ["b:one"], Environments = [new EnvironmentRule("pr*", EnvironmentTier.Staging)], FirstParentOnly = true } };
        _project.CiReader.Setup(r => r.DeploymentsAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<DateTimeOffset?>(), null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ListPage<GitLabDeployment>([Deployment(1) with { Environment = new GitLabEnvironment(9, "prod", EnvironmentTier.Production) }], null, null));
        _project.CiReader.Setup(r => r.DeployedCommitsAsync(It.IsAny<GitLabAccess>(), It.IsAny<GitLabDeployment>(), true, It.IsAny<CancellationToken>())).ReturnsAsync([]);

        var result = await ReadAsync();

        var body = _project.Appended.Single().Body!.Value;
        Assert.AreEqual("b:one", body.GetProperty("associations")[0].GetProperty("values")[0].GetString());
        Assert.AreEqual("staging", body.GetProperty("environment").GetProperty("type").GetString());
        Assert.AreEqual(new KindCount(1, 0, 1), result.Counts.Of(SyncKind.Deployments));
    }

    [TestMethod]
    public async Task Reads_feature_flags_by_their_description()
    {
        Plan(SyncKind.FeatureFlags);
        Flags(Flag("one", "For ABC-1"), Flag("ABC-2", "none"));

        var result = await ReadAsync();

        Assert.AreEqual("FeatureFlag one", _project.Names);
        Assert.AreEqual(new KindCount(2, 1, 1), result.Counts.Of(SyncKind.FeatureFlags));
    }

    [TestMethod]
    public async Task Has_what_an_event_looked_at_meanwhile_looked_at_once_more()
    {
        Plan(SyncKind.FeatureFlags);
        Flags(Flag("one", "For ABC-1"), Flag("two", "For ABC-2"));
        _project.LookLog.Setup(l => l.LastJudgedAsync(It.Is<EntityRef>(entity => entity.Name == "two"), It.IsAny<CancellationToken>())).ReturnsAsync(ListedProject.Now);

        await ReadAsync();

        Assert.AreEqual("FeatureFlag two in 60 s", _project.Looks.Single());
    }

    [TestMethod]
    public async Task A_kind_that_GitLab_does_not_show_is_noted_and_the_others_are_read()
    {
        Plan(SyncKind.Commits, SyncKind.Pipelines, SyncKind.Deployments, SyncKind.FeatureFlags);
        _project.Reader.Setup(r => r.CommitsAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<string>(), It.IsAny<DateTimeOffset>(), null, It.IsAny<CancellationToken>())).ThrowsAsync(ListedProject.Forbidden());
        _project.CiReader.Setup(r => r.PipelinesAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<DateTimeOffset?>(), null, It.IsAny<CancellationToken>())).ThrowsAsync(ListedProject.Forbidden());
        _project.CiReader.Setup(r => r.DeploymentsAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<DateTimeOffset?>(), null, It.IsAny<CancellationToken>())).ThrowsAsync(ListedProject.Forbidden());
        Flags(Flag("one", "For ABC-1"));

        var result = await ReadAsync();

        Assert.AreEqual("FeatureFlag one", _project.Names);
        Assert.AreEqual(
            "0 commits, 0 pipelines, 0 deployments, 1 feature flags. GitLab does not show the commits. GitLab does not show the pipelines. GitLab does not show the deployments.", result.Text);
        Assert.AreEqual(1, result.Counts.Of(SyncKind.Pipelines).Refused);
        Assert.AreEqual(0, result.Counts.Of(SyncKind.FeatureFlags).Refused);
    }

    [TestMethod]
    public async Task A_dry_run_counts_and_sends_nothing()
    {
        Plan(Enum.GetValues<SyncKind>());
        _project.Plan = _project.Plan with { DryRun = true };
        _project.MergeRequests.Add(ListedProject.MergeRequest(3, "ABC-1 Open", MergeRequestState.Opened, "ABC-4-four"));
        _project.MergeRequests.Add(ListedProject.MergeRequest(2, "ABC-2 New") with { CreatedAt = ListedProject.Now });
        _project.Branches.Add(ListedProject.Branch("ABC-4-four"));
        Commits("main", Commit('a', "ABC-1 One"), Commit('b', "ABC-2 New", hoursAgo: 0.5));
        Commits("main..ABC-4-four");
        Pipelines(Pipeline(1, "ABC-1-one", 'a'));
        Heads(Commit('a', "x"));
        _project.CiReader.Setup(r => r.DeploymentsAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<DateTimeOffset?>(), null, It.IsAny<CancellationToken>())).ReturnsAsync(new ListPage<GitLabDeployment>([], null, null));
        Flags(Flag("one", "For ABC-1"));

        var result = await ReadAsync();

        Assert.IsEmpty(_project.Appended);
        Assert.IsEmpty(_project.Looks);
        Assert.AreEqual(
            "MergeRequests 2 2 1, Branches 1 1 1, Commits 2 2 1, Pipelines 1 1 1, FeatureFlags 1 1 1",
            string.Join(", ", result.Counts.OrderBy(counted => counted.Key).Select(counted => $"{counted.Key} {counted.Value.Found} {counted.Value.Keyed} {counted.Value.Sent}")));
    }

    [TestMethod]
    public async Task Goes_on_where_each_of_its_cursors_stands()
    {
        Scripted(_project);
        var whole = await ReadAsync();
        var (cursors, appended) = (_project.Kept.Count, _project.Appended);
        Assert.AreEqual(8, cursors);

        for (var kept = 0; kept < cursors; kept++)
        {
            var interrupted = new ListedProject { StopsAfter = kept };
            Scripted(interrupted);
            Assert.AreEqual(ReadingEnd.Stopped, (await interrupted.RunAsync(start: null, test.CancellationToken)).End);
            interrupted.StopsAfter = int.MaxValue;

            var result = await interrupted.RunAsync(ProjectCursor.Parse(interrupted.Kept[^1].ToText()), test.CancellationToken);

            Assert.AreEqual(whole.Text, result.Text, $"After cursor {kept}.");
            Assert.AreEqual(
                string.Join(", ", appended.Select(change => change.Entity.Name).Distinct().Order(StringComparer.Ordinal)),
                string.Join(", ", interrupted.Appended.Select(change => change.Entity.Name).Distinct().Order(StringComparer.Ordinal)));
        }
    }

    [TestMethod]
    public async Task Breaks_off_after_eight_minutes_to_go_on_with_the_next_wave()
    {
        Plan(SyncKind.Pipelines, SyncKind.FeatureFlags);
        Pipelines([.. Enumerable.Range(1, 250).Select(id => Pipeline(id, "ABC-1-one", 'a'))]);
        Heads(Commit('a', "x"));
        _project.OnKept = () => _project.Clock.Advance(TimeSpan.FromMinutes(5));

        var result = await ReadAsync();

        Assert.AreEqual(ReadingEnd.Unfinished, result.End);
        Assert.HasCount(200, _project.Appended);
        Assert.AreEqual(SyncKind.Pipelines, _project.Kept[^1].Phase);
        Assert.IsNotNull(_project.Kept[^1].Page);
    }

    /// <summary>All four kinds, pipelines on two pages and commits on two.</summary>
    private void Scripted(ListedProject project)
    {
        _project = project;
        Plan(SyncKind.Commits, SyncKind.Pipelines, SyncKind.Deployments, SyncKind.FeatureFlags);
        project.Branches.Add(ListedProject.Branch("ABC-9-nine"));
        Commits("main", [.. Enumerable.Range(0, 150).Select(number => Commit('a', number % 2 == 0 ? "ABC-1" : "x") with { Sha = number.ToString("x40", System.Globalization.CultureInfo.InvariantCulture) })]);
        Commits("main..ABC-9-nine", [.. Enumerable.Range(500, 150).Select(number => Commit('a', "ABC-3") with { Sha = number.ToString("x40", System.Globalization.CultureInfo.InvariantCulture) })]);
        Pipelines([.. Enumerable.Range(1, 150).Select(id => Pipeline(id, id % 3 == 0 ? "ABC-1-one" : "main", 'a'))]);
        Heads(Commit('a', "x"));
        project.CiReader.Setup(r => r.DeploymentsAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<DateTimeOffset?>(), null, It.IsAny<CancellationToken>())).ReturnsAsync(new ListPage<GitLabDeployment>([], null, null));
        Flags([.. Enumerable.Range(1, 120).Select(number => Flag($"flag-{number}", number % 2 == 0 ? "ABC-1" : "x"))]);
    }

    private void Plan(params SyncKind[] kinds) => _project.Plan = new SyncPlan { Kinds = kinds, WindowDays = 90 };

    private void Commits(string range, params GitLabCommit[] commits)
    {
        _project.Reader.Setup(r => r.CommitsAsync(It.IsAny<GitLabAccess>(), 1, range, It.IsAny<DateTimeOffset>(), It.IsAny<Uri?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((GitLabAccess _, long _, string _, DateTimeOffset _, Uri? page, CancellationToken _) => ListedProject.Page([.. commits], page));
        _project.Reader.Setup(r => r.CommitAsync(It.IsAny<GitLabAccess>(), 1, It.IsIn(commits.Select(commit => commit.Sha)), It.IsAny<CancellationToken>()))
            .ReturnsAsync((GitLabAccess _, long _, string sha, CancellationToken _) => commits.First(commit => commit.Sha == sha));
    }

    private void Pipelines(params GitLabPipeline[] pipelines)
    {
        _project.CiReader.Setup(r => r.PipelinesAsync(It.IsAny<GitLabAccess>(), 1, ListedProject.Now.AddDays(-90), It.IsAny<Uri?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((GitLabAccess _, long _, DateTimeOffset? _, Uri? page, CancellationToken _) => ListedProject.Page([.. pipelines], page));
        _project.CiReader.Setup(r => r.MergeRequestsAsync(It.IsAny<GitLabAccess>(), It.IsAny<GitLabPipeline>(), It.IsAny<CancellationToken>())).ReturnsAsync([]);
        _project.CiReader.Setup(r => r.TestReportAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<long>(), It.IsAny<CancellationToken>())).ReturnsAsync((GitLabTestReport?)null);
    }

    private void Heads(params GitLabCommit[] commits) => _project.CiReader
        .Setup(r => r.CommitAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<string>(), It.IsAny<CancellationToken>()))
        .ReturnsAsync((GitLabAccess _, long _, string sha, CancellationToken _) => commits.First(commit => commit.Sha == sha));

    private void Flags(params GitLabFeatureFlag[] flags) => _project.CiReader
        .Setup(r => r.FeatureFlagsAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<Uri?>(), It.IsAny<CancellationToken>()))
        .ReturnsAsync((GitLabAccess _, long _, Uri? page, CancellationToken _) => ListedProject.Page([.. flags], page));

    private static string Sha(char letter) => new(letter, 40);

    private static GitLabCommit Commit(char letter, string message, double hoursAgo = 24) => ListedProject.Branch("x", hoursAgo).LastCommit with { Sha = Sha(letter), Message = message };

    private static GitLabPipeline Pipeline(long id, string reference, char head) => new()
    {
        Id = id,
        Iid = id,
        ProjectId = 1,
        Ref = reference,
        Status = PipelineStatus.Success,
        Sha = Sha(head),
        WebUrl = $"https://gitlab.example/acme/p1/-/pipelines/{id}",
        UpdatedAt = ListedProject.Now.AddDays(-1),
    };

    private static GitLabDeployment Deployment(long id) => new()
    {
        Id = id,
        Iid = id,
        ProjectId = 1,
        Ref = "main",
        Sha = Sha('a'),
        Status = DeploymentStatus.Success,
        CreatedAt = ListedProject.Now.AddDays(-1),
        UpdatedAt = ListedProject.Now.AddDays(-1),
        Environment = new GitLabEnvironment(9, "prod", Tier: null),
    };

    private static GitLabFeatureFlag Flag(string name, string description) => new() { ProjectId = 1, Name = name, Description = description, Active = true };

    private static SentEntity Held(string sha, bool tombstone) =>
        new() { Kind = EntityKind.Commit, EntityId = sha, Sequence = 0, ContentHash = "h", Keys = ["ABC-1"], Tombstone = tombstone, SentAt = ListedProject.Now };

    private async Task<ReadingResult> ReadAsync() => await _project.RunAsync(start: null, test.CancellationToken);
}
