using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Tests.Budgets;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.GitLab.Reading;

[TestClass]
public sealed class GitLabReaderTests(TestContext test)
{
    private const string Api = "GET https://gitlab.test/api/v4/";
    private const string Zeros = "0000000000000000000000000000000000000000";

    private static readonly GitLabAccess Access = new(KnownInstances.Host, "secret-token", "grant");

    private readonly StubHttp _http = new();

    private GitLabReader Reader => new(new GitLabClient(_http.Client(), KnownInstances.One, NoBudgets.Requests, new FakeTimeProvider()));

    [TestMethod]
    public async Task Reads_a_project_and_takes_a_null_boolean_for_no()
    {
        _http.On($"{Api}projects/7", """
            {"id":7,"name":"Shop","path_with_namespace":"acme/shop","web_url":"https://gitlab.test/acme/shop","description":"","avatar_url":null,
             "default_branch":"main","archived":null,"empty_repo":null,"permissions":{"project_access":null}}
            """);

        var project = await Reader.ProjectAsync(Access, 7, test.CancellationToken);

        var expected = new GitLabProject { Id = 7, Name = "Shop", PathWithNamespace = "acme/shop", WebUrl = "https://gitlab.test/acme/shop", DefaultBranch = "main" };
        Assert.AreEqual(expected, project);
    }

    [TestMethod]
    public async Task Answers_null_for_what_is_gone_or_hidden()
    {
        _http.On($"{Api}projects/7", HttpStatusCode.NotFound, """{"message":"404 Project Not Found"}""");
        _http.On($"{Api}projects/7/merge_requests/3", HttpStatusCode.NotFound);
        _http.On($"{Api}projects/7/repository/branches/PROJ-1", HttpStatusCode.NotFound);
        _http.On($"{Api}projects/7/repository/commits/abc", HttpStatusCode.NotFound);
        _http.On($"{Api}projects/7/repository/commits/abc/refs?type=branch&per_page=1", HttpStatusCode.NotFound);
        var reader = Reader;

        Assert.IsNull(await reader.ProjectAsync(Access, 7, test.CancellationToken));
        Assert.IsNull(await reader.MergeRequestAsync(Access, 7, 3, test.CancellationToken));
        Assert.IsNull(await reader.BranchAsync(Access, 7, "PROJ-1", test.CancellationToken));
        Assert.IsNull(await reader.CommitAsync(Access, 7, "abc", test.CancellationToken));
        Assert.IsNull(await reader.IsOnABranchAsync(Access, 7, "abc", test.CancellationToken));
    }

    [TestMethod]
    public async Task Reads_a_merge_request_with_who_approved_it()
    {
        _http.On($"{Api}projects/7/merge_requests/3", """
            {"id":900,"iid":3,"project_id":7,"title":"PROJ-1 Add it","description":"More","state":"opened","draft":true,
             "source_branch":"PROJ-1-add","target_branch":"main","source_project_id":7,"target_project_id":7,
             "author":{"id":1,"name":"Ann","username":"ann","web_url":"https://gitlab.test/ann","avatar_url":null},
             "reviewers":[{"id":2,"name":"Ben","username":"ben"},{"id":3,"name":"Cid","username":"cid"}],
             "user_notes_count":4,"created_at":"2026-11-20T10:00:00.000Z","updated_at":"2026-11-21T10:00:00.000Z",
             "references":{"short":"!3","relative":"!3","full":"acme/shop!3"},"web_url":"https://gitlab.test/acme/shop/-/merge_requests/3","sha":"abc"}
            """);
        _http.On($"{Api}projects/7/merge_requests/3/approvals", """
            {"id":900,"approved_by":[{"user":{"id":2,"name":"Ben","username":"ben"}},{"user":{"id":9,"name":"Dot","username":"dot"}}]}
            """);

        var mergeRequest = (await Reader.MergeRequestAsync(Access, 7, 3, test.CancellationToken))!;

        Assert.AreEqual(900, mergeRequest.Id);
        Assert.AreEqual("acme/shop!3", mergeRequest.Reference);
        Assert.AreEqual(MergeRequestState.Opened, mergeRequest.State);
        Assert.IsTrue(mergeRequest.Draft);
        Assert.AreEqual(4, mergeRequest.CommentCount);
        Assert.AreEqual("ann", mergeRequest.Author!.Username);
        Assert.IsNull(mergeRequest.SourceProjectWebUrl);
        var reviewers = mergeRequest.Reviewers.Select(reviewer => $"{reviewer.Person.Username} {reviewer.Approved}");
        Assert.AreEqual("ben True, cid False, dot True", string.Join(", ", reviewers));
    }

    [TestMethod]
    [DataRow(HttpStatusCode.Forbidden)]
    [DataRow(HttpStatusCode.NotFound)]
    public async Task Never_guesses_a_reviewers_state_when_approvals_are_not_told(HttpStatusCode status)
    {
        _http.On($"{Api}projects/7/merge_requests/3", """
            {"id":900,"iid":3,"project_id":7,"title":"t","state":"merged","source_branch":"b","target_branch":"main","source_project_id":7,"reviewers":[{"id":2}]}
            """);
        _http.On($"{Api}projects/7/merge_requests/3/approvals", status);

        var mergeRequest = (await Reader.MergeRequestAsync(Access, 7, 3, test.CancellationToken))!;

        Assert.IsNull(mergeRequest.Reviewers.Single().Approved);
    }

    [TestMethod]
    public async Task Fails_rather_than_forgets_approvals_when_GitLab_stumbles()
    {
        _http.On($"{Api}projects/7/merge_requests/3", """{"id":900,"iid":3,"source_branch":"b","source_project_id":7,"state":"opened"}""");
        _http.On($"{Api}projects/7/merge_requests/3/approvals", HttpStatusCode.BadGateway);

        await Assert.ThrowsExactlyAsync<GitLabRequestException>(() => Reader.MergeRequestAsync(Access, 7, 3, test.CancellationToken));
    }

    [TestMethod]
    [DataRow(HttpStatusCode.OK, "https://gitlab.test/fork/shop")]
    [DataRow(HttpStatusCode.NotFound, null)]
    [DataRow(HttpStatusCode.Forbidden, null)]
    public async Task Asks_where_a_fork_lives(HttpStatusCode status, string? expected)
    {
        _http.On($"{Api}projects/7/merge_requests/3", """{"id":900,"iid":3,"project_id":7,"source_branch":"b","source_project_id":8,"state":"opened"}""");
        _http.On($"{Api}projects/7/merge_requests/3/approvals", "{}");
        _http.On($"{Api}projects/8", status, """{"id":8,"web_url":"https://gitlab.test/fork/shop"}""");

        var mergeRequest = (await Reader.MergeRequestAsync(Access, 7, 3, test.CancellationToken))!;

        Assert.AreEqual(expected, mergeRequest.SourceProjectWebUrl);
    }

    [TestMethod]
    public async Task Leaves_out_merge_requests_from_a_forks_branch_of_the_same_name()
    {
        _http.On($"{Api}projects/7/merge_requests?state=opened&scope=all&source_branch=feature%2FPROJ-1%2B&per_page=100", """
            [{"id":1,"iid":1,"source_branch":"feature/PROJ-1+","source_project_id":7,"state":"opened"},
             {"id":2,"iid":2,"source_branch":"feature/PROJ-1+","source_project_id":8,"state":"opened"}]
            """);

        var found = await Reader.OpenMergeRequestsAsync(Access, 7, "feature/PROJ-1+", test.CancellationToken);

        Assert.AreEqual(1, found.Single().Id);
    }

    [TestMethod]
    public async Task A_project_with_merge_requests_switched_off_has_none()
    {
        _http.On($"{Api}projects/7/merge_requests?state=opened&scope=all&source_branch=topic&per_page=100", HttpStatusCode.Forbidden, "{}");

        Assert.IsEmpty(await Reader.OpenMergeRequestsAsync(Access, 7, "topic", test.CancellationToken));
    }

    [TestMethod]
    public async Task Reads_a_branch_with_its_last_commit_and_hides_redacted_mail()
    {
        _http.On($"{Api}projects/7/repository/branches/feature%2FPROJ-1", """
            {"name":"feature/PROJ-1","commit":{"id":"abc","title":"PROJ-1 x","message":"PROJ-1 x\n\nmore","author_name":"Ann","author_email":"[REDACTED]",
             "committed_date":"2026-11-20T12:00:00.000+02:00","parent_ids":["p1","p2"],"web_url":"https://gitlab.test/acme/shop/-/commit/abc"}}
            """);

        var branch = (await Reader.BranchAsync(Access, 7, "feature/PROJ-1", test.CancellationToken))!;

        Assert.AreEqual("feature/PROJ-1", branch.Name);
        Assert.AreEqual("PROJ-1 x\n\nmore", branch.LastCommit.Message);
        Assert.IsNull(branch.LastCommit.Author.Email);
        Assert.AreEqual(new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero), branch.LastCommit.CommittedAt);
        Assert.HasCount(2, branch.LastCommit.ParentShas);
        Assert.IsNull(branch.LastCommit.FileCount);
    }

    [TestMethod]
    public async Task Reads_a_commit_with_its_first_files_and_their_true_number()
    {
        _http.On($"{Api}projects/7/repository/commits/abc", """{"id":"abc","message":"m","author_email":"ann@example.com","created_at":"2026-11-20T10:00:00Z"}""");
        _http.On($"{Api}projects/7/repository/commits/abc/diff?per_page=10", """
            [{"diff":"--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d\n","old_path":"x","new_path":"x"},
             {"diff":"@@ -0,0 +1 @@\n++++\n","old_path":"y","new_path":"y","new_file":true},
             {"diff":"","old_path":"old","new_path":"new","renamed_file":true},
             {"diff":"@@ -1 +0,0 @@\n---- \n","old_path":"z","new_path":"z","deleted_file":true}]
            """, ("x-total", "57"));

        var commit = (await Reader.CommitAsync(Access, 7, "abc", test.CancellationToken))!;

        Assert.AreEqual(57, commit.FileCount);
        Assert.AreEqual("ann@example.com", commit.Author.Email);
        GitLabFile[] expected =
        [
            new("x", "x", FileChange.Modified, 2, 1),
            new("y", "y", FileChange.Added, 1, 0),
            new("old", "new", FileChange.Moved, 0, 0),
            new("z", "z", FileChange.Deleted, 0, 1),
        ];
        CollectionAssert.AreEqual(expected, commit.Files.ToArray());
    }

    [TestMethod]
    public async Task Counts_the_files_page_by_page_when_GitLab_tells_no_total()
    {
        const string Diff = "projects/7/repository/commits/abc/diff";
        _http.On($"{Api}projects/7/repository/commits/abc", """{"id":"abc"}""");
        _http.On($"{Api}{Diff}?per_page=10", "[{},{}]", ("Link", $"<https://gitlab.test/api/v4/{Diff}?per_page=10&page=2>; rel=\"next\""));
        _http.On($"{Api}{Diff}?per_page=100", "[{},{},{}]", ("Link", $"<https://gitlab.test/api/v4/{Diff}?per_page=100&page=2>; rel=\"next\""));
        _http.On($"{Api}{Diff}?per_page=100&page=2", "[{},{}]");

        var commit = (await Reader.CommitAsync(Access, 7, "abc", test.CancellationToken))!;

        Assert.AreEqual(5, commit.FileCount);
        _http.AssertAllAsked();
    }

    [TestMethod]
    public async Task Compares_two_commits_and_keeps_the_newest()
    {
        _http.On($"{Api}projects/7/repository/compare?from=aaa&to=bbb", """{"commits":[{"id":"1"},{"id":"2"},{"id":"3"}]}""");

        var commits = await Reader.CompareAsync(Access, 7, "aaa", "bbb", limit: 2, test.CancellationToken);

        Assert.AreEqual("2, 3", string.Join(", ", commits.Select(commit => commit.Sha)));
    }

    [TestMethod]
    public async Task Compares_a_new_branch_with_the_default_branch()
    {
        _http.On($"{Api}projects/7", """{"id":7,"default_branch":"main"}""");
        _http.On($"{Api}projects/7/repository/compare?from=main&to=bbb", """{"commits":[{"id":"1"}]}""");

        var commits = await Reader.CompareAsync(Access, 7, Zeros, "bbb", limit: 100, test.CancellationToken);

        Assert.AreEqual("1", commits.Single().Sha);
    }

    [TestMethod]
    [DataRow("[]", false)]
    [DataRow("""[{"type":"branch","name":"main"}]""", true)]
    public async Task Says_whether_a_branch_holds_a_commit(string refs, bool expected)
    {
        _http.On($"{Api}projects/7/repository/commits/abc/refs?type=branch&per_page=1", refs);

        var onBranch = await Reader.IsOnABranchAsync(Access, 7, "abc", test.CancellationToken);

        Assert.AreEqual(expected, onBranch);
    }

    [TestMethod]
    public async Task Lists_branches_by_key_like_name_with_keyset_pages()
    {
        const string First = "projects/7/repository/branches?regex=%5BA-Z%5D%5BA-Z0-9_%5D%2B-%5B1-9%5D&pagination=keyset&per_page=100";
        const string Second = "projects/7/repository/branches?page_token=PROJ-1&pagination=keyset&per_page=100";
        _http.On($"{Api}{First}", """[{"name":"PROJ-1","commit":{"id":"a"}},{"name":"broken"}]""", ("Link", $"<https://gitlab.test/api/v4/{Second}>; rel=\"next\""), ("x-total", "2"));
        _http.On($"{Api}{Second}", """[{"name":"PROJ-2","commit":{"id":"b"}}]""");
        var reader = Reader;

        var first = await reader.KeyedBranchesAsync(Access, 7, page: null, test.CancellationToken);
        var second = await reader.KeyedBranchesAsync(Access, 7, first.Next, test.CancellationToken);

        Assert.AreEqual("PROJ-1", first.Items.Single().Name);
        Assert.AreEqual(2, first.Total);
        Assert.AreEqual("PROJ-2", second.Items.Single().Name);
        Assert.IsNull(second.Next);
    }

    [TestMethod]
    public async Task Lists_commits_of_a_range_since_a_time()
    {
        _http.On("GET https://gitlab.test/api/v4/projects/7/repository/commits?ref_name=main..feature%2FABC-1&since=2026-11-01T10%3A00%3A00Z&per_page=100", """[{"id":"aaaa","message":"ABC-1"}]""");

        var page = await Reader.CommitsAsync(Access, 7, "main..feature/ABC-1", new DateTimeOffset(2026, 11, 1, 10, 0, 0, TimeSpan.Zero), page: null, test.CancellationToken);

        Assert.AreEqual("aaaa", page.Items.Single().Sha);
    }

    [TestMethod]
    public async Task Lists_a_page_with_one_request_whatever_it_holds()
    {
        var items = string.Join(',', Enumerable.Range(1, 100).Select(id => $$"""{"id":{{id}},"iid":{{id}},"source_branch":"b","source_project_id":{{id}},"state":"opened","reviewers":[{"id":1}]}"""));
        _http.On($"{Api}projects/7/merge_requests?state=all&scope=all&order_by=created_at&sort=desc&per_page=100", $"[{items}]");

        var page = await Reader.MergeRequestsAsync(Access, 7, page: null, test.CancellationToken);

        Assert.HasCount(100, page.Items);
        Assert.HasCount(1, _http.Requests);
    }

    [TestMethod]
    public async Task Lists_projects_of_subgroups_and_archived_ones_but_none_shared_from_elsewhere()
    {
        _http.On($"{Api}groups/5/projects?include_subgroups=true&with_shared=false&order_by=id&sort=asc&per_page=100", """[{"id":"1"},{"id":2,"archived":true}]""");

        var page = await Reader.GroupProjectsAsync(Access, 5, page: null, test.CancellationToken);

        Assert.AreEqual("1 False, 2 True", string.Join(", ", page.Items.Select(project => $"{project.Id} {project.Archived}")));
    }
}
