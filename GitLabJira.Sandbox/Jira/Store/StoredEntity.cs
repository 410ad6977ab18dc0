using System.Text.Json;

namespace GitLabJira.Sandbox.Jira.Store;

/// <summary>Development information as the site holds it.</summary>
/// <param name="IssueKeys">Keys of issues that exist; the unknown ones are gone.</param>
/// <param name="Data">The entity as it was sent.</param>
/// <param name="Properties">The properties of the request that stored it. Real Jira keeps hashes of them and never shows them.</param>
/// <param name="RequestNumber">Which request of the log brought it.</param>
public sealed record StoredEntity(
    EntityKey Key,
    long Sequence,
    IReadOnlyList<string> IssueKeys,
    JsonElement Data,
    IReadOnlyDictionary<string, string> Properties,
    long RequestNumber)
{
    public DateTimeOffset StoredAt { get; init; }

    public string? Text(params string[] path)
    {
        var at = Data;
        foreach (var name in path)
        {
            if (at.ValueKind is not JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at.ValueKind is JsonValueKind.String ? at.GetString() : at.ValueKind is JsonValueKind.Number ? at.GetRawText() : null;
    }

    internal bool Matches(IReadOnlyDictionary<string, string> properties) =>
        properties.All(p => Properties.TryGetValue(p.Key, out var value) && value == p.Value);
}
