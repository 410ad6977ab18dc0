using System.Collections.Immutable;

namespace GitLabJira.LocalRuntime.Time;

/// <summary>What may have changed for those who look for work. A loop that names its topic looks only when that was written to: each look costs requests to the storage.</summary>
internal sealed class ClockChanges
{
    private const string EverythingMark = "**";
    private const string SomethingMark = "*";

    private readonly bool _everything;
    private readonly bool _something;
    private readonly ImmutableHashSet<string> _topics;

    private ClockChanges(bool everything, bool something, ImmutableHashSet<string> topics) => (_everything, _something, _topics) = (everything, something, topics);

    public static ClockChanges None { get; } = new(everything: false, something: false, ImmutableHashSet.Create<string>(StringComparer.Ordinal));

    /// <summary>Work has ended or waits; concerns those who name no topic.</summary>
    public static ClockChanges Something { get; } = new(everything: false, something: true, None._topics);

    /// <summary>Nobody knows what: a process has died.</summary>
    public static ClockChanges Everything { get; } = new(everything: true, something: true, None._topics);

    public bool IsNone => !_something && _topics.IsEmpty;

    public static ClockChanges Of(string topic) => new(everything: false, something: false, None._topics.Add(topic));

    public static ClockChanges Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new(
            words.Contains(EverythingMark, StringComparer.Ordinal),
            words.Any(word => word is EverythingMark or SomethingMark),
            None._topics.Union(words.Where(word => word is not (EverythingMark or SomethingMark))));
    }

    public ClockChanges And(ClockChanges other) =>
        other.IsNone ? this : IsNone ? other : new(_everything || other._everything, _something || other._something, _topics.Union(other._topics));

    public bool Concern(string? topic) => _everything || (topic is null ? !IsNone : _topics.Contains(topic));

    public override string ToString() => string.Join(' ', [.. _everything ? [EverythingMark] : _something ? [SomethingMark] : Array.Empty<string>(), .. _topics]);
}
