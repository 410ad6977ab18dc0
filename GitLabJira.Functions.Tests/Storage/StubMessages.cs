using System.Net;
using System.Text;
using System.Web;
using System.Xml.Linq;
using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace GitLabJira.Functions.Tests.Storage;

/// <summary>A message as a queue took it.</summary>
/// <param name="Text">What the host hands to a trigger: base64 removed.</param>
internal sealed record SentMessage(string Queue, byte[] Text, int Encoded, TimeSpan? Visibility, string? TimeToLive);

/// <summary>Queues and blobs in memory, behind the real clients. Like the service it knows only queues and containers that were made. Whatever else is asked fails the test.</summary>
internal sealed class StubMessages : HttpMessageHandler
{
    private static readonly StorageSharedKeyCredential Credential = new("stub", Convert.ToBase64String(new byte[32]));

    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    public QueueServiceClient Queues => new(
        new Uri("https://stub.queue.test"), Credential, new QueueClientOptions { Transport = Transport(), MessageEncoding = QueueMessageEncoding.Base64, Retry = { MaxRetries = 0 } });

    public BlobServiceClient Blobs => new(new Uri("https://stub.blob.test"), Credential, new BlobClientOptions { Transport = Transport(), Retry = { MaxRetries = 0 } });

    public List<SentMessage> Messages { get; } = [];

    /// <summary>By address.</summary>
    public Dictionary<string, byte[]> Contents { get; } = new(StringComparer.Ordinal);

    /// <summary>What was done, in order.</summary>
    public List<string> Log { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        var path = address.AbsolutePath;
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var query = HttpUtility.ParseQueryString(address.Query);
        var queue = address.Host.Contains("queue", StringComparison.Ordinal);

        var answer = request.Method.Method switch
        {
            "PUT" when queue || query["restype"] == "container" => _made.Add(path) ? Answer(HttpStatusCode.Created) : Answer(HttpStatusCode.NoContent),
            "POST" when queue => Post(path, body, query["visibilitytimeout"], query["messagettl"]),
            "PUT" => Put(path, body),
            "GET" => Contents.TryGetValue(path, out var content) ? Answer(HttpStatusCode.OK, content) : Error(HttpStatusCode.NotFound, "BlobNotFound"),
            "DELETE" => Delete(path),
            _ => throw new InvalidOperationException($"Not scripted: {request.Method} {address}"),
        };
        answer.RequestMessage = request;
        return answer;
    }

    private HttpResponseMessage Post(string path, byte[] body, string? visibility, string? timeToLive)
    {
        var queue = path.Split('/')[1];

        if (!_made.Contains($"/{queue}"))
        {
            return Error(HttpStatusCode.NotFound, "QueueNotFound");
        }

        var text = XDocument.Load(new MemoryStream(body)).Root!.Element("MessageText")!.Value;
        Messages.Add(new SentMessage(queue, Convert.FromBase64String(text), text.Length, visibility is null ? null : TimeSpan.FromSeconds(int.Parse(visibility, System.Globalization.CultureInfo.InvariantCulture)), timeToLive));
        Log.Add("message");
        return Answer(HttpStatusCode.Created, Encoding.UTF8.GetBytes(
            "<QueueMessagesList><QueueMessage><MessageId>m</MessageId><InsertionTime>Fri, 09 Oct 2026 21:04:30 GMT</InsertionTime><ExpirationTime>Fri, 31 Dec 9999 23:59:59 GMT</ExpirationTime><PopReceipt>p</PopReceipt><TimeNextVisible>Fri, 09 Oct 2026 21:04:30 GMT</TimeNextVisible></QueueMessage></QueueMessagesList>"));
    }

    private HttpResponseMessage Put(string path, byte[] body)
    {
        if (!_made.Contains($"/{path.Split('/')[1]}"))
        {
            return Error(HttpStatusCode.NotFound, "ContainerNotFound");
        }

        Contents[path] = body;
        Log.Add("blob");
        return Answer(HttpStatusCode.Created);
    }

    private HttpResponseMessage Delete(string path)
    {
        Log.Add("blob removed");
        return Contents.Remove(path) ? Answer(HttpStatusCode.Accepted) : Error(HttpStatusCode.NotFound, "BlobNotFound");
    }

    private HttpClientTransport Transport() => new(new HttpClient(this, disposeHandler: false));

    private static HttpResponseMessage Answer(HttpStatusCode status, byte[]? content = null)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(content ?? []) };
        response.Headers.TryAddWithoutValidation("ETag", "\"1\"");
        response.Headers.TryAddWithoutValidation("x-ms-request-id", "r");
        response.Content.Headers.TryAddWithoutValidation("Last-Modified", "Fri, 09 Oct 2026 21:04:30 GMT");
        return response;
    }

    private static HttpResponseMessage Error(HttpStatusCode status, string code)
    {
        var response = Answer(status);
        response.Headers.TryAddWithoutValidation("x-ms-error-code", code);
        return response;
    }
}
