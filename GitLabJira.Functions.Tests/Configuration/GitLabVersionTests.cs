using System.Net;
using GitLabJira.Functions.Jira.Users;
using GitLabJira.Functions.Tests.GitLab;
using Moq;

namespace GitLabJira.Functions.Tests.Configuration;

[TestClass]
public sealed class GitLabVersionTests
{
    private const string SelfManaged = "https://git.example.com";
    private const string TheirToken = $"POST {SelfManaged}/oauth/token";
    private const string Choose = $$"""{"host":"{{SelfManaged}}/","applicationId":"app-1","applicationSecret":"secret-1"}""";

    private readonly PageScene _scene = new();
    private readonly List<Uri> _chosen = [];
    private readonly CancellationToken _cancel;

    public GitLabVersionTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        _scene.Tenants.Setup(tenants => tenants.ChooseGitLabAsync(GitLabScene.ClientKey, 1, It.IsAny<Uri>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((string _, int _, Uri host, CancellationToken _) =>
            {
                _chosen.Add(host);
                return true;
            });
    }

    [TestMethod]
    public async Task Shows_the_default_instance_and_what_an_application_in_gitlab_must_name()
    {
        var answer = await _scene.VersionAsync();

        Assert.AreEqual((200, "shown"), (answer.Status, answer.Reason));
        Assert.AreEqual("https://gitlab.test", (string?)answer.Json["host"]);
        Assert.IsTrue((bool)answer.Json["isDefault"]!);
        Assert.HasCount(1, answer.Json["instances"]!.AsArray());
        Assert.AreEqual("https://app.test/gitlab/callback", (string?)answer.Json["redirectUri"]);
        Assert.AreEqual("""["api"]""", answer.Json["scopes"]!.ToJsonString());
    }

    [TestMethod]
    public async Task Chooses_a_self_managed_instance_that_knows_the_application()
    {
        _scene.GitLab.Http.On(TheirToken, HttpStatusCode.BadRequest, GitLabScene.InvalidGrant);

        var answer = await _scene.ChangeVersionAsync(Choose);

        Assert.AreEqual((200, "changed", SelfManaged), (answer.Status, answer.Reason, (string?)answer.Json["host"]));
        Assert.AreEqual(new Uri(SelfManaged), _chosen.Single());
        Assert.AreEqual($$"""{"host":"{{SelfManaged}}","isDefault":false,"applicationId":"app-1","hasSecret":true}""", answer.Json["instances"]![1]!.ToJsonString());
        Assert.DoesNotContain("secret-1", answer.Text);
        Assert.AreEqual("secret-1", (await _scene.GitLab.Instances.FindAsync(GitLabScene.ClientKey, new Uri(SelfManaged), _cancel))!.ApplicationSecret);
        Assert.Contains("client_secret=secret-1", _scene.GitLab.Http.Requests.Single().Body!);
    }

    [TestMethod]
    public async Task Goes_back_and_forth_between_known_instances_without_being_told_the_application_again()
    {
        _scene.GitLab.Http.On(TheirToken, HttpStatusCode.BadRequest, GitLabScene.InvalidGrant);
        await _scene.ChangeVersionAsync(Choose);

        Assert.AreEqual(200, (await _scene.ChangeVersionAsync("""{"host":"https://gitlab.test"}""")).Status);
        Assert.AreEqual(200, (await _scene.ChangeVersionAsync($$"""{"host":"{{SelfManaged}}"}""")).Status);

        Assert.AreSequenceEqual([new Uri(SelfManaged), KnownInstances.Host, new Uri(SelfManaged)], _chosen);
        Assert.HasCount(1, _scene.GitLab.Http.Requests);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.Unauthorized, """{"error":"invalid_client"}""", "application_refused", "applicationId")]
    [DataRow(HttpStatusCode.OK, "<html>", "not_a_gitlab", "host")]
    [DataRow(HttpStatusCode.Found, "", "not_a_gitlab", "host")]
    [DataRow(HttpStatusCode.NotFound, "{}", "not_a_gitlab", "host")]
    [DataRow(HttpStatusCode.BadGateway, "", "gitlab_unreachable", "host")]
    public async Task Says_why_an_instance_cannot_be_used_and_changes_nothing(HttpStatusCode status, string body, string reason, string field)
    {
        _scene.GitLab.Http.On(TheirToken, status, body);

        var answer = await _scene.ChangeVersionAsync(Choose);

        Assert.AreEqual((422, reason, field), (answer.Status, answer.Reason, (string?)answer.Json["field"]));
        AssertUnchanged();
    }

    [TestMethod]
    public async Task Says_that_nothing_answers()
    {
        _scene.GitLab.Http.Fails(TheirToken, new HttpRequestException("no route"));

        Assert.AreEqual("gitlab_unreachable", (await _scene.ChangeVersionAsync(Choose)).Reason);
        AssertUnchanged();
    }

    [TestMethod]
    [DataRow("""{"host":"git.example.com"}""", "bad_field", "host")]
    [DataRow("""{"host":"https://git.example.com?a=b","applicationId":"a"}""", "bad_field", "host")]
    [DataRow("""{"applicationId":"a"}""", "bad_field", "host")]
    [DataRow("""{"host":"https://git.example.com"}""", "bad_field", "applicationId")]
    [DataRow("""{"host":"https://git.example.com","applicationId":7}""", "bad_field", "applicationId")]
    [DataRow("""{"host":"https://git.example.com","applicationId":"a","secret":"s"}""", "bad_field", "secret")]
    [DataRow("""{"host":"http://git.example.com","applicationId":"a"}""", "gitlab_address_refused", "host")]
    [DataRow("""{"host":"https://admin:pass@git.example.com","applicationId":"a"}""", "gitlab_address_refused", "host")]
    [DataRow("""{"host":"https://169.254.169.254","applicationId":"a"}""", "gitlab_address_refused", "host")]
    [DataRow("""{"host":"https://localhost:6379","applicationId":"a"}""", "gitlab_address_refused", "host")]
    public async Task Refuses_what_is_no_address_before_it_calls_anything(string body, string reason, string field)
    {
        var answer = await _scene.ChangeVersionAsync(body);

        Assert.AreEqual((422, reason, field), (answer.Status, answer.Reason, (string?)answer.Json["field"]));
        Assert.DoesNotContain("pass", answer.Text);
        Assert.IsEmpty(_scene.GitLab.Http.Requests);
        AssertUnchanged();
    }

    [TestMethod]
    public async Task Lets_nobody_but_site_admins_see_or_choose()
    {
        _scene.Verdict = SiteAdminVerdict.NotAdmin;

        Assert.AreEqual("not_site_admin", (await _scene.VersionAsync()).Reason);
        var answer = await _scene.ChangeVersionAsync(Choose);

        Assert.AreEqual((403, "not_site_admin"), (answer.Status, answer.Reason));
        Assert.AreEqual("""["site-admins","org-admins"]""", answer.Json["groups"]!.ToJsonString());
        AssertUnchanged();
    }

    [TestMethod]
    public async Task Tells_a_jira_that_does_not_answer_from_a_user_that_it_does_not_show()
    {
        _scene.Verdict = SiteAdminVerdict.NoAnswer;
        var answer = await _scene.VersionAsync();
        Assert.AreEqual((503, "jira_unavailable"), (answer.Status, answer.Reason));

        _scene.Verdict = SiteAdminVerdict.CouldNotFetchUser;
        answer = await _scene.VersionAsync();
        Assert.AreEqual((403, "jira_user_unknown"), (answer.Status, answer.Reason));
    }

    private void AssertUnchanged()
    {
        Assert.IsEmpty(_chosen);
        Assert.IsEmpty(_scene.GitLab.Tables.Rows("Instances"));
    }
}
