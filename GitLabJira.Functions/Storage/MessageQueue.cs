using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Sealing;
using Microsoft.Extensions.Configuration;

namespace GitLabJira.Functions.Storage;

/// <inheritdoc cref="IMessageQueue"/>
public sealed class MessageQueue(QueueServiceClient service, MessageBlobs blobs, ISealer sealer, IConfiguration configuration, TimeProvider clock) : IMessageQueue, ISealedMessages
{
    // 64 KiB a message, counted in base64, which the host expects around the whole of it.
    private const int LargestMessage = 48 * 1024;

    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(7);

    // Clocks of processes and storage differ; only what is really early is sent on.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, QueueClient> _queues = new(StringComparer.Ordinal);

    // Under a virtual clock the embedded host honours the header's due time; the emulator's visibility runs on wall time.
    private readonly bool _virtualTime = !string.IsNullOrEmpty(configuration["GITLABJIRA_CLOCK"]);

    public async Task SendAsync(string queue, MessageHeader header, ReadOnlyMemory<byte> body, TimeSpan? delay, CancellationToken cancellationToken)
    {
        header = header with
        {
            Blob = null,
            // What is put back stays in the trace that it began in.
            Trace = header.Trace ?? AppTraces.Current,
            Due = delay is { } wait && wait > TimeSpan.Zero ? Milliseconds.NotBefore(clock.GetUtcNow() + wait) : null,
        };

        var sealedBody = await sealer.SealAsync(Compress(body), Context(queue, header), cancellationToken);
        var message = Join(header, sealedBody);

        if (message.Length > LargestMessage)
        {
            header = header with { Blob = await blobs.WriteAsync(queue, BinaryData.FromBytes(sealedBody), cancellationToken) };
            message = Join(header, []);
        }

        await SendAsync(queue, message, delay, cancellationToken);
    }

    public async Task<OpenedMessage?> OpenAsync(string queue, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var (header, sealedBody) = Split(message);
        var early = header.Due is { } due ? DateTimeOffset.FromUnixTimeMilliseconds(due) - clock.GetUtcNow() : TimeSpan.Zero;

        if (early > Slack)
        {
            await SendAsync(queue, message, early, cancellationToken);
            return null;
        }

        if (header.Blob is { } name)
        {
            if (await blobs.ReadAsync(name, cancellationToken) is not { } content)
            {
                return null;
            }

            sealedBody = content.ToMemory();
        }

        try
        {
            return new OpenedMessage(header, Decompress(await sealer.OpenAsync(sealedBody, Context(queue, header), cancellationToken)));
        }
        catch (CryptographicException altered)
        {
            throw new MessageUnreadableException("The message was altered, or sealed for another place.", altered);
        }
    }

    public async Task CompleteAsync(MessageHeader header, CancellationToken cancellationToken)
    {
        if (header.Blob is { } name)
        {
            await blobs.DeleteAsync(name, cancellationToken);
        }
    }

    public async Task SendAsync(string queue, ReadOnlyMemory<byte> message, TimeSpan? delay, CancellationToken cancellationToken)
    {
        var client = _queues.GetOrAdd(queue, service.GetQueueClient);
        var content = new BinaryData(message);

        // A longer delay arrives early after seven days and is sent on from there.
        TimeSpan? visibility = _virtualTime || delay is not { } wait || wait <= TimeSpan.Zero ? null : wait < LongestDelay ? wait : LongestDelay;

        try
        {
            await client.SendMessageAsync(content, visibility, Forever, cancellationToken);
        }
        catch (RequestFailedException failure) when (failure.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            await client.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await client.SendMessageAsync(content, visibility, Forever, cancellationToken);
        }
    }

    public MessageHeader? HeaderOf(ReadOnlyMemory<byte> message)
    {
        try
        {
            return ReadLine(message).Header;
        }
        catch (MessageUnreadableException)
        {
            return null;
        }
    }

    // The seal covers the header too: a body under another link's header does not open. Where the body lies and who traces it is not part of it.
    private static SealContext Context(string queue, MessageHeader header) =>
        new(queue, header.Id, Convert.ToHexStringLower(SHA256.HashData(Line(header with { Blob = null, Trace = null }))), "body");

    private static byte[] Line(MessageHeader header) => JsonSerializer.SerializeToUtf8Bytes(header, StorageJson.Default.MessageHeader);

    // The body as base64 too: the Functions host hands a message to the worker as text, in UTF-8, and other bytes would not survive it.
    private static byte[] Join(MessageHeader header, ReadOnlySpan<byte> body) => [.. Line(header), (byte)'\n', .. Encoding.ASCII.GetBytes(Convert.ToBase64String(body))];

    private static (MessageHeader Header, ReadOnlyMemory<byte> Body) Split(ReadOnlyMemory<byte> message)
    {
        var (header, text) = ReadLine(message);

        try
        {
            return (header, Convert.FromBase64String(Encoding.ASCII.GetString(text.Span)));
        }
        catch (FormatException invalid)
        {
            throw new MessageUnreadableException("The message's body is not base64.", invalid);
        }
    }

    private static (MessageHeader Header, ReadOnlyMemory<byte> Text) ReadLine(ReadOnlyMemory<byte> message)
    {
        var end = message.Span.IndexOf((byte)'\n');

        if (end < 0)
        {
            throw new MessageUnreadableException("The message has no header line.");
        }

        try
        {
            var header = JsonSerializer.Deserialize(message.Span[..end], StorageJson.Default.MessageHeader)
                ?? throw new MessageUnreadableException("The message's header line is empty.");
            return (header, message[(end + 1)..]);
        }
        catch (JsonException invalid)
        {
            throw new MessageUnreadableException("The message's header line is not the JSON of a header.", invalid);
        }
    }

    private static byte[] Compress(ReadOnlyMemory<byte> body)
    {
        using var output = new MemoryStream();

        using (var brotli = new BrotliStream(output, CompressionLevel.Fastest))
        {
            brotli.Write(body.Span);
        }

        return output.ToArray();
    }

    private static byte[] Decompress(byte[] body)
    {
        using var output = new MemoryStream();
        using var brotli = new BrotliStream(new MemoryStream(body), CompressionMode.Decompress);
        brotli.CopyTo(output);
        return output.ToArray();
    }
}
