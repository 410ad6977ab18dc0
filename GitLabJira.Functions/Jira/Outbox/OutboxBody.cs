using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Outbox;

/// <summary>The sealed part of a row. Versioned by its members: only add optional ones, rows live 14 days.</summary>
internal sealed record OutboxBody
{
    private const string Column = "Body";

    /// <summary>A column holds 64 KiB; sealing has added its part already.</summary>
    private const int PartBytes = 60 * 1024;

    public required string Name { get; init; }
    public JsonElement? Body { get; init; }
    public RepositoryHead? Repository { get; init; }
    public IReadOnlyList<string> Keys { get; init; } = [];
    public bool FromRead { get; init; }
    public bool MayFireAutomation { get; init; }
    public string Cause { get; init; } = "";

    public static byte[] Write(EntityChange change)
    {
        using var output = new MemoryStream();

        using (var brotli = new BrotliStream(output, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(
                brotli,
                new OutboxBody
                {
                    Name = change.Entity.Name,
                    Body = change.Body,
                    Repository = change.Repository,
                    Keys = change.Keys,
                    FromRead = change.FromRead,
                    MayFireAutomation = change.MayFireAutomation,
                    Cause = change.Cause,
                },
                OutboxJson.Default.OutboxBody);
        }

        return output.ToArray();
    }

    /// <exception cref="JsonException">The body is not one of ours.</exception>
    public static EntityChange Read(ReadOnlySpan<byte> bytes, OutboxRow row, Link link)
    {
        using var brotli = new BrotliStream(new MemoryStream(bytes.ToArray()), CompressionMode.Decompress);
        var body = JsonSerializer.Deserialize(brotli, OutboxJson.Default.OutboxBody) ?? throw new JsonException("The body is empty.");

        return new EntityChange
        {
            Entity = new EntityRef(link, row.ProjectId, row.Kind, row.EntityId, body.Name),
            Sequence = row.Sequence,
            Body = body.Body,
            Repository = body.Repository,
            Keys = body.Keys,
            FromRead = body.FromRead,
            MayFireAutomation = body.MayFireAutomation,
            Cause = body.Cause,
        };
    }

    /// <summary>Puts sealed bytes into as many columns as they need.</summary>
    public static void Split(TableEntity entity, byte[] bytes)
    {
        for (var part = 0; part * PartBytes < bytes.Length; part++)
        {
            entity[ColumnOf(part)] = bytes.AsSpan(part * PartBytes, Math.Min(PartBytes, bytes.Length - (part * PartBytes))).ToArray();
        }
    }

    public static byte[] Join(TableEntity entity)
    {
        using var bytes = new MemoryStream();

        for (var part = 0; entity.TryGetValue(ColumnOf(part), out var value) && Bytes(value) is { } piece; part++)
        {
            bytes.Write(piece);
        }

        return bytes.ToArray();
    }

    private static byte[]? Bytes(object value) => value switch
    {
        byte[] bytes => bytes,
        BinaryData data => data.ToArray(),
        _ => null,
    };

    private static string ColumnOf(int part) => string.Create(CultureInfo.InvariantCulture, $"{Column}{part}");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OutboxBody))]
internal sealed partial class OutboxJson : JsonSerializerContext;
