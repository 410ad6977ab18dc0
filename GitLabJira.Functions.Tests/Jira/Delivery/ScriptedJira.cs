using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GitLabJira.Functions.Tests.Jira.Delivery;

/// <summary>One call that reached the scripted Jira.</summary>
internal sealed record JiraCall(HttpMethod Method, string Host, string PathAndQuery, string? Authorization, JsonNode? Body)
{
    /// <summary>All ids of a POST, in the order of the body.</summary>
    public IReadOnlyList<string> Ids => [.. from repository in Body?["repositories"]?.AsArray() ?? []
                                            from list in new[] { "commits", "branches", "pullRequests" }
                                            from entity in repository![list]!.AsArray()
                                            select (string)entity!["id"]!];

    public bool IsPost => Method == HttpMethod.Post;

    public override string ToString() => IsPost ? $"POST {string.Join(' ', Ids)}" : $"{Method} {PathAndQuery}";
}

/// <summary>Answers as scripted, and takes everything when nothing is scripted. Notes each call.</summary>
internal sealed class ScriptedJira : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly List<JiraCall> _calls = [];
    private readonly Queue<Func<JiraCall, HttpResponseMessage?>> _answers = new();

    public IReadOnlyList<JiraCall> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    public IReadOnlyList<JiraCall> Posts => [.. Calls.Where(c => c.IsPost)];

    /// <summary>Sees each call before it is answered.</summary>
    public Action<JiraCall>? OnCall { get; set; }

    /// <summary>Null: take it.</summary>
    public ScriptedJira Next(Func<JiraCall, HttpResponseMessage?> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    public ScriptedJira Next(HttpStatusCode status, params (string Name, string Value)[] headers) => Next(_ => StubHttp.Answer(status, "{}", headers));

    /// <summary>Answers all calls from now on.</summary>
    public Func<JiraCall, HttpResponseMessage?>? Always { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken));
        var call = new JiraCall(request.Method, request.RequestUri!.Host, request.RequestUri.PathAndQuery, request.Headers.Authorization?.ToString(), body);
        Func<JiraCall, HttpResponseMessage?>? answer;

        lock (_lock)
        {
            _calls.Add(call);
            _answers.TryDequeue(out answer);
        }

        OnCall?.Invoke(call);
        return answer?.Invoke(call) ?? Always?.Invoke(call) ?? Taken(call);
    }

    public static HttpResponseMessage Taken(JiraCall call, IReadOnlyCollection<string>? rejected = null, params string[] unknownKeys)
    {
        if (call.PathAndQuery == "/status")
        {
            return Json(HttpStatusCode.OK, """{"state":"RUNNING"}""");
        }

        if (call.PathAndQuery == "/_edge/tenant_info")
        {
            return Json(HttpStatusCode.OK, """{"cloudId":"cloud-1"}""");
        }

        if (call.PathAndQuery.Contains("existsByProperties", StringComparison.Ordinal))
        {
            return Json(HttpStatusCode.OK, """{"hasDataMatchingProperties":false}""");
        }

        if (!call.IsPost)
        {
            return new HttpResponseMessage(HttpStatusCode.Accepted);
        }

        var repositories = call.Body!["repositories"]!.AsArray();
        var lists = new[] { "commits", "branches", "pullRequests" };

        return Json(HttpStatusCode.Accepted, JsonSerializer.Serialize(new
        {
            acceptedDevinfoEntities = repositories.ToDictionary(
                r => (string)r!["id"]!,
                r => lists.ToDictionary(l => l, l => r![l]!.AsArray().Select(e => (string)e!["id"]!).Where(id => rejected?.Contains(id) is not true))),
            failedDevinfoEntities = repositories.ToDictionary(
                r => (string)r!["id"]!,
                r => lists.ToDictionary(l => l, l => r![l]!.AsArray().Select(e => (string)e!["id"]!).Where(id => rejected?.Contains(id) is true).Select(id => new { id, errorMessages = new[] { new { message = "Ada's title is bad" } } }))),
            unknownIssueKeys = unknownKeys,
        }));
    }

    private static HttpResponseMessage Json(HttpStatusCode status, string json) => new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
}
