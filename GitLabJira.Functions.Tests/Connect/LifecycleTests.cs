using System.Net;
using System.Security.Cryptography;
using System.Text;
using GitLabJira.Functions.Connect;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Tokens;
using GitLabJira.Functions.Tests.Jira.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.Connect;

/// <summary>Installs and uninstalls through their functions, with Atlassian's key hosts scripted.</summary>
[TestClass]
public sealed class LifecycleTests
{
    private const string Kid = "dc/0a1b-2c_3d";
    private const string Primary = "GET https://asap-distribution.us-west-2.prod.atl-asap.net/dc%2F0a1b-2c_3d";
    private const string Fallback = "GET https://connect-install-keys.atlassian.com/dc%2F0a1b-2c_3d";

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly RSA Key = RSA.Create(2048);
    private static readonly RSA ForeignKey = RSA.Create(2048);

    private readonly CancellationToken _cancel;
    private readonly StubHttp _keyHosts = new();
    private readonly FakeTimeProvider _clock = new(Now);
    private readonly Mock<IInstallationStore> _store = new(MockBehavior.Strict);
    private readonly Mock<IDelivery> _delivery = new();
    private readonly Mock<DurableTaskClient> _durable = new("test");
    private readonly FakeLogger<LifecycleCalls> _logger = new();
    private readonly LifecycleCalls _calls;
    private LifecycleCall? _installed;

    public LifecycleTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        var connect = Options.Create(new ConnectOptions { Key = "the-app", Audiences = { new Uri("https://old.example.com/") } });
        var app = Options.Create(new AppOptions { BaseUrl = new Uri("https://app.example.com") });
        var keys = new InstallKeys(_keyHosts.Client(), new InstallKeyCache(_clock), connect, NullLogger<InstallKeys>.Instance);
        _calls = new(new InstallTokenVerifier(keys, app, connect, _clock), connect, _logger);
        _store.Setup(s => s.InstallAsync(It.IsAny<LifecycleCall>(), It.IsAny<CancellationToken>()))
            .Callback((LifecycleCall call, CancellationToken _) => _installed = call)
            .ReturnsAsync(LifecycleOutcome.Applied);
    }

    [TestMethod]
    public async Task Takes_an_install_that_Atlassian_signed()
    {
        _keyHosts.On(Primary, _ => Pem(Key));

        var status = await InstallAsync(Token(), Bodies.Installed());

        Assert.AreEqual(200, status);
        Assert.AreEqual("tenant-1", _installed!.ClientKey);
        Assert.AreEqual(Bodies.Secret, _installed.SharedSecret);
        Assert.AreEqual(Now.AddSeconds(-1), _installed.IssuedAt);
        Assert.AreEqual(Now.AddMinutes(3), _installed.ExpiresAt);
        Assert.AreEqual(64, _installed.TokenHash.Length);
        _keyHosts.AssertAllAsked();
    }

    [TestMethod]
    [DataRow("https://app.example.com/")]
    [DataRow("https://old.example.com")]
    public async Task Takes_its_own_addresses_as_audience(string audience)
    {
        _keyHosts.On(Primary, _ => Pem(Key));

        Assert.AreEqual(200, await InstallAsync(Token(("aud", new[] { "https://else.example.com", audience })), Bodies.Installed()));
    }

    [TestMethod]
    public async Task Keeps_a_key_for_a_while()
    {
        _keyHosts.On(Primary, _ => Pem(Key));

        await InstallAsync(Token(), Bodies.Installed());
        _clock.Advance(TimeSpan.FromMinutes(9));
        await InstallAsync(Token(("exp", Now.AddHours(1).ToUnixTimeSeconds())), Bodies.Installed());

        Assert.HasCount(1, _keyHosts.Requests);
    }

    [TestMethod]
    public async Task Asks_the_second_host_when_the_first_has_no_key()
    {
        _keyHosts.On(Primary, HttpStatusCode.NotFound).On(Fallback, _ => Pem(Key));

        Assert.AreEqual(200, await InstallAsync(Token(), Bodies.Installed()));
    }

    [TestMethod]
    [DataRow("no token")]
    [DataRow("JWT garbage")]
    [DataRow("JWT a.b.c")]
    public async Task Refuses_a_call_without_a_token_whatever_its_body(string header)
    {
        var request = Request("/connect/installed", token: null, "not even JSON");
        request.Headers.Authorization = header == "no token" ? default : header;

        Assert.AreEqual(401, await RunAsync(request));
    }

    [TestMethod]
    public async Task Refuses_every_algorithm_but_RS256()
    {
        var claims = Claims();

        Assert.AreEqual(401, await InstallAsync(TokenForge.Unsigned(claims), Bodies.Installed()));
        Assert.AreEqual(401, await InstallAsync(TokenForge.Hs256(Bodies.Secret, claims), Bodies.Installed()));
        Assert.AreEqual(401, await InstallAsync(TokenForge.Hs256(Key.ExportSubjectPublicKeyInfoPem(), claims), Bodies.Installed()));
        Assert.AreEqual(401, await InstallAsync(TokenForge.Rs256(Key, Kid, claims, "RS512"), Bodies.Installed()));
        Assert.AreEqual(401, await InstallAsync(TokenForge.Rs256(Key, Kid, claims, "rs256"), Bodies.Installed()));
        Assert.IsEmpty(_keyHosts.Requests);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("../secrets")]
    [DataRow("a.b")]
    [DataRow("a?x=1")]
    [DataRow("a#b")]
    [DataRow("a%2e")]
    [DataRow("a\n")]
    [DataRow("ключ")]
    [DataRow("https://evil.example.com/key")]
    public async Task Never_asks_for_a_key_whose_id_breaks_the_pattern(string? kid)
    {
        Assert.AreEqual(401, await InstallAsync(TokenForge.Rs256(Key, kid, Claims()), Bodies.Installed()));
        Assert.IsEmpty(_keyHosts.Requests);
    }

    [TestMethod]
    public async Task Refuses_claims_that_do_not_fit_without_asking_for_a_key()
    {
        (string Name, object? Value)[] wrong =
        [
            ("iss", "tenant-2"),
            ("iss", null),
            ("aud", "https://else.example.com"),
            ("aud", "https://app.example.com.evil.com"),
            ("aud", null),
            ("exp", Now.AddSeconds(-10).ToUnixTimeSeconds()),
            ("exp", null),
            ("iat", null),
            ("qsh", "context-qsh"),
            ("qsh", Qsh.Compute("POST", "/connect/uninstalled", "")),
            ("qsh", Qsh.Compute("GET", "/connect/installed", "")),
            ("qsh", null),
        ];

        foreach (var change in wrong)
        {
            Assert.AreEqual(401, await InstallAsync(Token(change), Bodies.Installed()), $"{change.Name} {change.Value}");
        }

        Assert.IsEmpty(_keyHosts.Requests);
    }

    [TestMethod]
    public async Task Refuses_a_signature_of_another_key_and_an_altered_token()
    {
        _keyHosts.On(Primary, _ => Pem(Key));
        var parts = Token().Split('.');
        var altered = Token(("sub", "somebody")).Split('.');

        Assert.AreEqual(401, await InstallAsync(TokenForge.Rs256(ForeignKey, Kid, Claims()), Bodies.Installed()));
        Assert.AreEqual(401, await InstallAsync($"{parts[0]}.{altered[1]}.{parts[2]}", Bodies.Installed()));
    }

    [TestMethod]
    public async Task Refuses_a_key_that_no_host_knows_or_that_is_none()
    {
        using var small = RSA.Create(1024);
        _keyHosts.On(Primary, HttpStatusCode.NotFound).On(Fallback, HttpStatusCode.NotFound);
        _keyHosts.On(Primary, "<html>").On(Fallback, _ => Pem(small));

        Assert.AreEqual(401, await InstallAsync(Token(), Bodies.Installed()));
        Assert.AreEqual(401, await InstallAsync(TokenForge.Rs256(small, Kid, Claims()), Bodies.Installed()));
    }

    [TestMethod]
    public async Task Asks_to_come_again_when_the_key_hosts_do_not_answer()
    {
        _keyHosts.Fails(Primary, new HttpRequestException("reset")).On(Fallback, HttpStatusCode.NotFound);
        _keyHosts.On(Primary, HttpStatusCode.BadGateway).Fails(Fallback, new TaskCanceledException("timeout"));

        Assert.AreEqual(503, await InstallAsync(Token(), Bodies.Installed()));
        Assert.AreEqual(503, await InstallAsync(Token(), Bodies.Installed()));
    }

    [TestMethod]
    public async Task Refuses_a_bad_body_by_its_field_and_asks_for_no_key()
    {
        Assert.AreEqual(400, await InstallAsync(Token(), "{"));
        Assert.AreEqual(400, await InstallAsync(Token(), Bodies.Installed(("baseUrl", "https://evil.example.com"))));
        Assert.AreEqual(413, await InstallAsync(Token(), Bodies.Installed(("description", new string('x', 70_000)))));
        Assert.IsEmpty(_keyHosts.Requests);
    }

    [TestMethod]
    [DataRow(LifecycleOutcome.Applied, 200)]
    [DataRow(LifecycleOutcome.Repeated, 200)]
    [DataRow(LifecycleOutcome.Outdated, 200)]
    [DataRow(LifecycleOutcome.TokenReused, 401)]
    public async Task Answers_an_install_by_what_it_did(LifecycleOutcome outcome, int expected)
    {
        _keyHosts.On(Primary, _ => Pem(Key));
        _store.Setup(s => s.InstallAsync(It.IsAny<LifecycleCall>(), It.IsAny<CancellationToken>())).ReturnsAsync(outcome);

        Assert.AreEqual(expected, await InstallAsync(Token(), Bodies.Installed()));

        _delivery.Verify(d => d.WakeAsync("tenant-1", It.IsAny<CancellationToken>()), outcome is LifecycleOutcome.Applied ? Times.Once() : Times.Never());
    }

    [TestMethod]
    public async Task An_install_does_not_fail_because_delivery_cannot_be_woken()
    {
        _keyHosts.On(Primary, _ => Pem(Key));
        _delivery.Setup(d => d.WakeAsync("tenant-1", It.IsAny<CancellationToken>())).ThrowsAsync(new InvalidOperationException("The queue is away."));

        Assert.AreEqual(200, await InstallAsync(Token(), Bodies.Installed()));
    }

    [TestMethod]
    public async Task Ends_the_installation_before_it_schedules_the_clean_up_and_then_notes_that_it_did()
    {
        var order = new List<string>();
        _keyHosts.On(Primary, _ => Pem(Key));
        _durable.Setup(d => d.ScheduleNewOrchestrationInstanceAsync(
                new TaskName("CleanUpInstallation"),
                It.Is<object?>(input => ((InstallationCleanUpInput)input!).ClientKey == "tenant-1" && ((InstallationCleanUpInput)input).Epoch == 3),
                It.Is<StartOrchestrationOptions?>(options => options!.InstanceId == InstallationCleanUp.InstanceId("tenant-1", 3)),
                It.IsAny<CancellationToken>()))
            .Callback(() => order.Add("scheduled"))
            .ReturnsAsync("id");
        _store.Setup(s => s.UninstallAsync(It.IsAny<LifecycleCall>(), It.IsAny<CancellationToken>())).Callback(() => order.Add("ended")).ReturnsAsync((LifecycleOutcome.Applied, 3));
        _store.Setup(s => s.CleanUpStartedAsync(new DueCleanUp("tenant-1", 3), It.IsAny<CancellationToken>())).Callback(() => order.Add("noted")).Returns(Task.CompletedTask);

        var status = await UninstallAsync();

        Assert.AreEqual(200, status);
        Assert.AreEqual("ended, scheduled, noted", string.Join(", ", order));
    }

    [TestMethod]
    public async Task An_uninstall_stands_though_its_clean_up_cannot_be_scheduled_and_stays_due()
    {
        _keyHosts.On(Primary, _ => Pem(Key));
        Ends(LifecycleOutcome.Applied);
        _durable.Setup(d => d.ScheduleNewOrchestrationInstanceAsync(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new InvalidOperationException("The task hub is away."));

        Assert.AreEqual(200, await UninstallAsync());

        _store.Verify(s => s.CleanUpStartedAsync(It.IsAny<DueCleanUp>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [TestMethod]
    [DataRow(LifecycleOutcome.Repeated, 200)]
    [DataRow(LifecycleOutcome.Outdated, 200)]
    [DataRow(LifecycleOutcome.TokenReused, 401)]
    [DataRow(LifecycleOutcome.Unknown, 404)]
    public async Task Cleans_nothing_up_when_an_uninstall_ends_nothing(LifecycleOutcome outcome, int expected)
    {
        _keyHosts.On(Primary, _ => Pem(Key));
        Ends(outcome);

        Assert.AreEqual(expected, await UninstallAsync());

        _durable.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task Refuses_an_uninstall_in_another_tenants_name()
    {
        var body = Bodies.Installed(("clientKey", "tenant-2"), ("eventType", "uninstalled"), ("sharedSecret", null));

        Assert.AreEqual(401, await UninstallAsync(body));

        _store.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task Logs_neither_secrets_nor_tokens()
    {
        var token = Token(("iss", "tenant-2"));
        await InstallAsync(token, Bodies.Installed());
        await InstallAsync(Token(), Bodies.Installed(("baseUrl", "https://evil.example.com")));

        var lines = string.Join('\n', _logger.Collector.GetSnapshot().Select(record => record.Message));
        Assert.AreEqual(2, _logger.Collector.Count);
        Assert.IsFalse(lines.Contains(Bodies.Secret, StringComparison.Ordinal));
        Assert.IsFalse(lines.Contains(token[^20..], StringComparison.Ordinal));
        Assert.IsFalse(lines.Contains("evil", StringComparison.Ordinal));
    }

    private static string Token(params (string Name, object? Value)[] changes) => TokenForge.Rs256(Key, Kid, Claims(changes));

    private static Dictionary<string, object?> Claims(params (string Name, object? Value)[] changes)
    {
        var claims = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["iss"] = "tenant-1",
            ["aud"] = "https://app.example.com",
            ["iat"] = Now.AddSeconds(-1).ToUnixTimeSeconds(),
            ["exp"] = Now.AddMinutes(3).ToUnixTimeSeconds(),
            ["qsh"] = Qsh.Compute("POST", "/connect/installed", ""),
        };

        foreach (var (name, value) in changes)
        {
            claims[name] = value;
        }

        return claims;
    }

    private static HttpResponseMessage Pem(RSA key) => new(HttpStatusCode.OK) { Content = new StringContent(key.ExportSubjectPublicKeyInfoPem()) };

    private static HttpRequest Request(string path, string? token, string body)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = "POST";
        request.Path = path;
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        request.Headers.Authorization = token is null ? default : $"JWT {token}";
        return request;
    }

    private void Ends(LifecycleOutcome outcome) =>
        _store.Setup(s => s.UninstallAsync(It.Is<LifecycleCall>(call => call.ClientKey == "tenant-1"), It.IsAny<CancellationToken>())).ReturnsAsync((outcome, 3));

    private Task<int> InstallAsync(string token, string body) => RunAsync(Request("/connect/installed", token, body));

    private async Task<int> RunAsync(HttpRequest request) => Status(await new InstallSite(_calls, _store.Object, _delivery.Object, NullLogger<InstallSite>.Instance).RunAsync(request, _cancel));

    private async Task<int> UninstallAsync(string? body = null)
    {
        var token = Token(("qsh", Qsh.Compute("POST", "/connect/uninstalled", "")));
        var request = Request("/connect/uninstalled", token, body ?? Bodies.Installed(("eventType", "uninstalled"), ("sharedSecret", null)));
        return Status(await new UninstallSite(_calls, _store.Object, NullLogger<UninstallSite>.Instance).RunAsync(request, _durable.Object, _cancel));
    }

    private static int Status(IResult result) => ((IStatusCodeHttpResult)result).StatusCode!.Value;
}
