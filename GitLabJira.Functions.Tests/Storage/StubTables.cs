using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using GitLabJira.Functions.Storage;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Tests.Storage;

/// <summary>Table storage in memory, behind the real client: ETags, conditions, transactions and filters as the service has them. Whatever else is asked fails the test.</summary>
public sealed partial class StubTables : HttpMessageHandler
{
    private const string Account = "stub";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<string, JsonObject>> _tables = new(StringComparer.Ordinal);
    private long _version;

    public StubTables()
    {
        var options = new TableClientOptions { Transport = new HttpClientTransport(new HttpClient(this, disposeHandler: false)) };
        options.Retry.MaxRetries = 0;
        var service = new TableServiceClient(new Uri($"https://{Account}.table.test"), new TableSharedKeyCredential(Account, Convert.ToBase64String(new byte[32])), options);
        Tables = new AppTables(service, Options.Create(new StorageOptions()));
    }

    public AppTables Tables { get; }

    /// <summary>Called before each write with <c>METHOD table</c>, outside the lock: the place to let another writer in between, or to throw.</summary>
    public Action<string>? BeforeWrite { get; set; }

    /// <summary>All rows of a table as <c>PartitionKey RowKey</c>.</summary>
    public IReadOnlyList<string> Keys(string table) => [.. Rows(table).Select(row => $"{row["PartitionKey"]} {row["RowKey"]}")];

    public IReadOnlyList<JsonObject> Rows(string table)
    {
        lock (_lock)
        {
            return _tables.TryGetValue(table, out var rows) ? [.. rows.Values.Select(row => row.DeepClone().AsObject())] : [];
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var address = request.RequestUri!;

        if (address.AbsolutePath == "/$batch")
        {
            return Batch(body);
        }

        if (request.Method != HttpMethod.Get)
        {
            BeforeWrite?.Invoke($"{request.Method} {address.AbsolutePath.Trim('/').Split('(')[0]}");
        }

        lock (_lock)
        {
            var condition = request.Headers.TryGetValues("If-Match", out var values) ? values.Single() : null;
            var answer = Apply(request.Method.Method, address, condition, body);
            answer.RequestMessage = request;
            return answer;
        }
    }

    private HttpResponseMessage Apply(string method, Uri address, string? condition, string body)
    {
        var path = Uri.UnescapeDataString(address.AbsolutePath.Trim('/'));

        if (path == "Tables" && method == "POST")
        {
            var name = JsonNode.Parse(body)!["TableName"]!.GetValue<string>();
            return _tables.TryAdd(name, new(StringComparer.Ordinal)) ? Answer(HttpStatusCode.NoContent) : Error(HttpStatusCode.Conflict, "TableAlreadyExists");
        }

        var parts = RowAddress().Match(path);

        if (!parts.Success || !_tables.TryGetValue(parts.Groups["table"].Value, out var rows))
        {
            return Error(HttpStatusCode.NotFound, "TableNotFound");
        }

        if (!parts.Groups["pk"].Success)
        {
            return method == "POST" ? Insert(rows, body) : Query(rows, address);
        }

        var key = Key(parts.Groups["pk"].Value.Replace("''", "'", StringComparison.Ordinal), parts.Groups["rk"].Value.Replace("''", "'", StringComparison.Ordinal));
        var found = rows.TryGetValue(key, out var row);

        if (!found && (method is "GET" or "DELETE" || condition is not null))
        {
            return Error(HttpStatusCode.NotFound, "ResourceNotFound");
        }

        if (condition is not null and not "*" && condition != row!["odata.etag"]!.GetValue<string>())
        {
            return Error(HttpStatusCode.PreconditionFailed, "UpdateConditionNotSatisfied");
        }

        switch (method)
        {
            case "GET":
                return Answer(HttpStatusCode.OK, row!.ToJsonString());
            case "DELETE":
                rows.Remove(key);
                return Answer(HttpStatusCode.NoContent);
            case "PUT":
                return Written(rows, key, JsonNode.Parse(body)!.AsObject());
            case "MERGE" or "PATCH":
                var merged = found ? row!.DeepClone().AsObject() : [];

                foreach (var (name, value) in JsonNode.Parse(body)!.AsObject())
                {
                    merged[name] = value?.DeepClone();
                }

                return Written(rows, key, merged);
            default:
                throw new InvalidOperationException($"Not supported: {method} {path}");
        }
    }

    private HttpResponseMessage Insert(SortedDictionary<string, JsonObject> rows, string body)
    {
        var row = JsonNode.Parse(body)!.AsObject();
        var key = Key(row["PartitionKey"]!.GetValue<string>(), row["RowKey"]!.GetValue<string>());

        return rows.ContainsKey(key) ? Error(HttpStatusCode.Conflict, "EntityAlreadyExists") : Written(rows, key, row);
    }

    private HttpResponseMessage Written(SortedDictionary<string, JsonObject> rows, string key, JsonObject row)
    {
        var etag = $"W/\"v{++_version}\"";

        // The service keeps no nulls.
        foreach (var name in row.Where(column => column.Value is null).Select(column => column.Key).ToList())
        {
            row.Remove(name);
        }

        row["odata.etag"] = etag;
        rows[key] = row;
        var answer = Answer(HttpStatusCode.NoContent);
        answer.Headers.TryAddWithoutValidation("ETag", etag);
        return answer;
    }

    private static HttpResponseMessage Query(SortedDictionary<string, JsonObject> rows, Uri address)
    {
        var query = address.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => Uri.UnescapeDataString(pair[0]), pair => Uri.UnescapeDataString(pair.Last().Replace('+', ' ')), StringComparer.Ordinal);
        var conditions = query.TryGetValue("$filter", out var filter) && filter.Length > 0 ? filter.Split(" and ") : [];
        var found = rows.Values.Where(row => conditions.All(condition => Holds(row, condition.Trim('(', ')'))));
        var answer = new JsonObject { ["value"] = new JsonArray([.. found.Select(row => (JsonNode)row.DeepClone())]) };

        return Answer(HttpStatusCode.OK, answer.ToJsonString());
    }

    private static bool Holds(JsonObject row, string condition)
    {
        var parts = Comparison().Match(condition);

        if (!parts.Success)
        {
            throw new InvalidOperationException($"Filter not supported: {condition}");
        }

        var column = row[parts.Groups["column"].Value]?.ToString();
        var value = parts.Groups["value"].Value;
        var compared = parts switch
        {
            _ when column is null => 0,
            _ when parts.Groups["number"].Success => long.Parse(column, CultureInfo.InvariantCulture).CompareTo(long.Parse(parts.Groups["number"].Value, CultureInfo.InvariantCulture)),
            _ when parts.Groups["truth"].Success => bool.Parse(column).CompareTo(bool.Parse(parts.Groups["truth"].Value)),
            _ when parts.Groups["kind"].Value == "datetime" => DateTimeOffset.Parse(column, CultureInfo.InvariantCulture).CompareTo(DateTimeOffset.Parse(value, CultureInfo.InvariantCulture)),
            _ => string.CompareOrdinal(column, value.Replace("''", "'", StringComparison.Ordinal)),
        };

        return column is not null && parts.Groups["operator"].Value switch
        {
            "eq" => compared == 0,
            "ne" => compared != 0,
            "lt" => compared < 0,
            "le" => compared <= 0,
            "gt" => compared > 0,
            _ => compared >= 0,
        };
    }

    /// <summary>All or nothing, as the service does it.</summary>
    private HttpResponseMessage Batch(string body)
    {
        var operations = BatchOperation().Matches(body.ReplaceLineEndings("\n"));
        BeforeWrite?.Invoke($"BATCH {operations[0].Groups["address"].Value.Split('/')[3].Split('(', '?')[0]}");

        lock (_lock)
        {
            var before = _tables.ToDictionary(
                table => table.Key,
                table => new SortedDictionary<string, JsonObject>(table.Value.ToDictionary(row => row.Key, row => row.Value.DeepClone().AsObject(), StringComparer.Ordinal), StringComparer.Ordinal),
                StringComparer.Ordinal);
            var parts = new StringBuilder();

            for (var index = 0; index < operations.Count; index++)
            {
                var operation = operations[index];
                var condition = IfMatch().Match(operation.Groups["headers"].Value) is { Success: true } match ? match.Groups["etag"].Value.Trim() : null;
                var answer = Apply(operation.Groups["method"].Value, new Uri(operation.Groups["address"].Value), condition, operation.Groups["body"].Value);

                if (!answer.IsSuccessStatusCode)
                {
                    _tables.Clear();

                    foreach (var (name, rows) in before)
                    {
                        _tables[name] = rows;
                    }

                    var code = answer.Headers.GetValues("x-ms-error-code").Single();
                    return Multipart(Part((int)answer.StatusCode, ErrorBody(code, $"{index}:{code}"), etag: null));
                }

                parts.Append(Part(204, "", answer.Headers.TryGetValues("ETag", out var etags) ? etags.Single() : null));
            }

            return Multipart(parts.ToString());
        }
    }

    private static string Part(int status, string body, string? etag) =>
        $"--changeset\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nHTTP/1.1 {status} Status\r\nDataServiceVersion: 3.0;\r\n"
        + (etag is null ? "" : $"ETag: {etag}\r\n")
        + (body.Length == 0 ? "\r\n\r\n" : $"Content-Type: application/json\r\n\r\n{body}\r\n");

    private static HttpResponseMessage Multipart(string parts)
    {
        var text = $"--batch\r\nContent-Type: multipart/mixed; boundary=changeset\r\n\r\n{parts}--changeset--\r\n--batch--\r\n";
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/mixed; boundary=batch");
        return new HttpResponseMessage(HttpStatusCode.Accepted) { Content = content };
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, string? json = null) =>
        new(status) { Content = new StringContent(json ?? "", Encoding.UTF8, "application/json") };

    private static HttpResponseMessage Error(HttpStatusCode status, string code)
    {
        var answer = Answer(status, ErrorBody(code, code));
        answer.Headers.Add("x-ms-error-code", code);
        return answer;
    }

    private static string ErrorBody(string code, string message) =>
        new JsonObject { ["odata.error"] = new JsonObject { ["code"] = code, ["message"] = new JsonObject { ["lang"] = "en-US", ["value"] = message } } }.ToJsonString();

    private static string Key(string partitionKey, string rowKey) => $"{partitionKey}\n{rowKey}";

    [GeneratedRegex(@"^(?<table>[A-Za-z0-9]+)(\((PartitionKey='(?<pk>.*)',RowKey='(?<rk>.*)')?\))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex RowAddress();

    [GeneratedRegex("^(?<column>[A-Za-z]+) (?<operator>eq|ne|lt|le|gt|ge) ((?<kind>datetime)?'(?<value>.*)'|(?<number>-?[0-9]+)L?|(?<truth>true|false))$", RegexOptions.ExplicitCapture)]
    private static partial Regex Comparison();

    [GeneratedRegex(@"^(?<method>POST|PUT|MERGE|PATCH|DELETE) (?<address>\S+) HTTP/1\.1\n(?<headers>(.+\n)*)\n(?<body>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex BatchOperation();

    [GeneratedRegex("^If-Match: (?<etag>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex IfMatch();
}
