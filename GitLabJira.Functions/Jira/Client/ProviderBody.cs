using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GitLabJira.Functions.Jira.Client;

/// <summary>Writes a submission in the form of <c>reference/builds.txt</c>, <c>deployments.txt</c> and <c>featureflags.txt</c>, which differ in names only.</summary>
internal static class ProviderBody
{
    /// <summary>The property that a project's clean-up deletes by, together with the link's.</summary>
    public const string ProjectProperty = "projectId";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(ProviderSubmission submission)
    {
        var (array, sequence) = submission.Family switch
        {
            ApiFamily.Builds => ("builds", "updateSequenceNumber"),
            ApiFamily.Deployments => ("deployments", "updateSequenceNumber"),
            ApiFamily.FeatureFlags => ("flags", "updateSequenceId"),
            _ => throw new ArgumentException("Development information has a form of its own.", nameof(submission)),
        };
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);

        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray(array);

            foreach (var entity in submission.Entities)
            {
                json.WriteStartObject();

                foreach (var property in entity.Body.EnumerateObject())
                {
                    property.WriteTo(json);
                }

                json.WriteNumber(sequence, entity.Sequence);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("properties");
            json.WriteString(DevInfoBody.LinkProperty, DevInfoBody.LinkValue(submission.LinkId));
            json.WriteString(ProjectProperty, submission.ProjectId.ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
            json.WriteStartObject("providerMetadata");
            json.WriteString("product", "GitLab");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
