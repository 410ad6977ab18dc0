using System.Text.Json.Serialization;

namespace GitLabJira.Functions.Jira.Users;

/// <summary>The part of Jira's user that is looked at. Name and e-mail are not read.</summary>
public sealed record JiraUser(bool Active, JiraUserGroups? Groups);

/// <summary>A user's name alone, for showing it at once.</summary>
public sealed record JiraPerson(string? DisplayName)
{
    public override string ToString() => nameof(JiraPerson);
}

public sealed record JiraUserGroups(IReadOnlyList<JiraGroup>? Items);

public sealed record JiraGroup(string? Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JiraUser))]
[JsonSerializable(typeof(JiraPerson))]
[JsonSerializable(typeof(IReadOnlyList<JiraGroup>))]
internal sealed partial class JiraUserJson : JsonSerializerContext;
