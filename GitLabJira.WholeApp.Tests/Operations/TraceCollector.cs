using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitLabJira.WholeApp.Tests.Operations;

/// <param name="Kind">2 server, 3 client, 5 consumer (OTLP's <c>Span.SpanKind</c>).</param>
internal sealed record CollectedSpan(string TraceId, string SpanId, string ParentId, string Name, long Kind, IReadOnlyDictionary<string, string> Attributes);

/// <summary>Takes what the app sends by OTLP over HTTP, as a collector on a developer's machine does (OpenTelemetry Protocol 1.9, <c>opentelemetry/proto/trace/v1/trace.proto</c>).</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<CollectedSpan> _spans = new();
    private readonly ConcurrentQueue<string> _texts = new();

    private TraceCollector(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public IReadOnlyList<CollectedSpan> Spans => [.. _spans];

    /// <summary>All that came, of whatever signal, as far as it can be read.</summary>
    public string Everything => string.Concat(_texts);

    public static async Task<TraceCollector> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new TraceCollector(builder.Build());
        collector._app.MapPost("/v1/{signal}", collector.TakeAsync);
        await collector._app.StartAsync(cancellationToken);
        return collector;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http, string signal)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        _texts.Enqueue(Encoding.Latin1.GetString(body.ToArray()));

        if (signal is not "traces")
        {
            return;
        }

        // ExportTraceServiceRequest.resource_spans, ResourceSpans.scope_spans, ScopeSpans.spans.
        foreach (var span in Parts(body.ToArray(), 1).SelectMany(resource => Parts(resource, 2)).SelectMany(scope => Parts(scope, 2)))
        {
            _spans.Enqueue(new CollectedSpan(Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5), Number(span, 6), Parts(span, 9).ToDictionary(pair => Text(pair, 1), pair => Value(Parts(pair, 2).Single()), StringComparer.Ordinal)));
        }
    }

    /// <summary>Of an <c>AnyValue</c>: a text or a whole number.</summary>
    private static string Value(byte[] value) => Parts(value, 1).Any() ? Text(value, 1) : Number(value, 3).ToString(CultureInfo.InvariantCulture);

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Parts(message, field).FirstOrDefault() ?? []);

    private static string Text(byte[] message, int field) => Encoding.UTF8.GetString(Parts(message, field).FirstOrDefault() ?? []);

    private static long Number(byte[] message, int field) => Fields(message).Where(one => one.Field == field).Select(one => one.Number).FirstOrDefault();

    private static IEnumerable<byte[]> Parts(byte[] message, int field) => Fields(message).Where(one => one.Field == field && one.Bytes is not null).Select(one => one.Bytes!);

    /// <summary>Protocol Buffers' wire format: a tag of field and type, then a number or so many bytes.</summary>
    private static IEnumerable<(int Field, long Number, byte[]? Bytes)> Fields(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);

            switch (tag & 7)
            {
                case 0:
                    yield return ((int)(tag >> 3), Varint(message, ref at), null);
                    break;
                case 1:
                    yield return ((int)(tag >> 3), BinaryPrimitives.ReadInt64LittleEndian(message.AsSpan(at)), null);
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    yield return ((int)(tag >> 3), 0, message[at..(at + length)]);
                    at += length;
                    break;
                default:
                    yield return ((int)(tag >> 3), BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(at)), null);
                    at += 4;
                    break;
            }
        }
    }

    private static long Varint(byte[] message, ref int at)
    {
        var value = 0L;

        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (long)(part & 0x7f) << shift;

            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
