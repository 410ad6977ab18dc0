using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GitLabJira.WholeApp.Tests.BadInput;

/// <summary>Only a link's own secrets let a delivery in, and only what can be understood is stored (design 8, Live).</summary>
[TestClass]
public sealed class BadWebhookTests(TestContext test)
{
    private const string Push = """{"object_kind":"push","project_id":1,"ref":"refs/heads/SHOP-1-canary","before":"0","after":"1","commits":[]}""";

    private static readonly Dictionary<string, Action<HttpRequestMessage, GuardedApp>> Secrets = new(StringComparer.Ordinal)
    {
        ["none"] = (_, _) => { },
        ["an empty token"] = (request, _) => request.Headers.TryAddWithoutValidation("X-Gitlab-Token", ""),
        ["a wrong token"] = (request, _) => Add(request, "X-Gitlab-Token", $"wrong-{RandomNumberGenerator.GetHexString(40)}"),
        ["the token in other letters"] = (request, app) => Add(request, "X-Gitlab-Token", Swapped(app.Hook.Token!)),
        ["the beginning of the token"] = (request, app) => Add(request, "X-Gitlab-Token", app.Hook.Token![..^1]),
        ["the token and more"] = (request, app) => Add(request, "X-Gitlab-Token", app.Hook.Token + "x"),
        ["two tokens"] = (request, app) =>
        {
            Add(request, "X-Gitlab-Token", app.Hook.Token!);
            Add(request, "X-Gitlab-Token", "another");
        },
        ["the token of another link"] = (request, app) => Add(request, "X-Gitlab-Token", app.FormerHook.Token!),
        ["the signing key as token"] = (request, app) => Add(request, "X-Gitlab-Token", app.Hook.SigningToken!),
        ["a signature of another link"] = (request, app) => Sign(request, app.FormerHook.SigningToken!, app.World.Clock.GetUtcNow(), Push),
        ["a signature of another body"] = (request, app) => Sign(request, app.Hook.SigningToken!, app.World.Clock.GetUtcNow(), Push + " "),
        ["a signature of ten minutes ago"] = (request, app) => Sign(request, app.Hook.SigningToken!, app.World.Clock.GetUtcNow().AddMinutes(-10), Push),
        ["a signature of the future"] = (request, app) => Sign(request, app.Hook.SigningToken!, app.World.Clock.GetUtcNow().AddMinutes(10), Push),
        ["a signature without its time"] = (request, app) =>
        {
            Sign(request, app.Hook.SigningToken!, app.World.Clock.GetUtcNow(), Push);
            request.Headers.Remove("webhook-timestamp");
        },
        ["a signature with a time that is none"] = (request, app) =>
        {
            Sign(request, app.Hook.SigningToken!, app.World.Clock.GetUtcNow(), Push);
            request.Headers.Remove("webhook-timestamp");
            Add(request, "webhook-timestamp", "99999999999999999999999999");
        },
        ["a wrong signature beside the right token"] = (request, app) =>
        {
            Add(request, "X-Gitlab-Token", app.Hook.Token!);
            Sign(request, app.FormerHook.SigningToken!, app.World.Clock.GetUtcNow(), Push);
        },
        ["a signature of another version"] = (request, app) =>
        {
            Sign(request, app.Hook.SigningToken!, app.World.Clock.GetUtcNow(), Push);
            var signature = request.Headers.GetValues("webhook-signature").Single();
            request.Headers.Remove("webhook-signature");
            Add(request, "webhook-signature", $"v2{signature[2..]}");
        },
    };

    private static readonly Dictionary<string, (byte[] Body, string Reason, string? Field)> BadBodies = new(StringComparer.Ordinal)
    {
        ["empty"] = ([], "malformed_body", null),
        ["white space"] = ("  \n"u8.ToArray(), "malformed_body", null),
        ["no JSON"] = ("object_kind=push&canary"u8.ToArray(), "malformed_body", null),
        ["cut off"] = (Encoding.UTF8.GetBytes(Push[..^5]), "malformed_body", null),
        ["two objects"] = (Encoding.UTF8.GetBytes(Push + Push), "malformed_body", null),
        ["an array"] = (Encoding.UTF8.GetBytes($"[{Push}]"), "malformed_body", null),
        ["null"] = ("null"u8.ToArray(), "malformed_body", null),
        ["not UTF-8"] = ([.. "{\"object_kind\":\""u8, 0xff, 0xfe, .. "\"}"u8], "malformed_body", null),
        ["nested too deep"] = (Encoding.UTF8.GetBytes($$"""{"object_kind":{{new string('[', 9_000)}}{{new string(']', 9_000)}}}"""), "malformed_body", null),
        ["without a kind"] = ("{}"u8.ToArray(), "missing_field", "object_kind"),
        ["with a kind that is no text"] = ("""{"object_kind":{"push":1}}"""u8.ToArray(), "missing_field", "object_kind"),
        ["a push without a project"] = ("""{"object_kind":"push","ref":"refs/heads/x","before":"0","after":"1"}"""u8.ToArray(), "missing_field", "project_id"),
        ["a push without a ref"] = ("""{"object_kind":"push","project_id":1,"before":"0","after":"1"}"""u8.ToArray(), "missing_field", "ref"),
        ["a merge request without attributes"] = ("""{"object_kind":"merge_request","project":{"id":1}}"""u8.ToArray(), "missing_field", "object_attributes"),
    };

    public static IEnumerable<object[]> SecretNames => Secrets.Keys.Select(name => new object[] { name });

    public static IEnumerable<object[]> BodyNames => BadBodies.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(SecretNames))]
    public async Task Lets_nobody_in_with(string secret)
    {
        var app = await GuardedApp.SharedAsync();
        using var request = Delivery(app, app.Hook.Url, Encoding.UTF8.GetBytes(Push));
        Secrets[secret](request, app);

        var answer = await app.SendAsync(request, ["canary"], test.CancellationToken);

        answer.AssertProblem(401, "unauthorized");
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    [DynamicData(nameof(BodyNames))]
    public async Task Says_what_is_wrong_with_a_body(string name)
    {
        var app = await GuardedApp.SharedAsync();
        var (body, reason, field) = BadBodies[name];
        using var request = Authentic(app, app.Hook.Url, body);

        var answer = await app.SendAsync(request, ["canary"], test.CancellationToken);

        answer.AssertProblem(400, reason, field);
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_body_of_26_MiB_is_refused_whether_it_says_its_length_or_not(bool saysLength)
    {
        var app = await GuardedApp.SharedAsync();
        using var request = Authentic(app, app.Hook.Url, []);
        request.Content = Bodies.Large(26, saysLength);

        var answer = await app.SendAsync(request, [], test.CancellationToken);

        answer.AssertProblem(413, "body_too_large");
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    [DataRow("""{"object_kind":"from_next_year","project_id":1,"SHOP-1":"canary"}""")]
    [DataRow("""{"event_name":"user_create","user_id":1,"name":"canary"}""")]
    [DataRow("""{"object_kind":"wiki_page","object_attributes":{"title":"SHOP-1 canary"}}""")]
    public async Task An_unknown_event_kind_is_taken_and_forgotten(string body)
    {
        var app = await GuardedApp.SharedAsync();
        using var request = Authentic(app, app.Hook.Url, Encoding.UTF8.GetBytes(body));

        var answer = await app.SendAsync(request, ["canary"], test.CancellationToken);

        Assert.AreEqual(200, answer.Status, answer.Text);
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(26)]
    public async Task An_unknown_link_is_not_found_whatever_it_sends(int mebibytes)
    {
        var app = await GuardedApp.SharedAsync();
        using var request = Authentic(app, app.Hook.Url.Replace(app.LinkId, Guid.NewGuid().ToString(), StringComparison.Ordinal), Encoding.UTF8.GetBytes(Push));
        request.Content = mebibytes > 0 ? Bodies.Large(mebibytes, saysLength: false) : request.Content;

        var answer = await app.SendAsync(request, ["canary"], test.CancellationToken);

        answer.AssertProblem(404, "unknown_link");
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    [DataRow("gitlab/webhooks/acme")]
    [DataRow("gitlab/webhooks/")]
    [DataRow("gitlab/webhooks/..%2F..%2Fadmin")]
    public async Task What_is_no_id_of_a_link_is_not_found(string path)
    {
        var app = await GuardedApp.SharedAsync();
        using var request = Authentic(app, app.Url(path).AbsoluteUri, Encoding.UTF8.GetBytes(Push));

        var answer = await app.SendAsync(request, ["canary"], test.CancellationToken);

        Assert.AreEqual(404, answer.Status, answer.Text);
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_hook_of_an_unlinked_group_is_told_that_it_is_gone(bool rightToken)
    {
        var app = await GuardedApp.SharedAsync();
        using var request = Delivery(app, app.FormerHook.Url, Encoding.UTF8.GetBytes(Push));
        Add(request, "X-Gitlab-Token", rightToken ? app.FormerHook.Token! : "wrong");

        var answer = await app.SendAsync(request, ["canary"], test.CancellationToken);

        answer.AssertProblem(410, "unlinked");
        await app.AssertNothingWrittenAsync(test.CancellationToken);
    }

    private static HttpRequestMessage Authentic(GuardedApp app, string url, byte[] body)
    {
        var request = Delivery(app, url, body);
        Add(request, "X-Gitlab-Token", app.Hook.Token!);
        return request;
    }

    private static HttpRequestMessage Delivery(GuardedApp app, string url, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, app.Url(new Uri(url).PathAndQuery)) { Content = new ByteArrayContent(body) };
        Add(request, "X-Gitlab-Event", "Push Hook");
        Add(request, "Idempotency-Key", Guid.NewGuid().ToString());
        return request;
    }

    /// <summary>As GitLab signs (Standard Webhooks).</summary>
    private static void Sign(HttpRequestMessage request, string signingToken, DateTimeOffset at, string body)
    {
        var (id, time) = (Guid.NewGuid().ToString(), at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        var key = Convert.FromBase64String(signingToken["whsec_".Length..]);
        var signature = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{time}.{body}"));
        Add(request, "webhook-id", id);
        Add(request, "webhook-timestamp", time);
        Add(request, "webhook-signature", $"v1,{Convert.ToBase64String(signature)}");
    }

    private static void Add(HttpRequestMessage request, string header, string value) => request.Headers.TryAddWithoutValidation(header, value);

    private static string Swapped(string text) => string.Concat(text.Select(letter => char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter)));
}
