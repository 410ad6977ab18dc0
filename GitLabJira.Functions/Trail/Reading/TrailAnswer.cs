using System.Text.Json.Serialization;

namespace GitLabJira.Functions.Trail.Reading;

/// <summary>What became of an entity, in order, for a program and for a person.</summary>
/// <param name="Reason"><c>listed</c>, or <c>nothing_known</c>.</param>
/// <param name="Hints">What else may be the cause, in sentences.</param>
public sealed record TrailAnswer(string Reason, IReadOnlyList<TrailEntity> Entities, IReadOnlyList<TrailStep> Steps, IReadOnlyList<string> Hints);

/// <param name="Kind">In snake case, as in settings.</param>
/// <param name="Project">Its path where that is known, else its id.</param>
/// <param name="Id">Jira's id of it.</param>
/// <param name="Name">What GitLab calls it, where that is a number or a sha.</param>
public sealed record TrailEntity(string Kind, long ProjectId, string? Project, string Id, string? Name);

/// <param name="Entity">Position in <see cref="TrailAnswer.Entities"/>; null for the link as a whole.</param>
/// <param name="Reason">One of <see cref="TrailReasons"/>.</param>
/// <param name="Text">The same as a sentence.</param>
public sealed record TrailStep(
    DateTimeOffset At, int? Entity, string Reason, string Text, IReadOnlyList<string>? Keys = null, long? Sequence = null, string? Lane = null, string? DeliveryId = null, string? Cause = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TrailAnswer))]
public sealed partial class TrailJson : JsonSerializerContext;
