using System.Net;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Tokens;
using GitLabJira.Functions.Jira.Users;
using GitLabJira.Functions.Tests.Jira.Installations;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace GitLabJira.Functions.Tests.Jira.Users;

[TestClass]
public sealed class SiteAdminsTests
{
    private const string UserUrl = "GET https://site.atlassian.net/rest/api/3/user?accountId=5%3Aaccount&expand=groups";
    private const string GroupsUrl = "GET https://site.atlassian.net/rest/api/3/user/groups?accountId=5%3Aaccount";

    private readonly CancellationToken _cancel;
    private readonly StubHttp _jira = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly ConnectOptions _options = new() { Key = "the-app" };
    private readonly SiteAdmins _admins;

    public SiteAdminsTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        var options = Options.Create(_options);
        _admins = new(new JiraUserClient(_jira.Client(), new ConnectTokens(options, _clock)), new YesCache(_clock), options, NullLogger<SiteAdmins>.Instance);
    }

    [TestMethod]
    [DataRow("site-admins")]
    [DataRow("org-admins")]
    [DataRow("Site-Admins")]
    public async Task Says_yes_to_members_of_the_admin_groups(string group)
    {
        _jira.On(UserUrl, User("jira-users", group));

        Assert.AreEqual(SiteAdminVerdict.Admin, await ChangeAsync());
        _jira.AssertAllAsked();
    }

    [TestMethod]
    public async Task Looks_at_the_full_list_when_the_expansion_names_no_admin_group()
    {
        _jira.On(UserUrl, User("jira-users")).On(GroupsUrl, """[{"name":"a"},{"name":"org-admins"}]""");

        Assert.AreEqual(SiteAdminVerdict.Admin, await ChangeAsync());
    }

    [TestMethod]
    [DataRow("jira-administrators")]
    [DataRow("site-admins-of-old")]
    public async Task Says_no_to_everybody_else(string group)
    {
        _jira.On(UserUrl, User(group)).On(GroupsUrl, $$"""[{"name":"{{group}}"}]""");

        Assert.AreEqual(SiteAdminVerdict.NotAdmin, await ChangeAsync());
    }

    [TestMethod]
    public async Task Goes_by_the_groups_in_the_settings()
    {
        _options.AdminGroups.Add("jira-owners");
        _jira.On(UserUrl, User("jira-owners")).On(UserUrl, User("site-admins")).On(GroupsUrl, "[]");

        Assert.AreEqual(SiteAdminVerdict.Admin, await ChangeAsync());
        Assert.AreEqual(SiteAdminVerdict.NotAdmin, await ChangeAsync());
    }

    [TestMethod]
    public async Task Takes_a_user_without_groups_for_none()
    {
        _jira.On(UserUrl, """{"active":true}""").On(GroupsUrl, "[]");

        Assert.AreEqual(SiteAdminVerdict.NotAdmin, await ChangeAsync());
    }

    [TestMethod]
    [DataRow(HttpStatusCode.Unauthorized)]
    [DataRow(HttpStatusCode.Forbidden)]
    [DataRow(HttpStatusCode.NotFound)]
    public async Task Says_that_it_could_not_fetch_the_user(HttpStatusCode status)
    {
        _jira.On(UserUrl, status).On(UserUrl, """{"active":false}""");

        Assert.AreEqual(SiteAdminVerdict.CouldNotFetchUser, await ChangeAsync());
        Assert.AreEqual(SiteAdminVerdict.CouldNotFetchUser, await ChangeAsync());
    }

    [TestMethod]
    [DataRow(HttpStatusCode.InternalServerError)]
    [DataRow(HttpStatusCode.TooManyRequests)]
    [DataRow(HttpStatusCode.Found)]
    public async Task Says_that_Jira_does_not_answer(HttpStatusCode status)
    {
        _jira.On(UserUrl, status);

        Assert.AreEqual(SiteAdminVerdict.NoAnswer, await ChangeAsync());
    }

    [TestMethod]
    public async Task Says_so_too_without_a_connection_or_for_an_unknown_form()
    {
        _jira.Fails(UserUrl, new HttpRequestException("reset")).Fails(UserUrl, new TaskCanceledException("timeout")).On(UserUrl, "<html>");

        for (var i = 0; i < 3; i++)
        {
            Assert.AreEqual(SiteAdminVerdict.NoAnswer, await ChangeAsync());
        }
    }

    [TestMethod]
    public async Task A_yes_holds_60_seconds_for_reads()
    {
        _jira.On(UserUrl, User("site-admins")).On(UserUrl, HttpStatusCode.NotFound);

        Assert.AreEqual(SiteAdminVerdict.Admin, await ReadAsync());
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.AreEqual(SiteAdminVerdict.Admin, await ReadAsync());
        Assert.HasCount(1, _jira.Requests);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual(SiteAdminVerdict.CouldNotFetchUser, await ReadAsync());
    }

    [TestMethod]
    public async Task A_yes_never_holds_for_changes_and_a_no_ends_it()
    {
        _jira.On(UserUrl, User("site-admins")).On(UserUrl, User()).On(GroupsUrl, "[]").On(UserUrl, User()).On(GroupsUrl, "[]");

        Assert.AreEqual(SiteAdminVerdict.Admin, await ReadAsync());
        Assert.AreEqual(SiteAdminVerdict.NotAdmin, await ChangeAsync());
        Assert.AreEqual(SiteAdminVerdict.NotAdmin, await ReadAsync());
    }

    [TestMethod]
    public async Task Signs_each_call_for_its_own_address()
    {
        _jira.On(UserUrl, User()).On(GroupsUrl, "[]");

        await ChangeAsync();

        foreach (var request in _jira.Requests)
        {
            var token = new JsonWebToken(request.Headers["Authorization"]["JWT ".Length..]);
            Assert.AreEqual(Qsh.Compute(HttpMethod.Get, request.Address, Samples.Installation.BaseUrl), token.GetPayloadValue<string>("qsh"));
            Assert.IsNull(request.Body);
        }
    }

    private static string User(params string[] groups)
    {
        var items = string.Join(',', groups.Select(group => $$"""{"name":"{{group}}","groupId":"g"}"""));
        return """{"accountId":"5:account","active":true,"emailAddress":"somebody@example.com","groups":{"size":9,"items":[ITEMS]}}""".Replace("ITEMS", items, StringComparison.Ordinal);
    }

    private Task<SiteAdminVerdict> ChangeAsync() => _admins.CheckForChangeAsync(Samples.Installation, "5:account", _cancel);

    private Task<SiteAdminVerdict> ReadAsync() => _admins.CheckForReadAsync(Samples.Installation, "5:account", _cancel);
}
