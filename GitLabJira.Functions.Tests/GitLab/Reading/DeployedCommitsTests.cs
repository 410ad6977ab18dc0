using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Tests.Budgets;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.GitLab.Reading;

[TestClass]
public sealed class DeployedCommitsTests(TestContext test)
{
    private const string Root = "https://gitlab.test/api/v4/projects/7/";
    private const string Successes = $"GET {Root}deployments?environment=prod%2Feu&status=success&order_by=id&sort=desc&per_page=100";
    private const string Range = $"GET {Root}repository/commits?ref_name=old..new&per_page=100";
    private const string History = $"GET {Root}repository/commits?ref_name=new&per_page=100";

    private static readonly GitLabDeployment Deployment = new()
    {
        Id = 50,
        Iid = 5,
        ProjectId = 7,
        Ref = "main",
        Sha = "new",
        Status = DeploymentStatus.Running,
        CreatedAt = new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero),
        UpdatedAt = new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero),
        Environment = new GitLabEnvironment(4, "prod/eu", EnvironmentTier.Production),
        Job = new GitLabDeployJob(600, "deploy", WebUrl: null, Duration: null, Pipeline: null),
    };

    private readonly StubHttp _http = new();

    [TestMethod]
    public async Task Takes_the_commits_since_the_last_success_of_the_same_ref_without_merges()
    {
        _http.On(Successes, $"[{Success(60, "main", "later")},{Success(50, "main", "itself")},{Success(45, "hotfix", "another")},{Success(40, "main", "old")},{Success(30, "main", "older")}]");
        _http.On(Range, $"[{Commit("new")},{Commit("m", parents: 2)},{Commit("b")}]");

        Assert.AreEqual("new b", await ReadAsync(Deployment));
    }

    [TestMethod]
    public async Task Looks_for_the_last_success_on_further_pages()
    {
        _http.On(Successes, $"[{Success(45, "hotfix", "another")}]", ("Link", $"<{Successes[4..]}&page=2>; rel=\"next\""));
        _http.On($"{Successes}&page=2", $"[{Success(40, "main", "old")}]");
        _http.On(Range, $"[{Commit("new")}]");

        Assert.AreEqual("new", await ReadAsync(Deployment));
    }

    [TestMethod]
    public async Task Takes_the_whole_history_of_a_first_deployment()
    {
        _http.On(Successes, $"[{Success(45, "hotfix", "another")}]");
        _http.On(History, $"[{Commit("new")},{Commit("b")}]", ("Link", $"<{History[4..]}&page=2>; rel=\"next\""));
        _http.On($"{History}&page=2", $"[{Commit("c")}]");

        Assert.AreEqual("new b c", await ReadAsync(Deployment));
    }

    [TestMethod]
    public async Task Measures_a_tag_against_the_last_success_of_any_ref()
    {
        _http.On(Successes, $"[{Success(45, "v1", "old")}]");
        _http.On(Range, $"[{Commit("new")}]");

        Assert.AreEqual("new", await ReadAsync(Deployment with { Ref = "v2", Tag = true }));
    }

    [TestMethod]
    public async Task Measures_what_the_API_deploys_against_the_last_success_of_any_ref_for_it_may_be_a_tag()
    {
        _http.On(Successes, $"[{Success(45, "v1", "old")},{Success(40, "v0", "older")}]");
        _http.On(Range, $"[{Commit("new")}]");

        Assert.AreEqual("new", await ReadAsync(Deployment with { Ref = "v2", Job = null }));
    }

    [TestMethod]
    public async Task Measures_what_the_API_deploys_against_the_last_success_of_the_same_ref_where_there_is_one()
    {
        _http.On(Successes, $"[{Success(45, "hotfix", "another")},{Success(40, "main", "old")}]");
        _http.On(Range, $"[{Commit("new")}]");

        Assert.AreEqual("new", await ReadAsync(Deployment with { Job = null }));
    }

    [TestMethod]
    public async Task Keeps_the_trunks_merges_when_only_first_parents_count()
    {
        _http.On(Successes, $"[{Success(40, "main", "old")}]");
        _http.On($"{Range}&first_parent=true", $"[{Commit("new", parents: 2)},{Commit("b")}]");

        Assert.AreEqual("new b", await ReadAsync(Deployment, firstParent: true));
    }

    [TestMethod]
    public async Task Goes_by_time_when_the_commit_of_then_is_gone()
    {
        _http.On(Successes, $"[{Success(40, "main", "old")}]");
        _http.On(Range, "[]");
        _http.On($"GET {Root}repository/commits/old", HttpStatusCode.NotFound);
        _http.On($"GET {Root}repository/commits?ref_name=new&since=2026-11-01T08%3A00%3A00Z&per_page=100", $"[{Commit("new")}]");

        Assert.AreEqual("new", await ReadAsync(Deployment));
    }

    [TestMethod]
    public async Task Brings_the_deployed_commit_alone_when_it_is_older_than_that_of_then()
    {
        _http.On(Successes, $"[{Success(40, "main", "old")}]");
        _http.On(Range, "[]");
        _http.On($"GET {Root}repository/commits/old", Commit("old"));
        _http.On($"GET {Root}repository/commits/new", Commit("new"));

        Assert.AreEqual("new", await ReadAsync(Deployment));
        Assert.HasCount(4, _http.Requests);
    }

    [TestMethod]
    public async Task Asks_for_nothing_more_when_only_merges_came()
    {
        _http.On(Successes, $"[{Success(40, "main", "old")}]");
        _http.On(Range, $"[{Commit("new", parents: 2)}]");
        _http.On($"GET {Root}repository/commits/new", Commit("new", parents: 2));

        Assert.AreEqual("new", await ReadAsync(Deployment));
    }

    [TestMethod]
    [DataRow(HttpStatusCode.NotFound)]
    [DataRow(HttpStatusCode.Forbidden)]
    public async Task Is_left_with_the_deployed_commit_when_the_repository_is_closed(HttpStatusCode status)
    {
        _http.On(Successes, status);
        _http.On(History, status);
        var own = new GitLabCommit { Sha = "new", Message = "PROJ-1", Author = new GitLabPerson(), CommittedAt = DateTimeOffset.UnixEpoch, WebUrl = "" };

        Assert.AreEqual("new", await ReadAsync(Deployment with { Commit = own }));
    }

    [TestMethod]
    public async Task Brings_the_deployed_commit_even_if_it_is_a_merge_or_was_deployed_before()
    {
        _http.On(Successes, $"[{Success(40, "main", "new")}]");
        _http.On($"GET {Root}repository/commits/new", Commit("new", parents: 2));

        Assert.AreEqual("new", await ReadAsync(Deployment));
    }

    [TestMethod]
    [DataRow(4_999, 4_999)]
    [DataRow(5_000, 5_000)]
    [DataRow(5_001, 5_000)]
    public async Task Takes_5000_commits_and_no_more(int count, int expected)
    {
        _http.On(Successes, "[]");
        var pages = Enumerable.Range(0, count).Select(n => Commit(n == 0 ? "new" : $"c{n}")).Chunk(100).ToList();

        for (var page = 0; page < pages.Count; page++)
        {
            var route = page == 0 ? History : $"{History}&page={page + 1}";
            var json = $"[{string.Join(',', pages[page])}]";

            if (page == pages.Count - 1)
            {
                _http.On(route, json);
            }
            else
            {
                _http.On(route, json, ("Link", $"<{History[4..]}&page={page + 2}>; rel=\"next\""));
            }
        }

        Assert.HasCount(expected, (await ReadAsync(Deployment)).Split(' '));
    }

    private static string Success(long id, string reference, string sha) => $$"""
        {"id":{{id}},"iid":{{id}},"ref":"{{reference}}","sha":"{{sha}}","status":"success","created_at":"2026-11-01T08:00:00Z","environment":{"id":4,"name":"prod/eu"} }
        """;

    private static string Commit(string sha, int parents = 1) => $$"""
        {"id":"{{sha}}","message":"m","parent_ids":[{{string.Join(',', Enumerable.Repeat("\"p\"", parents))}}]}
        """;

    private async Task<string> ReadAsync(GitLabDeployment deployment, bool firstParent = false)
    {
        var reader = new GitLabCiReader(new GitLabClient(_http.Client(), KnownInstances.One, NoBudgets.Requests, new FakeTimeProvider()));
        var commits = await reader.DeployedCommitsAsync(new GitLabAccess(KnownInstances.Host, "secret-token", "grant"), deployment, firstParent, test.CancellationToken);

        return string.Join(' ', commits.Select(commit => commit.Sha));
    }
}
