using System.Security.Cryptography;
using System.Text;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Tokens;
using GitLabJira.Functions.Tests.Jira.Installations;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace GitLabJira.Functions.Tests.Jira.Tokens;

[TestClass]
public sealed class ConnectTokensTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly ConnectTokens _tokens = new(Options.Create(new ConnectOptions { Key = "the-app" }), new FakeTimeProvider(Now));

    [TestMethod]
    public void Says_who_asks_whom_for_what_and_until_when()
    {
        var token = new JsonWebToken(_tokens.Create(Samples.Installation, HttpMethod.Post, new Uri("https://site.atlassian.net/rest/devinfo/0.10/bulk?b=2&a=1")));

        Assert.AreEqual("HS256", token.Alg);
        Assert.AreEqual("the-app", token.Issuer);
        Assert.AreEqual(Samples.Installation.ClientKey, token.Audiences.Single());
        Assert.AreEqual(Now.ToUnixTimeSeconds(), token.GetPayloadValue<long>("iat"));
        Assert.AreEqual(Now.AddSeconds(180).ToUnixTimeSeconds(), token.GetPayloadValue<long>("exp"));
        Assert.AreEqual(Qsh.Compute("POST", "/rest/devinfo/0.10/bulk", "?a=1&b=2"), token.GetPayloadValue<string>("qsh"));
    }

    [TestMethod]
    public void Signs_with_the_sites_secret()
    {
        var parts = _tokens.Create(Samples.Installation, HttpMethod.Get, new Uri("https://site.atlassian.net/rest")).Split('.');

        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Samples.Secret), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));

        CollectionAssert.AreEqual(expected, System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]));
    }

    [TestMethod]
    public void Signs_with_the_shortest_secret_that_an_install_may_bring() =>
        Assert.IsNotEmpty(_tokens.Create(Samples.Installation with { SharedSecret = new string('s', 32) }, HttpMethod.Get, new Uri("https://site.atlassian.net/rest")));
}
