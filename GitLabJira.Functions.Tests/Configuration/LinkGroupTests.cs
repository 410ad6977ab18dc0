using System.Net;
using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Users;
using GitLabJira.Functions.Tests.GitLab;
using Moq;

namespace GitLabJira.Functions.Tests.Configuration;

[TestClass]
public sealed class LinkGroupTests(TestContext test)
{
    private const string Body = """{"groupId":5}""";
    private const string Group = $"GET {GitLabScene.Api}groups/5?with_projects=false";
    private const string Role = $"GET {GitLabScene.Api}groups/5/members/all/1";
    private const string Hooks = $"{GitLabScene.Api}groups/5/hooks";

    private readonly PageScene _scene = new();

    [TestMethod]
    public async Task Links_a_group_row_first_then_hook_then_active_then_sync()
    {
        await SignedInAsync();
        GroupIs("acme");
        LinkState? whenHooked = null;
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", "[]");
        _scene.GitLab.Http.On($"POST {Hooks}", request =>
        {
            whenHooked = RowsAsync().GetAwaiter().GetResult().Single().State;
            Assert.HasCount(1, _scene.GitLab.Tables.Keys("LinkIndex"));
            Assert.IsEmpty(_scene.Started);
            return StubHttp.Answer(HttpStatusCode.Created, """{"id":42,"token_present":true,"signing_token_present":true}""");
        });

        var answer = await _scene.LinkAsync(Body);

        var link = (await RowsAsync()).Single();
        var (name, instanceId, input) = _scene.Started.Single();
        Assert.AreEqual(201, answer.Status);
        Assert.AreEqual("linked", answer.Reason);
        Assert.AreEqual("active", answer.Json["link"]!["state"]!.GetValue<string>());
        Assert.AreEqual("listing", answer.Json["link"]!["sync"]!["state"]!.GetValue<string>());
        Assert.AreEqual(LinkState.Linking, whenHooked);
        Assert.AreEqual(LinkState.Active, link.State);
        Assert.AreEqual(HookKind.Group, link.HookKind);
        Assert.AreEqual(42, link.GroupHookId);
        Assert.AreEqual("acme", link.GroupPath);
        Assert.AreEqual(GitLabScene.Ann, link.LinkedByAccountId);
        Assert.AreEqual(_scene.GitLab.Clock.GetUtcNow(), link.HookedAt);
        Assert.AreEqual(SyncRun.Orchestration, name);
        Assert.AreEqual(SyncRun.InstanceId(link.Id, link.ActiveRunId!), instanceId);
        Assert.AreEqual(new SyncRunInput { ClientKey = GitLabScene.ClientKey, LinkId = link.Id, RunId = link.ActiveRunId! }, input);
    }

    [TestMethod]
    public async Task Refuses_without_a_token_and_asks_nobody()
    {
        _scene.User = null;

        var answer = await _scene.LinkAsync(Body);

        Assert.AreEqual(401, answer.Status);
        Assert.AreEqual("unauthorized", answer.Reason);
        _scene.Admins.VerifyNoOtherCalls();
        Assert.IsEmpty(_scene.GitLab.Http.Requests);
    }

    [TestMethod]
    public async Task Refuses_a_token_that_names_no_user()
    {
        _scene.User = _scene.User! with { AccountId = null };

        var answer = await _scene.LinkAsync(Body);

        Assert.AreEqual(401, answer.Status);
    }

    [TestMethod]
    public async Task Refuses_who_is_not_signed_in_to_GitLab()
    {
        var answer = await _scene.LinkAsync(Body);

        AssertRefused(answer, 401, "not_signed_in", "Sign in to GitLab");
    }

    [TestMethod]
    [DataRow(SiteAdminVerdict.NotAdmin, "not_site_admin", "site-admins, org-admins")]
    [DataRow(SiteAdminVerdict.CouldNotFetchUser, "jira_user_unknown", "Could not fetch user information from Jira")]
    public async Task Refuses_who_is_no_site_admin_and_names_what_it_takes(SiteAdminVerdict verdict, string reason, string text)
    {
        await SignedInAsync();
        _scene.Verdict = verdict;

        var answer = await _scene.LinkAsync(Body);

        AssertRefused(answer, 403, reason, text);
        _scene.Admins.Verify(admins => admins.CheckForReadAsync(PageScene.Site, GitLabScene.Ann, It.IsAny<CancellationToken>()), Times.Never);
        Assert.IsEmpty(_scene.GitLab.Http.Requests);
    }

    [TestMethod]
    [DataRow("", 400, "malformed_body")]
    [DataRow("{", 400, "malformed_body")]
    [DataRow("null", 400, "malformed_body")]
    [DataRow("[5]", 400, "malformed_body")]
    [DataRow("{}", 422, "bad_field")]
    [DataRow("""{"groupId":null}""", 422, "bad_field")]
    [DataRow("""{"groupId":"5"}""", 422, "bad_field")]
    [DataRow("""{"groupId":5.5}""", 422, "bad_field")]
    [DataRow("""{"groupId":0}""", 422, "bad_field")]
    [DataRow("""{"groupId":-1}""", 422, "bad_field")]
    [DataRow("""{"groupId":99999999999999999999}""", 422, "bad_field")]
    public async Task Refuses_a_bad_body_and_names_the_field(string body, int status, string reason)
    {
        await SignedInAsync();

        var answer = await _scene.LinkAsync(body);

        Assert.AreEqual(status, answer.Status);
        Assert.AreEqual(reason, answer.Reason);
        Assert.AreEqual(status == 422 ? "groupId" : null, answer.Json["field"]?.GetValue<string>());
        Assert.IsEmpty(await RowsAsync());
    }

    [TestMethod]
    public async Task Refuses_a_body_that_is_too_large()
    {
        await SignedInAsync();

        var answer = await _scene.LinkAsync(new string(' ', 9000));

        Assert.AreEqual(413, answer.Status);
    }

    [TestMethod]
    [DataRow("""{"id":5,"kind":"user"}""", HttpStatusCode.NotFound, 422, "is_a_personal_namespace", "Only groups and subgroups")]
    [DataRow(null, HttpStatusCode.OK, 422, "is_a_project", "Only groups and subgroups")]
    [DataRow(null, HttpStatusCode.NotFound, 404, "group_not_found", "Cannot find the group")]
    public async Task Refuses_what_is_no_group(string? name, HttpStatusCode project, int status, string reason, string text)
    {
        await SignedInAsync();
        _scene.GitLab.Http.On(Group, HttpStatusCode.NotFound);
        _scene.GitLab.Http.On($"GET {GitLabScene.Api}namespaces/5", name is null ? HttpStatusCode.NotFound : HttpStatusCode.OK, name);
        _scene.GitLab.Http.On($"GET {GitLabScene.Api}projects/5", project, """{"id":5}""");

        var answer = await _scene.LinkAsync(Body);

        AssertRefused(answer, status, reason, text);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.OK, """{"access_level":30}""")]
    [DataRow(HttpStatusCode.NotFound, "")]
    public async Task Refuses_a_group_without_the_role_as_if_it_were_not_there(HttpStatusCode status, string body)
    {
        await SignedInAsync();
        _scene.GitLab.Http.On(Group, """{"id":5,"full_path":"acme"}""");
        _scene.GitLab.Http.On(Role, status, body);

        var answer = await _scene.LinkAsync(Body);

        AssertRefused(answer, 404, "group_not_found", "not a Maintainer or Owner");
    }

    [TestMethod]
    [DataRow("acme", 5L, "already_linked", "acme is linked already")]
    [DataRow("acme", 4L, "covered_by_parent", "covered by acme")]
    public async Task Refuses_what_is_linked_or_covered(string path, long id, string reason, string text)
    {
        await SignedInAsync();
        await _scene.GitLab.LinkAsync(test.CancellationToken, path, id);
        GroupIs(id == 5 ? "acme" : "acme/web");

        var answer = await _scene.LinkAsync(Body);

        Assert.AreEqual(409, answer.Status);
        Assert.AreEqual(reason, answer.Reason);
        Assert.Contains(text, answer.Detail!);
        Assert.HasCount(1, await RowsAsync());
    }

    [TestMethod]
    public async Task Waits_for_a_clean_up_that_still_runs()
    {
        await SignedInAsync();
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);
        await _scene.UnlinkAsync(link.Id);
        GroupIs("acme");

        var answer = await _scene.LinkAsync(Body);

        Assert.AreEqual(409, answer.Status);
        Assert.AreEqual("clean_up_running", answer.Reason);
    }

    [TestMethod]
    [DataRow(HttpStatusCode.BadGateway, 503, "gitlab_unavailable")]
    [DataRow(HttpStatusCode.TooManyRequests, 503, "gitlab_rate_limited")]
    [DataRow(HttpStatusCode.Forbidden, 502, "gitlab_refused")]
    public async Task Says_when_GitLab_does_not_help(HttpStatusCode status, int expected, string reason)
    {
        await SignedInAsync();
        _scene.GitLab.Http.On(Group, status, null, ("Retry-After", "17"));

        var answer = await _scene.LinkAsync(Body);

        Assert.AreEqual(expected, answer.Status);
        Assert.AreEqual(reason, answer.Reason);
        Assert.AreEqual(expected == 503 ? "17" : "", answer.Headers.RetryAfter.ToString());
    }

    [TestMethod]
    public async Task Takes_everything_back_when_GitLab_refuses_the_hook()
    {
        await SignedInAsync();
        GroupIs("acme");
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", "[]");
        _scene.GitLab.Http.On($"POST {Hooks}", HttpStatusCode.UnprocessableEntity);
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", "[]");

        var answer = await _scene.LinkAsync(Body);

        AssertRefused(answer, 422, "hook_refused", "refused the webhook");
        Assert.IsEmpty(await RowsAsync());
    }

    [TestMethod]
    public async Task Leaves_the_rest_to_the_timer_when_GitLab_does_not_answer()
    {
        await SignedInAsync();
        GroupIs("acme");
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", HttpStatusCode.BadGateway);

        var answer = await _scene.LinkAsync(Body);

        Assert.AreEqual(202, answer.Status);
        Assert.AreEqual("linking", answer.Reason);
        Assert.AreEqual(LinkState.Linking, (await RowsAsync()).Single().State);
        Assert.IsEmpty(_scene.Started);
    }

    [TestMethod]
    public async Task Takes_over_a_linked_subgroup_and_starts_its_clean_up()
    {
        await SignedInAsync();
        var child = await _scene.GitLab.LinkAsync(test.CancellationToken, "acme/web", 6);
        GroupIs("acme");
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", HttpStatusCode.NotFound);

        var answer = await _scene.LinkAsync(Body);

        var rows = await RowsAsync();
        var cleanUp = (LinkCleanUpInput)_scene.Started.Single(started => started.Name == LinkCleanUp.Orchestration).Input;
        Assert.AreEqual(201, answer.Status);
        Assert.AreEqual("project", answer.Json["link"]!["hook"]!.GetValue<string>());
        Assert.AreEqual(child.Id, cleanUp.LinkId);
        Assert.AreEqual(child.Epoch + 1, cleanUp.Epoch);
        Assert.AreEqual(child.Id, rows.Single(row => row.GroupPath == "acme").InheritedLinkIds.Single());
        Assert.HasCount(1, (await _scene.LinksAsync()).Json["links"]!.AsArray());
    }

    [TestMethod]
    public async Task Removes_its_hook_when_the_link_was_removed_meanwhile()
    {
        await SignedInAsync();
        GroupIs("acme");
        _scene.GitLab.Http.On($"GET {Hooks}?per_page=100", "[]");
        _scene.GitLab.Http.On($"POST {Hooks}", request =>
        {
            var link = RowsAsync().GetAwaiter().GetResult().Single();
            _ = _scene.GitLab.Removal.BeginAsync(link.ClientKey, link.Id, "test", test.CancellationToken).GetAwaiter().GetResult();
            return StubHttp.Answer(HttpStatusCode.Created, """{"id":42,"token_present":true,"signing_token_present":true}""");
        });
        _scene.GitLab.Http.On($"DELETE {Hooks}/42", HttpStatusCode.NoContent);

        var answer = await _scene.LinkAsync(Body);

        Assert.AreEqual(409, answer.Status);
        Assert.AreEqual("removed_meanwhile", answer.Reason);
        Assert.IsEmpty(_scene.Started);
        _scene.GitLab.Http.AssertAllAsked();
    }

    [TestMethod]
    public async Task Logs_ids_and_no_secret()
    {
        await Links_a_group_row_first_then_hook_then_active_then_sync();

        var link = (await RowsAsync()).Single();
        var secret = (await _scene.GitLab.Links.HookSecretsAsync(link, test.CancellationToken)).Single();
        var text = string.Join('\n', _scene.GitLab.Logs.GetSnapshot().Select(record => record.Message));
        Assert.Contains($"{link.Id}", text);

        foreach (var hidden in new[] { secret.Token, secret.SigningToken, "ann-token", "acme", "user1" })
        {
            Assert.DoesNotContain(hidden, text);
        }
    }

    private Task<Grant> SignedInAsync() => _scene.GitLab.SignInAsync(GitLabScene.Ann, 1, "ann-token", test.CancellationToken);

    private void GroupIs(string path)
    {
        _scene.GitLab.Http.On(Group, $$"""{"id":5,"name":"Acme","full_path":"{{path}}"}""");
        _scene.GitLab.Http.On(Role, """{"access_level":40}""");
    }

    private Task<List<Link>> RowsAsync() => _scene.GitLab.Links.ListAsync(GitLabScene.ClientKey, test.CancellationToken).ToListAsync(test.CancellationToken).AsTask();

    private void AssertRefused(PageAnswer answer, int status, string reason, string text)
    {
        Assert.AreEqual(status, answer.Status);
        Assert.AreEqual(reason, answer.Reason);
        Assert.Contains(text, answer.Detail!);
        Assert.IsEmpty(_scene.GitLab.Tables.Rows("Links").Where(row => row["State"]?.GetValue<string>() is not null));
        Assert.IsEmpty(_scene.Started);
    }
}
