using System.Text.Json;
using System.Text.Json.Serialization;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Relay;

/// <summary>Asks for another look at an entity. Stands sealed in a message: add, never rename.</summary>
public sealed record LookRequest
{
    public required long ProjectId { get; init; }
    public required EntityKind Kind { get; init; }
    public required string EntityId { get; init; }

    /// <summary>GitLab's name of it.</summary>
    public required string Name { get; init; }

    /// <summary>How many looks at the same event went before.</summary>
    public int Stage { get; init; }

    /// <summary>Unix milliseconds: one that began at this time or later, and has ended, makes this one needless if it <see cref="IsShared"/>.</summary>
    public long ReadFrom { get; init; }

    /// <summary>It named a key when the look was asked for.</summary>
    public bool WasKeyed { get; init; }

    /// <summary>Hash of what the look before this one sent. Where nobody knows what Jira made of it, that tells whether this one finds something else.</summary>
    public string? Seen { get; init; }

    public MergeRequestEvidence? MergeRequest { get; init; }
    public BranchEvidence? Branch { get; init; }

    /// <summary>What the event said of a pipeline's or deployment's state, whether a flag is on, or that a project is no more.</summary>
    public string? Told { get; init; }

    /// <summary>For a commit: the branch that it was pushed to. While that one stands, a commit on no branch was dropped by a force push; deleting a branch drops none.</summary>
    public string? PushedTo { get; init; }

    /// <summary>For a commit: a push may have dropped it; if it is on no branch, it goes, and what hung on it alone as well.</summary>
    public bool MayBeDropped { get; init; }

    /// <summary>The head that the push left, for finding what hung on the commit alone.</summary>
    public string? DroppedFor { get; init; }

    /// <summary>For a merge request: its keys have changed, and the build of its head pipeline is to have them too.</summary>
    public bool FollowsBuild { get; init; }

    /// <summary>Reconcile asked: it goes in the lane of repair.</summary>
    public bool IsRepair { get; init; }

    /// <summary>For a branch: where it stood when it was last looked at, zeros for a new one; the commits since are looked at too.</summary>
    public string? Before { get; init; }

    /// <summary>For a project: how often it was looked whether a sync has read it.</summary>
    public int Reminders { get; init; }

    /// <summary>Whether another look at the same entity sees and does the same. Not at commits, and at pushes that nobody told of: each asks after another push.</summary>
    [JsonIgnore]
    public bool IsShared => Kind is not EntityKind.Commit && Before is null && !FollowsBuild && !(Kind is EntityKind.Repository && Told is not null);

    /// <summary>What a read proves about an event that told <see cref="Told"/>.</summary>
    /// <param name="seen">The same of what was read; null when GitLab shows nothing.</param>
    public Proof Weigh(string? seen) =>
        seen is null ? Proof.Older
        : Told is null || string.Equals(Told, seen, StringComparison.Ordinal) ? Proof.Proven
        : Proof.Different;

    public EntityRef Entity(Link link) => new(link, ProjectId, Kind, EntityId, Name);

    public static LookRequest At(EntityRef entity) => new() { ProjectId = entity.ProjectId, Kind = entity.Kind, EntityId = entity.EntityId, Name = entity.Name };

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, LookRequestJson.Default.LookRequest);

    /// <exception cref="JsonException">It is none.</exception>
    public static LookRequest Parse(ReadOnlySpan<byte> body) =>
        JsonSerializer.Deserialize(body, LookRequestJson.Default.LookRequest) ?? throw new JsonException("The request for a look is empty.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LookRequest))]
internal sealed partial class LookRequestJson : JsonSerializerContext;
