using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Tokens;
using GitLabJira.Functions.Tests.Jira.Installations;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.Jira.Tokens;

[TestClass]
public sealed class ConnectAuthenticatorTests(TestContext test)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly Mock<IInstallations> _installations = new(MockBehavior.Strict);
    private readonly FakeLogger<ConnectAuthenticator> _logger = new();

    [TestMethod]
    public async Task Accepts_a_context_token_and_says_who_it_is()
    {
        Knows(Samples.Installation);

        var user = await Authenticator().AuthenticateContextAsync(WithHeader(Context()), test.CancellationToken);

        Assert.AreEqual(new ConnectUser(Samples.Installation, "account-1"), user);
    }

    [TestMethod]
    public async Task Accepts_a_token_made_for_this_address()
    {
        Knows(Samples.Installation);

        var user = await Authenticator().AuthenticateUrlAsync(WithQuery(ForUrl(), "?xdm_e=https%3A%2F%2Fsite.atlassian.net&lic=none"), test.CancellationToken);

        Assert.AreEqual("account-1", user?.AccountId);
    }

    [TestMethod]
    public async Task Accepts_a_site_without_a_user_where_no_user_acts()
    {
        Knows(Samples.Installation);

        var user = await Authenticator().AuthenticateUrlAsync(WithQuery(ForUrl(("sub", null)), "?xdm_e=https%3A%2F%2Fsite.atlassian.net&lic=none"), test.CancellationToken);

        Assert.IsNotNull(user);
        Assert.IsNull(user.AccountId);
    }

    [TestMethod]
    public async Task Refuses_a_context_token_without_a_user()
    {
        Knows(Samples.Installation);

        await AssertRefusedAsync(a => a.AuthenticateContextAsync(WithHeader(Context(("sub", null))), test.CancellationToken), "NoAccount");
    }

    [TestMethod]
    public async Task Refuses_a_context_token_where_the_address_counts()
    {
        Knows(Samples.Installation);

        await AssertRefusedAsync(a => a.AuthenticateUrlAsync(WithQuery(Context(), "?lic=none"), test.CancellationToken), "WrongQsh");
    }

    [TestMethod]
    public async Task Refuses_a_token_of_an_address_where_a_context_token_belongs()
    {
        Knows(Samples.Installation);

        await AssertRefusedAsync(a => a.AuthenticateContextAsync(WithHeader(ForUrl()), test.CancellationToken), "WrongQsh");
    }

    [TestMethod]
    [DataRow("?xdm_e=https%3A%2F%2Fsite.atlassian.net&lic=active")]
    [DataRow("?xdm_e=https%3A%2F%2Fsite.atlassian.net")]
    [DataRow("?xdm_e=https%3A%2F%2Fsite.atlassian.net&lic=none&more=1")]
    public async Task Refuses_a_token_for_another_query(string query)
    {
        Knows(Samples.Installation);

        await AssertRefusedAsync(a => a.AuthenticateUrlAsync(WithQuery(ForUrl(), query), test.CancellationToken), "WrongQsh");
    }

    [TestMethod]
    [DataRow(-60, true)]
    [DataRow(-3, true)]
    [DataRow(-4, false)]
    [DataRow(-3600, false)]
    public async Task Allows_for_clocks_that_differ_by_three_seconds(int expires, bool accepted)
    {
        Knows(Samples.Installation);
        var expiry = expires is -60 ? Now.AddMinutes(1) : Now.AddSeconds(expires);

        var user = await Authenticator().AuthenticateContextAsync(WithHeader(Context(("exp", expiry.ToUnixTimeSeconds()))), test.CancellationToken);

        Assert.AreEqual(accepted, user is not null);
    }

    [TestMethod]
    public async Task Refuses_a_token_that_never_ends()
    {
        Knows(Samples.Installation);

        await AssertRefusedAsync(a => a.AuthenticateContextAsync(WithHeader(Context(("exp", null))), test.CancellationToken), "Expired");
    }

    [TestMethod]
    public async Task Refuses_a_token_that_is_not_valid_yet()
    {
        Knows(Samples.Installation);

        await AssertRefusedAsync(a => a.AuthenticateContextAsync(WithHeader(Context(("nbf", Now.AddMinutes(1).ToUnixTimeSeconds()))), test.CancellationToken), "Expired");
    }

    [TestMethod]
    public async Task Refuses_a_token_for_another_audience()
    {
        Knows(Samples.Installation);

        await AssertRefusedAsync(a => a.AuthenticateContextAsync(WithHeader(Context(("aud", "tenant-2"))), test.CancellationToken), "WrongSignature");
    }

    [TestMethod]
    [DataRow("HS384")]
    [DataRow("HS512")]
    [DataRow("RS256")]
    [DataRow("none")]
    [DataRow("hs256")]
    public async Task Refuses_every_algorithm_but_one(string algorithm)
    {
        Knows(Samples.Installation);
        var token = TokenForge.Hs256(Samples.Secret, Claims(("qsh", Qsh.Context)), algorithm);

        Assert.IsNull(await Authenticator().AuthenticateContextAsync(WithHeader(token), test.CancellationToken));
    }

    [TestMethod]
    public async Task Refuses_an_unsigned_token()
    {
        Knows(Samples.Installation);

        Assert.IsNull(await Authenticator().AuthenticateContextAsync(WithHeader(TokenForge.Unsigned(Claims(("qsh", Qsh.Context)))), test.CancellationToken));
    }

    [TestMethod]
    public async Task Reads_the_installation_again_before_it_refuses_a_signature()
    {
        _installations.Setup(i => i.FindAsync("tenant-1", false, It.IsAny<CancellationToken>())).ReturnsAsync(Samples.Installation with { SharedSecret = "the-secret-before-it-was-rotated" });
        _installations.Setup(i => i.FindAsync("tenant-1", true, It.IsAny<CancellationToken>())).ReturnsAsync(Samples.Installation);

        var user = await Authenticator().AuthenticateContextAsync(WithHeader(Context()), test.CancellationToken);

        Assert.IsNotNull(user);
        _installations.Verify(i => i.FindAsync("tenant-1", true, It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task Refuses_a_foreign_signature_after_one_more_look()
    {
        Knows(Samples.Installation);
        var token = TokenForge.Hs256("another-secret-of-somebody-else-entirely", Claims(("qsh", Qsh.Context)));

        await AssertRefusedAsync(a => a.AuthenticateContextAsync(WithHeader(token), test.CancellationToken), "WrongSignature");

        _installations.Verify(i => i.FindAsync("tenant-1", true, It.IsAny<CancellationToken>()), Times.Once);
    }

    [TestMethod]
    public async Task Finds_a_site_that_installed_a_moment_ago()
    {
        _installations.Setup(i => i.FindAsync("tenant-1", false, It.IsAny<CancellationToken>())).ReturnsAsync((Installation?)null);
        _installations.Setup(i => i.FindAsync("tenant-1", true, It.IsAny<CancellationToken>())).ReturnsAsync(Samples.Installation);

        Assert.IsNotNull(await Authenticator().AuthenticateContextAsync(WithHeader(Context()), test.CancellationToken));
    }

    [TestMethod]
    public async Task Refuses_a_site_that_nobody_knows()
    {
        Knows(null);

        await AssertRefusedAsync(a => a.AuthenticateContextAsync(WithHeader(Context()), test.CancellationToken), "UnknownIssuer");
    }

    [TestMethod]
    public async Task Refuses_a_site_that_removed_the_app_and_never_takes_an_empty_secret()
    {
        Knows(Samples.Installation with { State = InstallationState.Uninstalled, SharedSecret = "" });

        await AssertRefusedAsync(a => a.AuthenticateContextAsync(WithHeader(Context()), test.CancellationToken), "Uninstalled");
    }

    [TestMethod]
    [DataRow("JWT ")]
    [DataRow("JWT not-a-token")]
    [DataRow("JWT a.b.c")]
    [DataRow("JWT ...")]
    [DataRow("Bearer eyJhbGciOiJIUzI1NiJ9.e30.x")]
    public async Task Refuses_what_is_no_token_without_asking_the_table(string header)
    {
        var request = Request("");
        request.Headers.Authorization = header;

        Assert.IsNull(await Authenticator().AuthenticateContextAsync(request, test.CancellationToken));
    }

    [TestMethod]
    public async Task Refuses_two_tokens_at_once()
    {
        var both = WithQuery(ForUrl(), "?lic=none");
        both.Headers.Authorization = "JWT " + ForUrl();

        await AssertRefusedAsync(a => a.AuthenticateUrlAsync(both, test.CancellationToken), "NoToken");
        await AssertRefusedAsync(a => a.AuthenticateUrlAsync(Request($"?jwt={ForUrl()}&jwt={ForUrl()}"), test.CancellationToken), "NoToken");
    }

    [TestMethod]
    public async Task Refuses_an_over_long_token_before_it_parses_it() =>
        await AssertRefusedAsync(a => a.AuthenticateContextAsync(WithHeader(Context(("more", new string('x', 9000)))), test.CancellationToken), "NoToken");

    [TestMethod]
    public async Task Logs_reasons_and_nothing_of_the_token()
    {
        Knows(null);
        var token = Context();

        await Authenticator().AuthenticateContextAsync(WithHeader(token), test.CancellationToken);

        Assert.IsFalse(_logger.Collector.GetSnapshot().Any(record => record.Message.Contains(token[^20..], StringComparison.Ordinal)));
    }

    private static string Context(params (string Name, object? Value)[] changes) => TokenForge.Hs256(Samples.Secret, Claims([("qsh", Qsh.Context), .. changes]));

    private static string ForUrl(params (string Name, object? Value)[] changes) =>
        TokenForge.Hs256(Samples.Secret, Claims([("qsh", Qsh.Compute("GET", "/configuration", "?lic=none&xdm_e=https%3A%2F%2Fsite.atlassian.net")), .. changes]));

    private static Dictionary<string, object?> Claims(params (string Name, object? Value)[] changes)
    {
        var claims = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["iss"] = "tenant-1",
            ["sub"] = "account-1",
            ["iat"] = Now.ToUnixTimeSeconds(),
            ["exp"] = Now.AddMinutes(3).ToUnixTimeSeconds(),
        };

        foreach (var (name, value) in changes)
        {
            claims[name] = value;
        }

        return claims;
    }

    private static HttpRequest WithHeader(string token)
    {
        var request = Request("");
        request.Headers.Authorization = "JWT " + token;
        return request;
    }

    private static HttpRequest WithQuery(string token, string query) => Request($"{query}&jwt={token}");

    private static HttpRequest Request(string query)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = "GET";
        request.Path = "/configuration";
        request.QueryString = new QueryString(query);
        return request;
    }

    private void Knows(Installation? installation) => _installations.Setup(i => i.FindAsync("tenant-1", It.IsAny<bool>(), It.IsAny<CancellationToken>())).ReturnsAsync(installation);

    private ConnectAuthenticator Authenticator() =>
        new(_installations.Object, Options.Create(new AppOptions { BaseUrl = new Uri("https://app.example.com") }), new FakeTimeProvider(Now), _logger);

    private async Task AssertRefusedAsync(Func<ConnectAuthenticator, Task<ConnectUser?>> act, string reason)
    {
        Assert.IsNull(await act(Authenticator()));
        StringAssert.Contains(_logger.LatestRecord.Message, reason, StringComparison.Ordinal);
    }
}
