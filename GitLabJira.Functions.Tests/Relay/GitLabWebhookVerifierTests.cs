using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Relay;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.Relay;

[TestClass]
public sealed class GitLabWebhookVerifierTests
{
    private static readonly byte[] Body = "{\"object_kind\":\"push\"}"u8.ToArray();

    private readonly Mock<ILinks> _links = new(MockBehavior.Strict);
    private readonly FakeTimeProvider _clock = new(Samples.Now);
    private readonly HookSecret _secret = new("correct horse", SignedHeaders.NewKey());
    private readonly HookSecret _older = new("battery staple", SignedHeaders.NewKey());
    private readonly TestContext _test;
    private readonly GitLabWebhookVerifier _verifier;

    public GitLabWebhookVerifierTests(TestContext test)
    {
        _test = test;
        _verifier = new GitLabWebhookVerifier(_links.Object, _clock);
        _links.Setup(l => l.HookSecretsAsync(Samples.Link, It.IsAny<CancellationToken>())).ReturnsAsync([_secret, _older]);
        Finds(fresh: true, LinkLookup.Known, Samples.Link);
    }

    [TestMethod]
    [DataRow("correct horse", WebhookVerdict.Accepted)]
    [DataRow("battery staple", WebhookVerdict.Accepted)]
    [DataRow("Correct horse", WebhookVerdict.WrongToken)]
    [DataRow("correct horse ", WebhookVerdict.WrongToken)]
    [DataRow("", WebhookVerdict.MissingSecret)]
    public async Task Judges_the_token(string token, WebhookVerdict expected) =>
        Assert.AreEqual(expected, await VerifyAsync(new HeaderDictionary { ["X-Gitlab-Token"] = token }));

    [TestMethod]
    public async Task Misses_a_secret_where_there_is_neither_token_nor_signature() =>
        Assert.AreEqual(WebhookVerdict.MissingSecret, await VerifyAsync(new HeaderDictionary { ["webhook-id"] = "1" }));

    [TestMethod]
    public async Task Refuses_two_tokens() =>
        Assert.AreEqual(WebhookVerdict.MissingSecret, await VerifyAsync(new HeaderDictionary { ["X-Gitlab-Token"] = new(["correct horse", "x"]) }));

    [TestMethod]
    public async Task Never_accepts_an_empty_token_that_was_issued()
    {
        _links.Setup(l => l.HookSecretsAsync(Samples.Link, It.IsAny<CancellationToken>())).ReturnsAsync([new HookSecret("", "")]);

        Assert.AreEqual(WebhookVerdict.MissingSecret, await VerifyAsync(new HeaderDictionary { ["X-Gitlab-Token"] = "" }));
        Assert.AreEqual(WebhookVerdict.WrongSignature, await VerifyAsync(SignedHeaders.Of("whsec_", Body, Samples.Now)));
    }

    [TestMethod]
    public async Task Accepts_a_signature_with_either_key()
    {
        Assert.AreEqual(WebhookVerdict.Accepted, await VerifyAsync(SignedHeaders.Of(_secret.SigningToken, Body, Samples.Now)));
        Assert.AreEqual(WebhookVerdict.Accepted, await VerifyAsync(SignedHeaders.Of(_older.SigningToken, Body, Samples.Now)));
    }

    [TestMethod]
    public async Task Accepts_one_of_several_signatures()
    {
        var headers = SignedHeaders.Of(_secret.SigningToken, Body, Samples.Now);
        headers["webhook-signature"] = $"v1,AAAA v1a,xyz {headers["webhook-signature"]}";

        Assert.AreEqual(WebhookVerdict.Accepted, await VerifyAsync(headers));
    }

    [TestMethod]
    [DataRow("other body")]
    [DataRow("other id")]
    [DataRow("other time")]
    [DataRow("other scheme")]
    [DataRow("no id")]
    [DataRow("garbage")]
    [DataRow("empty")]
    public async Task Refuses_a_signature_that_does_not_verify_even_with_the_right_token(string fault)
    {
        var headers = SignedHeaders.Of(_secret.SigningToken, fault is "other body" ? [.. Body, 0] : Body, Samples.Now);
        headers["X-Gitlab-Token"] = "correct horse";

        switch (fault)
        {
            case "other id":
                headers["webhook-id"] = "other";
                break;
            case "other time":
                headers["webhook-timestamp"] = "1793527211";
                _clock.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds(1793527211));
                break;
            case "other scheme":
                headers["webhook-signature"] = headers["webhook-signature"].ToString().Replace("v1,", "v2,", StringComparison.Ordinal);
                break;
            case "no id":
                headers.Remove("webhook-id");
                break;
            case "garbage":
                headers["webhook-signature"] = "v1,%%%";
                break;
            case "empty":
                headers["webhook-signature"] = "";
                break;
        }

        Assert.AreEqual(WebhookVerdict.WrongSignature, await VerifyAsync(headers));
    }

    [TestMethod]
    [DataRow(300, WebhookVerdict.Accepted)]
    [DataRow(-300, WebhookVerdict.Accepted)]
    [DataRow(301, WebhookVerdict.StaleSignature)]
    [DataRow(-301, WebhookVerdict.StaleSignature)]
    public async Task Tolerates_five_minutes(int secondsOff, WebhookVerdict expected)
    {
        var headers = SignedHeaders.Of(_secret.SigningToken, Body, Samples.Now.AddSeconds(secondsOff));

        Assert.AreEqual(expected, await VerifyAsync(headers));
    }

    [TestMethod]
    [DataRow("soon")]
    [DataRow("9223372036854775807")]
    [DataRow("99999999999999999999")]
    [DataRow("-1")]
    public async Task Refuses_a_time_that_is_none(string time)
    {
        var headers = SignedHeaders.Of(_secret.SigningToken, Body, Samples.Now);
        headers["webhook-timestamp"] = time;
        headers["webhook-signature"] = SignedHeaders.Sign(_secret.SigningToken, SignedHeaders.Id, time, Body);

        Assert.AreEqual(WebhookVerdict.StaleSignature, await VerifyAsync(headers));
    }

    [TestMethod]
    public async Task Reads_the_link_afresh_once_before_it_refuses()
    {
        var rotated = Samples.Link with { Epoch = 3 };
        Finds(fresh: true, LinkLookup.Known, rotated);
        _links.Setup(l => l.HookSecretsAsync(rotated, It.IsAny<CancellationToken>())).ReturnsAsync([new HookSecret("new token", "")]);

        var (verdict, link) = await _verifier.VerifyAsync(Samples.Link, new HeaderDictionary { ["X-Gitlab-Token"] = "new token" }, Body, _test.CancellationToken);

        Assert.AreEqual(WebhookVerdict.Accepted, verdict);
        Assert.AreEqual(rotated, link);
    }

    [TestMethod]
    public async Task Finds_out_on_the_way_that_the_link_is_gone()
    {
        Finds(fresh: true, LinkLookup.Unlinked, link: null);

        var (verdict, link) = await _verifier.VerifyAsync(Samples.Link, new HeaderDictionary { ["X-Gitlab-Token"] = "x" }, Body, _test.CancellationToken);

        Assert.AreEqual(WebhookVerdict.UnlinkedLink, verdict);
        Assert.IsNull(link);
    }

    [TestMethod]
    [DataRow(LinkLookup.Unknown, null, WebhookVerdict.UnknownLink)]
    [DataRow(LinkLookup.Unlinked, null, WebhookVerdict.UnlinkedLink)]
    [DataRow(LinkLookup.Known, LinkState.Unlinking, WebhookVerdict.UnlinkedLink)]
    [DataRow(LinkLookup.Known, LinkState.Active, WebhookVerdict.Accepted)]
    [DataRow(LinkLookup.Known, LinkState.NeedsSignIn, WebhookVerdict.Accepted)]
    public async Task Looks_for_the_link(LinkLookup lookup, LinkState? state, WebhookVerdict expected)
    {
        var link = state is { } known ? Samples.Link with { State = known } : null;
        Finds(fresh: false, lookup, link);
        Finds(fresh: true, lookup, link);

        var (verdict, _) = await _verifier.FindAsync(Samples.Link.Id, _test.CancellationToken);

        Assert.AreEqual(expected, verdict);
    }

    [TestMethod]
    public async Task Does_not_trust_a_cached_no()
    {
        Finds(fresh: false, LinkLookup.Unknown, link: null);
        Finds(fresh: true, LinkLookup.Known, Samples.Link);

        var (verdict, link) = await _verifier.FindAsync(Samples.Link.Id, _test.CancellationToken);

        Assert.AreEqual(WebhookVerdict.Accepted, verdict);
        Assert.AreEqual(Samples.Link, link);
    }

    private async Task<WebhookVerdict> VerifyAsync(HeaderDictionary headers) =>
        (await _verifier.VerifyAsync(Samples.Link, headers, Body, _test.CancellationToken)).Verdict;

    private void Finds(bool fresh, LinkLookup lookup, Link? link) =>
        _links.Setup(l => l.FindAsync(Samples.Link.Id, fresh, It.IsAny<CancellationToken>())).ReturnsAsync((lookup, link));
}
