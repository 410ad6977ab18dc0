using System.Net;
using System.Text.Json;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Branches;
using GitLabJira.Functions.Tests.GitLab;

namespace GitLabJira.Functions.Tests.CreateBranch;

[TestClass]
public sealed class GitLabBranchWriterTests(TestContext test)
{
    private const string Route = $"POST {GitLabScene.Api}projects/42/repository/branches";

    private static readonly GitLabAccess Access = new(KnownInstances.Host, "token-of-dana", "branches!7");

    private readonly GitLabScene _scene = new();

    [TestMethod]
    public async Task Creates_a_branch_with_the_token_that_it_was_given()
    {
        _scene.Http.On(Route, HttpStatusCode.Created, """{"name":"SHOP-7","web_url":"https://gitlab.test/acme/shop/-/tree/SHOP-7"}""");

        var creation = await CreateAsync();

        var asked = _scene.Http.Requests.Single();
        Assert.AreEqual(new BranchCreation(BranchOutcome.Created, "https://gitlab.test/acme/shop/-/tree/SHOP-7"), creation);
        Assert.AreEqual("Bearer token-of-dana", asked.Headers["Authorization"]);
        Assert.AreEqual("""{"branch":"SHOP-7","ref":"main"}""", asked.Body);
    }

    [TestMethod]
    [DataRow("Branch already exists", BranchOutcome.Exists)]
    [DataRow("Branch name is invalid", BranchOutcome.NameRefused)]
    [DataRow("Branch name 'SHOP-7' does not follow the pattern '^feature/'", BranchOutcome.NameRefused)]
    [DataRow("Failed to create branch 'SHOP-7': invalid reference name 'main'", BranchOutcome.NoSuchSource)]
    [DataRow("You are not allowed to create protected branches on this project.", BranchOutcome.NameProtected)]
    [DataRow("You are not allowed to push code to this project.", BranchOutcome.NoPushRight)]
    [DataRow("Something new", BranchOutcome.Refused)]
    public async Task Tells_refusals_apart_by_GitLabs_words(string message, BranchOutcome expected)
    {
        _scene.Http.On(Route, HttpStatusCode.BadRequest, JsonSerializer.Serialize(new { message }));

        Assert.AreEqual(new BranchCreation(expected), await CreateAsync());
    }

    [TestMethod]
    [DataRow(HttpStatusCode.Forbidden, BranchOutcome.NoPushRight)]
    [DataRow(HttpStatusCode.NotFound, BranchOutcome.NoSuchProject)]
    public async Task Takes_a_refusal_by_its_status(HttpStatusCode status, BranchOutcome expected)
    {
        _scene.Http.On(Route, status, """{"message":{"base":["no text"]}}""");

        Assert.AreEqual(new BranchCreation(expected), await CreateAsync());
    }

    [TestMethod]
    [DataRow(HttpStatusCode.Unauthorized, GitLabFailure.Unauthorized)]
    [DataRow(HttpStatusCode.TooManyRequests, GitLabFailure.RateLimited)]
    [DataRow(HttpStatusCode.BadGateway, GitLabFailure.Unavailable)]
    public async Task Asks_only_once_whatever_comes(HttpStatusCode status, GitLabFailure expected)
    {
        _scene.Http.On(Route, status, "<html>");

        var failure = await Assert.ThrowsExactlyAsync<GitLabRequestException>(CreateAsync);

        Assert.AreEqual(expected, failure.Failure);
        Assert.HasCount(1, _scene.Http.Requests);
    }

    private Task<BranchCreation> CreateAsync() =>
        new GitLabBranchWriter(_scene.Http.Client(), KnownInstances.One, _scene.Clock).CreateAsync(Access, 42, "SHOP-7", "main", test.CancellationToken);
}
