using System.Net;
using System.Security.Cryptography;
using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Queues;
using GitLabJira.Functions.Health;
using GitLabJira.Functions.Sealing;
using GitLabJira.Functions.Tests.Sealing;
using GitLabJira.Functions.Tests.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.Health;

[TestClass]
public sealed class ReadinessTests(TestContext test)
{
    private readonly StubTables _tables = new();
    private readonly QueueService _queues = new();
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    [TestMethod]
    [DataRow(HttpStatusCode.OK)]
    [DataRow(HttpStatusCode.NotFound)]
    public async Task Is_ready_when_tables_queue_and_key_answer(HttpStatusCode queue)
    {
        _queues.Status = queue;

        var (status, checks) = await AskAsync(Readiness());

        Assert.AreEqual(200, status, "A queue that is not made yet is made by the first message.");
        Assert.AreSequenceEqual(new[] { "key: True", "queue: True", "storage: True" }, checks);
    }

    [TestMethod]
    public async Task Names_what_is_missing_and_nothing_else()
    {
        _queues.Status = HttpStatusCode.Forbidden;
        var sealer = new Mock<ISealer>();
        sealer.Setup(s => s.SealAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<SealContext>(), It.IsAny<CancellationToken>())).ThrowsAsync(new CryptographicException("the vault's name"));

        var (status, checks) = await AskAsync(Readiness(sealer.Object));

        Assert.AreEqual(503, status);
        Assert.AreSequenceEqual(new[] { "key: False", "queue: False", "storage: True" }, checks);
    }

    [TestMethod]
    public async Task Asks_again_only_after_some_seconds()
    {
        var readiness = Readiness();

        await AskAsync(readiness);
        _queues.Status = HttpStatusCode.Forbidden;
        var (soon, _) = await AskAsync(readiness);
        _clock.Advance(TimeSpan.FromSeconds(5));
        var (later, _) = await AskAsync(readiness);

        Assert.AreEqual((200, 503, 2), (soon, later, _queues.Asked));
    }

    private Readiness Readiness(ISealer? sealer = null) =>
        new(_tables.Tables, _queues.Client, sealer ?? SealedWith.NewKeys(_clock), _clock, NullLogger<Readiness>.Instance);

    private async Task<(int? Status, string[] Checks)> AskAsync(Readiness readiness)
    {
        var answer = await new ShowReadiness(readiness).RunAsync(new DefaultHttpContext().Request, test.CancellationToken);
        var checks = await readiness.CheckAsync();
        return (((IStatusCodeHttpResult)answer).StatusCode, [.. checks.Select(check => $"{check.Key}: {check.Value}").Order(StringComparer.Ordinal)]);
    }

    /// <summary>Answers every look at a queue with one status.</summary>
    private sealed class QueueService : HttpMessageHandler
    {
        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        public int Asked { get; private set; }

        public QueueServiceClient Client => new(
            new Uri("https://stub.queue.test"),
            new StorageSharedKeyCredential("stub", Convert.ToBase64String(new byte[32])),
            new QueueClientOptions { Transport = new HttpClientTransport(new HttpClient(this, disposeHandler: false)), Retry = { MaxRetries = 0 } });

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            var answer = new HttpResponseMessage(Status) { RequestMessage = request };

            if (Status is HttpStatusCode.NotFound)
            {
                answer.Headers.Add("x-ms-error-code", "QueueNotFound");
            }

            return Task.FromResult(answer);
        }
    }
}
