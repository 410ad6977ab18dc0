using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.Jira.Signing;

namespace GitLabJira.WholeApp.Tests.BadInput;

/// <summary>Who installs and uninstalls is told by Atlassian's signature alone; whatever else is sent changes nothing (design 6.9 and 8, Install).</summary>
[TestClass]
public sealed class ForgedLifecycleTests(TestContext test)
{
    private static readonly Dictionary<string, Action<LifecycleForge>> Forgeries = new(StringComparer.Ordinal)
    {
        ["without a token"] = call => call.Sign = _ => null,
        ["with a token that is none"] = call => call.Sign = _ => "this.is-no.token",
        ["with a token of empty parts"] = call => call.Sign = _ => "..",
        ["with a token of 9 kB"] = call => call.Claims["padding"] = new string('x', 9_000),
        ["with two tokens"] = call => call.AlsoInQuery = true,
        ["under another scheme"] = call => call.Scheme = "Bearer",
        ["with an expired token"] = call => call.Claims["exp"] = call.Now - 10,
        ["with a token without an end"] = call => call.Claims.Remove("exp"),
        ["with a token without an issue time"] = call => call.Claims.Remove("iat"),
        ["for another audience"] = call => call.Claims["aud"] = new JsonArray("https://another-app.example"),
        ["for no audience"] = call => call.Claims.Remove("aud"),
        ["of another issuer"] = call => call.Claims["iss"] = Guid.NewGuid().ToString(),
        ["of no issuer"] = call => call.Claims.Remove("iss"),
        ["with the hash of another path"] = call => call.Claims["qsh"] = QueryHash.Compute("POST", "/connect/other", ""),
        ["with the hash of another method"] = call => call.Claims["qsh"] = QueryHash.Compute("GET", $"/{call.Path}", ""),
        ["with the hash of a context token"] = call => call.Claims["qsh"] = QueryHash.Context,
        ["without a hash"] = call => call.Claims.Remove("qsh"),
        ["with alg none"] = call => Unsigned(call, "none"),
        ["with alg None"] = call => Unsigned(call, "None"),
        ["with alg none and a signature"] = call =>
        {
            call.Header["alg"] = "none";
            call.Sign = forge => ConnectToken.SignHs256(forge.Claims, forge.NewSecret, forge.Header);
        },
        ["with HS256 and the tenant's secret"] = call => Symmetric(call, forge => forge.App.Site.App!.SharedSecret),
        ["with HS256 and the secret of the body"] = call => Symmetric(call, forge => forge.NewSecret),
        ["with a foreign key under a published id"] = call => call.Sign = SignWithForeignKey,
        ["with a signature of other claims"] = call => call.Sign = forge =>
        {
            var genuine = forge.App.Site.KeyHost.Sign(forge.Claims, forge.Header).Split('.');
            forge.Claims["jti"] = "another";
            return $"{genuine[0]}.{SignWithForeignKey(forge).Split('.')[1]}.{genuine[2]}";
        },
        ["with an unknown key id"] = call =>
        {
            call.Header["kid"] = $"unknown-{Guid.NewGuid()}";
            call.Sign = SignWithForeignKey;
        },
        ["with the token of another tenant"] = call => call.Claims["iss"] = call.App.OtherSite.App!.ClientKey,
        ["for another tenant"] = call => call.Body["clientKey"] = call.App.OtherSite.App!.ClientKey,
        ["for a tenant whose name only begins alike"] = call => call.Body["clientKey"] = $"{call.App.Site.App!.ClientKey} ",
    };

    private static readonly Dictionary<string, (Action<LifecycleForge> Spoil, string Reason, string? Field)> BadBodies = new(StringComparer.Ordinal)
    {
        ["empty"] = (call => call.Content = Bodies.Json(""), "malformed_body", null),
        ["no JSON"] = (call => call.Content = Bodies.Json("{\"clientKey\": canary"), "malformed_body", null),
        ["cut off"] = (call => call.Content = Bodies.Json(call.Body.ToJsonString()[..^9]), "malformed_body", null),
        ["an array"] = (call => call.Content = Bodies.Json($"[{call.Body.ToJsonString()}]"), "malformed_body", null),
        ["null"] = (call => call.Content = Bodies.Json("null"), "malformed_body", null),
        ["not UTF-8"] = (call => call.Content = new ByteArrayContent(Encoding.Latin1.GetBytes(call.Body.ToJsonString().Replace("\"clientKey\":\"", "\"clientKey\":\"\u00ff", StringComparison.Ordinal))), "malformed_body", null),
        ["with half a character"] = (call => call.Content = Bodies.Json(call.Body.ToJsonString().Replace("\"clientKey\":\"", "\"clientKey\":\"\\ud800", StringComparison.Ordinal)), "malformed_body", null),
        ["nested too deep"] = (call => call.Content = Bodies.Json($"{new string('[', 5_000)}{new string(']', 5_000)}"), "malformed_body", null),
        ["ambiguous"] = (call => call.Content = Bodies.Json($"{call.Body.ToJsonString()[..^1]},\"clientKey\":\"x\"}}"), "malformed_body", null),
        ["without a tenant"] = (call => call.Body.Remove("clientKey"), "missing_field", "clientKey"),
        ["with a number as tenant"] = (call => call.Body["clientKey"] = 7, "invalid_field", "clientKey"),
        ["without an address"] = (call => call.Body.Remove("baseUrl"), "missing_field", "baseUrl"),
        ["with a file as address"] = (call => call.Body["baseUrl"] = "file:///etc/passwd", "invalid_field", "baseUrl"),
        ["with an address that is no Jira site"] = (call => call.Body["baseUrl"] = "https://jira.example.com", "site_not_allowed", "baseUrl"),
        ["with an address inside the network"] = (call => call.Body["baseUrl"] = "http://169.254.169.254", "site_not_allowed", "baseUrl"),
        ["of another app"] = (call => call.Body["key"] = "another-app", "invalid_field", "key"),
        ["of another event"] = (call => call.Body["eventType"] = "enabled", "invalid_field", "eventType"),
    };

    private static readonly JsonNode?[] BrokenKeyIds =
    [
        "", " ", "a b", "a.b", "..", "../a", "a%2Fb", "a?b", "a#b", "a@b", "a\\b", "a\n", "http://127.0.0.1:9/a", "\u043a\u043b\u044e\u0447", new string('a', 201),
        null, 7, true, new JsonArray("a"), new JsonObject { ["a"] = "a" },
    ];

    private static readonly string[] Events = ["installed", "uninstalled"];

    public static IEnumerable<object[]> ForgeryNames => Forgeries.Keys.Select(name => new object[] { name });

    public static IEnumerable<object[]> BodyNames => BadBodies.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(ForgeryNames))]
    public async Task Refuses_a_call(string forgery)
    {
        var app = await GuardedApp.SharedAsync();

        foreach (var eventType in Events)
        {
            var call = new LifecycleForge(app, eventType);
            Forgeries[forgery](call);

            var answer = await call.SendAsync(test.CancellationToken);

            answer.AssertProblem(401, "unauthorized");
        }

        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    public async Task No_key_host_is_asked_for_a_key_id_that_breaks_the_pattern()
    {
        var app = await GuardedApp.SharedAsync();

        foreach (var keyId in BrokenKeyIds)
        {
            var call = new LifecycleForge(app, "installed") { Sign = SignWithForeignKey };
            call.Header["kid"] = keyId?.DeepClone();

            var answer = await call.SendAsync(test.CancellationToken);

            answer.AssertProblem(401, "unauthorized");
        }

        Assert.IsEmpty(app.Site.KeyHost.Asked.Where(keyId => keyId != app.Site.KeyHost.ActiveKeyId && !keyId.StartsWith("unknown-", StringComparison.Ordinal)));
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    public async Task The_published_key_is_no_symmetric_secret()
    {
        var app = await GuardedApp.SharedAsync();
        var pem = await app.GetAsync(new Uri(app.Site.KeyHost.Url, app.Site.KeyHost.ActiveKeyId), test.CancellationToken);
        var call = new LifecycleForge(app, "installed");
        Symmetric(call, _ => pem);

        var answer = await call.SendAsync(test.CancellationToken);

        answer.AssertProblem(401, "unauthorized");
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    [DynamicData(nameof(BodyNames))]
    public async Task Says_what_is_wrong_with_a_body_to_those_who_are_signed_and_only_to_them(string body)
    {
        var app = await GuardedApp.SharedAsync();
        var (spoil, reason, field) = BadBodies[body];

        foreach (var eventType in Events)
        {
            var signed = new LifecycleForge(app, eventType);
            var unsigned = new LifecycleForge(app, eventType) { Sign = _ => null };
            spoil(signed);
            spoil(unsigned);

            (await signed.SendAsync(test.CancellationToken)).AssertProblem(400, reason, field);
            (await unsigned.SendAsync(test.CancellationToken)).AssertProblem(401, "unauthorized");
        }

        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    [DataRow(null, "missing_field")]
    [DataRow("", "missing_field")]
    [DataRow("short", "invalid_field")]
    public async Task An_install_without_a_proper_secret_is_refused(string? secret, string reason)
    {
        var call = new LifecycleForge(await GuardedApp.SharedAsync(), "installed");
        call.Body["sharedSecret"] = secret;

        var answer = await call.SendAsync(test.CancellationToken);

        answer.AssertProblem(400, reason, "sharedSecret");
        await call.App.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_body_of_26_MiB_is_refused_whether_it_says_its_length_or_not(bool saysLength)
    {
        var call = new LifecycleForge(await GuardedApp.SharedAsync(), "installed") { Content = Bodies.Large(26, saysLength) };

        var answer = await call.SendAsync(test.CancellationToken);

        answer.AssertProblem(413, "body_too_large");
        await call.App.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    [DataRow("installed")]
    [DataRow("uninstalled")]
    public async Task A_call_that_Jira_issued_before_the_last_install_changes_nothing(string eventType)
    {
        var call = new LifecycleForge(await GuardedApp.SharedAsync(), eventType);
        call.Claims["iat"] = call.Now - (2 * 60 * 60);

        var answer = await call.SendAsync(test.CancellationToken);

        Assert.AreEqual(200, answer.Status, answer.Text);
        await call.App.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    public async Task An_uninstall_of_a_site_that_never_installed_is_not_found()
    {
        var call = new LifecycleForge(await GuardedApp.SharedAsync(), "uninstalled");
        call.Claims["iss"] = "nobody";
        call.Body["clientKey"] = "nobody";

        var answer = await call.SendAsync(test.CancellationToken);

        answer.AssertProblem(404, "unknown_installation");
        await call.App.AssertNothingWrittenAsync(test.CancellationToken);
    }

    private static void Unsigned(LifecycleForge call, string algorithm)
    {
        call.Header["alg"] = algorithm;
        call.Sign = forge => ConnectToken.Unsigned(forge.Claims, forge.Header);
    }

    private static void Symmetric(LifecycleForge call, Func<LifecycleForge, string> secret)
    {
        call.Header["alg"] = "HS256";
        call.Sign = forge => ConnectToken.SignHs256(forge.Claims, secret(forge), forge.Header);
    }

    private static string SignWithForeignKey(LifecycleForge call)
    {
        using var foreign = RSA.Create(2048);
        return ConnectToken.SignRs256(call.Claims, foreign, "unused", call.Header);
    }
}
