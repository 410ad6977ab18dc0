using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Client;

/// <summary>Writes a submission in the form of <c>reference/devinfo.txt</c>.</summary>
internal static class DevInfoBody
{
    /// <summary>The property that clean-up deletes by; hashed by Jira and never returned.</summary>
    public const string LinkProperty = "linkId";

    private const string Sequence = "updateSequenceId";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string LinkValue(Guid linkId) => linkId.ToString("N");

    public static ReadOnlyMemory<byte> Write(DevInfoSubmission submission)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);

        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("repositories");

            foreach (var repository in submission.Entities.GroupBy(e => e.Repository.Id, StringComparer.Ordinal))
            {
                WriteRepository(json, [.. repository]);
            }

            json.WriteEndArray();
            json.WriteBoolean("preventTransitions", submission.PreventTransitions);
            json.WriteString("operationType", submission.Backfill ? "BACKFILL" : "NORMAL");
            json.WriteStartObject("properties");
            json.WriteString(LinkProperty, LinkValue(submission.LinkId));
            json.WriteEndObject();
            json.WriteStartObject("providerMetadata");
            json.WriteString("product", "GitLab");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteRepository(Utf8JsonWriter json, IReadOnlyList<DevInfoEntity> entities)
    {
        // The head that was read last, under the sequence of that read.
        var newest = entities.MaxBy(e => e.Sequence)!;
        var head = newest.Repository;

        json.WriteStartObject();
        json.WriteString("id", head.Id);
        json.WriteString("name", head.Name);
        json.WriteString("url", head.Url);

        if (head.Description is { } description)
        {
            json.WriteString("description", description);
        }

        if (head.Avatar is { } avatar)
        {
            json.WriteString("avatar", avatar);
        }

        json.WriteNumber(Sequence, newest.Sequence);
        WriteEntities(json, "commits", EntityKind.Commit, entities);
        WriteEntities(json, "branches", EntityKind.Branch, entities);
        WriteEntities(json, "pullRequests", EntityKind.MergeRequest, entities);
        json.WriteEndObject();
    }

    private static void WriteEntities(Utf8JsonWriter json, string name, EntityKind kind, IReadOnlyList<DevInfoEntity> entities)
    {
        json.WriteStartArray(name);

        foreach (var entity in entities.Where(e => e.Kind == kind))
        {
            WriteEntity(json, entity.Body, entity.Sequence);
        }

        json.WriteEndArray();
    }

    private static void WriteEntity(Utf8JsonWriter json, JsonElement body, long sequence)
    {
        json.WriteStartObject();

        foreach (var property in body.EnumerateObject())
        {
            json.WritePropertyName(property.Name);

            // A branch's last commit is a commit of its own to Jira, with a sequence of its own.
            if (property.NameEquals("lastCommit"))
            {
                WriteEntity(json, property.Value, sequence);
            }
            else
            {
                property.Value.WriteTo(json);
            }
        }

        json.WriteNumber(Sequence, sequence);
        json.WriteEndObject();
    }
}
