using System.Text.Json;
using System.Text.Json.Serialization;
using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.GitLab.Projects;

/// <summary>What a run reads. Fixed when it begins: settings that change meanwhile are for the next one.</summary>
public sealed record SyncPlan
{
    /// <summary>In the order of reading.</summary>
    public required IReadOnlyList<SyncKind> Kinds { get; init; }

    /// <summary>How far back commits, pipelines and deployments are read, from the run's start on.</summary>
    public required int WindowDays { get; init; }

    /// <summary>The only project to read; null for all.</summary>
    public long? ProjectId { get; init; }

    /// <summary>Stands in <see cref="RetryOf"/> for all earlier runs.</summary>
    public const string EveryRun = "every";

    /// <summary>The earlier run whose failed projects are read, and no others.</summary>
    public string? RetryOf { get; init; }

    /// <summary>Reads and counts, and sends nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Set for a run that somebody asked for: what is older has had its webhook, or never will. Null for the first one of a link, where the hook's own age says that.</summary>
    public DateTimeOffset? SettledBefore { get; init; }

    /// <summary>The run that follows a linking.</summary>
    public static SyncPlan First(LinkSettings settings) => new() { Kinds = settings.Kinds, WindowDays = settings.WindowDays };

    internal string ToText() => JsonSerializer.Serialize(this, SyncPlanJson.Default.SyncPlan);

    internal static SyncPlan? Parse(string? text) => text is null ? null : JsonSerializer.Deserialize(text, SyncPlanJson.Default.SyncPlan);
}

/// <summary>How much of one kind a run has read.</summary>
/// <param name="Found">Read from GitLab.</param>
/// <param name="Keyed">Among them, what names an issue key.</param>
/// <param name="Sent">Put on its way to Jira; in a dry run, what would have been.</param>
/// <param name="Refused">How many projects do not show this kind.</param>
public sealed record KindCount(int Found = 0, int Keyed = 0, int Sent = 0, int Refused = 0)
{
    public static KindCount operator +(KindCount one, KindCount other) =>
        new(one.Found + other.Found, one.Keyed + other.Keyed, one.Sent + other.Sent, one.Refused + other.Refused);

    public static KindCount Add(KindCount left, KindCount right) => left + right;
}

/// <summary>Counts by kind.</summary>
public sealed class KindCounts : Dictionary<SyncKind, KindCount>
{
    public KindCounts()
    {
    }

    public KindCounts(IReadOnlyDictionary<SyncKind, KindCount> others)
        : base(others)
    {
    }

    public KindCount Of(SyncKind kind) => this.GetValueOrDefault(kind) ?? new KindCount();

    public void Add(KindCounts others)
    {
        foreach (var (kind, count) in others)
        {
            this[kind] = Of(kind) + count;
        }
    }

    internal string ToText() => JsonSerializer.Serialize(this, SyncPlanJson.Default.KindCounts);

    internal static KindCounts Parse(string? text) =>
        text is not { Length: > 0 } ? [] : JsonSerializer.Deserialize(text, SyncPlanJson.Default.KindCounts) ?? [];
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SyncPlan))]
[JsonSerializable(typeof(KindCounts))]
internal sealed partial class SyncPlanJson : JsonSerializerContext;
