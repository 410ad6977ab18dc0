using System.Text.Json.Serialization;

namespace GitLabJira.Functions.Storage;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MessageHeader))]
internal sealed partial class StorageJson : JsonSerializerContext;
