using System.Globalization;
using System.Text.Json;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

/// <summary>Jira's limits of every field that the mappers write (<c>reference/atlassian.md</c> 4), and the characters that it takes.</summary>
internal static class JiraLimits
{
    private const string Commit =
        "id 1024, displayId 255, message 1024, url 2000, path 1024, name 255, email 255, username 255, avatar 2000, authorTimestamp 64, changeType 8, flags 12, issueKeys 511";

    private static readonly Dictionary<EntityKind, Dictionary<string, int>> Lengths = new()
    {
        [EntityKind.Commit] = Table(Commit),
        [EntityKind.Branch] = Table(Commit.Replace(" name 255", " name 512", StringComparison.Ordinal) + ", createPullRequestUrl 2000"),
        [EntityKind.MergeRequest] = Table("""
            id 1024, displayId 255, title 1024, status 8, name 255, email 254, username 255, url 2000, avatar 2000, approvalStatus 10, sourceBranch 255, sourceBranchUrl 2000,
            destinationBranch 255, destinationBranchUrl 2000, lastUpdate 64, issueKeys 511
            """),
        [EntityKind.Build] = Table("""
            schemaVersion 3, pipelineId 255, displayName 255, url 2000, state 11, lastUpdated 64, issueKeys 511, associationType 9, values 511, id 255, repositoryUri 2000,
            name 255, uri 2000
            """),
        [EntityKind.Deployment] = Table("""
            schemaVersion 3, displayName 255, url 2000, description 255, label 255, state 11, lastUpdated 64, associationType 15, values 511, id 255, type 11
            """),
        [EntityKind.FeatureFlag] = Table("""
            schemaVersion 3, id 255, key 255, displayName 255, url 2000, lastUpdated 64, issueKeys 511, associationType 9, values 511, defaultValue 255, text 255, name 255, type 11
            """),
    };

    public static void AssertKept(EntityKind kind, JsonElement body, string what) => Check(Lengths[kind], "", body, what);

    private static void Check(Dictionary<string, int> lengths, string name, JsonElement value, string what)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    Check(lengths, property.Name, property.Value, what);
                }

                break;
            case JsonValueKind.Array:
                Assert.IsLessThanOrEqualTo(Most(name), value.GetArrayLength(), $"{what}: {name}");

                foreach (var item in value.EnumerateArray())
                {
                    Check(lengths, name, item, what);
                }

                break;
            case JsonValueKind.String:
                var text = value.GetString()!;
                Assert.IsLessThanOrEqualTo(lengths[name], text.Length, $"{what}: {name}");
                Assert.IsTrue(text.All(IsTaken), $"{what}: {name} holds what Jira refuses.");
                break;
        }
    }

    private static int Most(string list) => list switch
    {
        "files" => 10,
        "references" => 5,
        "associations" => 3,
        "issueKeys" or "values" => 500,
        _ => int.MaxValue,
    };

    private static bool IsTaken(char c) => c is '\t' or '\n' or '\r' or (>= '\u0020' and <= '\uD7FF') or (>= '\uE000' and <= '\uFFFD');

    private static Dictionary<string, int> Table(string rows) => rows
        .Split(',', StringSplitOptions.TrimEntries)
        .Select(row => row.Split(' '))
        .ToDictionary(row => row[0], row => int.Parse(row[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
}
