using System.Text;
using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Tests.GitLab.Hooks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.Relay;

[TestClass]
public sealed class ReceiveGitLabWebhookTests
{
    private const int Limit = 25 * 1024 * 1024;

    private readonly Mock<ILinks> _links = new(MockBehavior.Strict);
    private readonly Mock<IMessageQueue> _queue = new(MockBehavior.Strict);
    private readonly FakeLogger<ReceiveGitLabWebhook> _logger = new();
    private readonly CountedHooks _counted = new();
    private readonly TestContext _test;
    private readonly ReceiveGitLabWebhook _function;
    private MessageHeader? _header;
    private byte[]? _stored;

    public ReceiveGitLabWebhookTests(TestContext test)
    {
        _test = test;
        var clock = new FakeTimeProvider(Samples.Now);
        _function = new ReceiveGitLabWebhook(new GitLabWebhookVerifier(_links.Object, clock), _queue.Object, _counted.Counts, clock, _logger);
        Finds(LinkLookup.Known, Samples.Link);
        _links.Setup(l => l.HookSecretsAsync(Samples.Link, It.IsAny<CancellationToken>())).ReturnsAsync([new HookSecret("correct horse", "")]);
        _queue
            .Setup(q => q.SendAsync(QueueNames.GitLabEvents, It.IsAny<MessageHeader>(), It.IsAny<ReadOnlyMemory<byte>>(), null, It.IsAny<CancellationToken>()))
            .Callback((string _, MessageHeader header, ReadOnlyMemory<byte> body, TimeSpan? _, CancellationToken _) => (_header, _stored) = (header, body.ToArray()))
            .Returns(Task.CompletedTask);
    }

    [TestMethod]
    public async Task Stores_the_body_as_it_came_and_answers_with_an_empty_200()
    {
        var body = Encoding.UTF8.GetBytes(HookBodies.Push());

        var result = await RunAsync(body, deliveryId: "delivery-1");

        Assert.IsInstanceOfType<Ok>(result);
        CollectionAssert.AreEqual(body, _stored);
        Assert.AreEqual("hook", _header!.Kind);
        Assert.AreEqual(Samples.Link.Id, _header.LinkId);
        Assert.AreEqual("client", _header.ClientKey);
        Assert.AreEqual(2, _header.Epoch);
        Assert.AreEqual("delivery-1", _header.DeliveryId);
        Assert.AreEqual(Samples.Now.ToUnixTimeMilliseconds(), _header.ReceivedAt);
    }

    [TestMethod]
    [DataRow("{\"object_kind\":\"something_new\"}")]
    [DataRow("{\"object_kind\":\"wiki_page\",\"object_attributes\":{}}")]
    public async Task Answers_200_to_what_it_has_no_use_for_and_stores_nothing(string body)
    {
        var result = await RunAsync(Encoding.UTF8.GetBytes(body));

        Assert.IsInstanceOfType<Ok>(result);
        Assert.IsNull(_stored);
    }

    /// <summary>Own samples: what is translated, what is acknowledged on purpose, and what nobody knows. None is refused, which would count against the hook.</summary>
    [TestMethod]
    [DataRow("push", "stored")]
    [DataRow("merge_request", "stored")]
    [DataRow("pipeline", "stored")]
    [DataRow("deployment", "stored")]
    [DataRow("feature_flag", "stored")]
    [DataRow("note_on_merge_request", "stored")]
    [DataRow("project_create", "stored")]
    [DataRow("project_destroy", "stored")]
    [DataRow("project_rename", "stored")]
    [DataRow("project_transfer", "stored")]
    [DataRow("project_update", "stored")]
    [DataRow("subgroup_create", "stored")]
    [DataRow("subgroup_destroy", "stored")]
    [DataRow("group_create", "stored")]
    [DataRow("group_destroy", "stored")]
    [DataRow("group_rename", "stored")]
    [DataRow("user_add_to_group", "stored")]
    [DataRow("user_update_for_group", "stored")]
    [DataRow("user_remove_from_group", "stored")]
    [DataRow("user_add_to_team", "stored")]
    [DataRow("user_update_for_team", "stored")]
    [DataRow("user_remove_from_team", "stored")]
    [DataRow("note", "acknowledged")]
    [DataRow("tag_push", "acknowledged")]
    [DataRow("release", "acknowledged")]
    [DataRow("issue", "acknowledged")]
    [DataRow("work_item", "acknowledged")]
    [DataRow("wiki_page", "acknowledged")]
    [DataRow("milestone", "acknowledged")]
    [DataRow("emoji", "acknowledged")]
    [DataRow("vulnerability", "acknowledged")]
    [DataRow("access_token", "acknowledged")]
    [DataRow("build", "acknowledged")]
    [DataRow("user_access_request_to_group", "acknowledged")]
    [DataRow("repository_update", "acknowledged")]
    [DataRow("key_create", "acknowledged")]
    [DataRow("something_new", "unknown")]
    public async Task Answers_200_to_each_kind_and_counts_what_became_of_it(string sample, string outcome)
    {
        var result = await RunAsync(Encoding.UTF8.GetBytes(HookBodies.OfKind(sample)));

        Assert.IsInstanceOfType<Ok>(result);
        Assert.AreEqual(outcome is "stored", _stored is not null);
        var counted = Assert.ContainsSingle(_counted.Seen);
        Assert.EndsWith($" {outcome}", counted);
        Assert.DoesNotContain("something_new", counted, "What a sender writes is no name of ours.");
    }

    [TestMethod]
    public async Task Answers_200_to_each_real_body_of_a_hook()
    {
        foreach (var file in SharedPayloads.Files("*.json").Where(file => Path.GetFileName(file) is var name && !name.StartsWith("rest-", StringComparison.Ordinal) && !name.StartsWith("graphql-", StringComparison.Ordinal)))
        {
            var result = await RunAsync(await File.ReadAllBytesAsync(file, _test.CancellationToken));

            // One is a fragment of the docs, one was made by hand without the project's id, one is malformed on purpose.
            Assert.IsTrue(result is Ok || Path.GetFileName(file) is "merge-request-update-reviewers-3.json" or "pipeline-5.json" or "push-malformed-1.json", file);
        }

        Assert.DoesNotContain($"{HookReading.UnknownKind} {HookCounts.Unknown}", _counted.Seen);
    }

    [TestMethod]
    [DataRow("", "malformed_body")]
    [DataRow("{\"object_kind\":", "malformed_body")]
    [DataRow("not json", "malformed_body")]
    [DataRow("{\"object_kind\":\"push\",\"project_id\":7}", "missing_field")]
    public async Task Refuses_a_malformed_body_in_clear_words(string body, string reason)
    {
        var result = Assert.IsInstanceOfType<ProblemHttpResult>(await RunAsync(Encoding.UTF8.GetBytes(body)));

        Assert.AreEqual(400, result.StatusCode);
        Assert.AreEqual(reason, result.ProblemDetails.Extensions["reason"]);
        Assert.IsNotNull(result.ProblemDetails.Detail);
        Assert.IsNull(_stored);
    }

    [TestMethod]
    [DataRow("wrong", 401)]
    [DataRow(null, 401)]
    public async Task Refuses_a_wrong_or_missing_token_without_repeating_it(string? token, int status)
    {
        var result = await RunAsync(Encoding.UTF8.GetBytes(HookBodies.Push()), token: token);

        Assert.AreEqual(status, Assert.IsInstanceOfType<ProblemHttpResult>(result).StatusCode);
        Assert.IsNull(_stored);
        Assert.DoesNotContain("wrong", _logger.LatestRecord.Message);
    }

    [TestMethod]
    [DataRow(LinkLookup.Unknown, 404)]
    [DataRow(LinkLookup.Unlinked, 410)]
    public async Task Refuses_a_link_that_is_not_there_before_it_reads_the_body(LinkLookup lookup, int status)
    {
        Finds(lookup, link: null);
        var context = new DefaultHttpContext();
        context.Request.Body = new UnreadableStream();

        var result = await _function.RunAsync(context.Request, Samples.Link.Id, _test.CancellationToken);

        Assert.AreEqual(status, Assert.IsInstanceOfType<ProblemHttpResult>(result).StatusCode);
        Assert.IsNull(_stored);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Refuses_more_than_25_mebibytes_with_and_without_a_length(bool withLength)
    {
        var result = await RunAsync(new byte[Limit + 1], withLength: withLength);

        Assert.AreEqual(413, Assert.IsInstanceOfType<ProblemHttpResult>(result).StatusCode);
        Assert.IsNull(_stored);
    }

    [TestMethod]
    public async Task Takes_exactly_25_mebibytes()
    {
        var body = new byte[Limit];
        body.AsSpan().Fill((byte)' ');
        Encoding.UTF8.GetBytes(HookBodies.Push()).CopyTo(body, 0);

        Assert.IsInstanceOfType<Ok>(await RunAsync(body));
        Assert.HasCount(Limit, _stored!);
    }

    [TestMethod]
    public async Task Stores_the_event_even_when_the_sender_hangs_up_meanwhile()
    {
        await RunAsync(Encoding.UTF8.GetBytes(HookBodies.Push()));

        _queue.Verify(q => q.SendAsync(It.IsAny<string>(), It.IsAny<MessageHeader>(), It.IsAny<ReadOnlyMemory<byte>>(), null, CancellationToken.None), Times.Once);
    }

    private Task<IResult> RunAsync(byte[] body, string? token = "correct horse", string? deliveryId = null, bool withLength = true)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(body);
        context.Request.ContentLength = withLength ? body.Length : null;

        if (token is not null)
        {
            context.Request.Headers["X-Gitlab-Token"] = token;
        }

        if (deliveryId is not null)
        {
            context.Request.Headers["Idempotency-Key"] = deliveryId;
        }

        return _function.RunAsync(context.Request, Samples.Link.Id, _test.CancellationToken);
    }

    private void Finds(LinkLookup lookup, Link? link) =>
        _links.Setup(l => l.FindAsync(Samples.Link.Id, It.IsAny<bool>(), It.IsAny<CancellationToken>())).ReturnsAsync((lookup, link));

    private sealed class UnreadableStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("Nobody should read this body.");
    }
}
