using System.Net;
using System.Text;

namespace GitLabJira.Functions.Tests;

/// <summary>What a scripted server was asked.</summary>
public sealed record StubRequest(HttpMethod Method, Uri Address, IReadOnlyDictionary<string, string> Headers, string? Body);

/// <summary>A scripted server: answers what was scripted, in the order of scripting per route, and throws on anything else.</summary>
public sealed class StubHttp : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<Func<StubRequest, HttpResponseMessage>>> _script = new(StringComparer.Ordinal);
    private readonly List<StubRequest> _requests = [];

    public IReadOnlyList<StubRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    public HttpClient Client() => new(this, disposeHandler: false);

    /// <param name="route">Method and address, for example <c>GET https://host/path?query</c>. The last answer of a route is used up like the others.</param>
    public StubHttp On(string route, Func<StubRequest, HttpResponseMessage> answer)
    {
        lock (_lock)
        {
            if (!_script.TryGetValue(route, out var answers))
            {
                _script[route] = answers = new();
            }

            answers.Enqueue(answer);
        }

        return this;
    }

    public StubHttp On(string route, HttpStatusCode status, string? json = null, params (string Name, string Value)[] headers) =>
        On(route, _ => Answer(status, json, headers));

    public StubHttp On(string route, string json, params (string Name, string Value)[] headers) => On(route, HttpStatusCode.OK, json, headers);

    public StubHttp Fails(string route, Exception exception) => On(route, _ => throw exception);

    public static HttpResponseMessage Answer(HttpStatusCode status, string? json = null, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(json ?? "", Encoding.UTF8, "application/json") };

        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }

    /// <summary>Fails when something scripted was not asked for.</summary>
    public void AssertAllAsked()
    {
        lock (_lock)
        {
            var left = _script.Where(route => route.Value.Count > 0).Select(route => route.Key).ToList();
            Assert.IsEmpty(left, $"Never asked: {string.Join(", ", left)}");
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
        var headers = request.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        var asked = new StubRequest(request.Method, request.RequestUri!, headers, body);
        Func<StubRequest, HttpResponseMessage> answer;

        lock (_lock)
        {
            _requests.Add(asked);
            var route = $"{asked.Method} {asked.Address.AbsoluteUri}";

            if (!_script.TryGetValue(route, out var answers) || !answers.TryDequeue(out answer!))
            {
                throw new InvalidOperationException($"Not scripted: {route}");
            }
        }

        var response = answer(asked);
        response.RequestMessage = request;
        return response;
    }
}
