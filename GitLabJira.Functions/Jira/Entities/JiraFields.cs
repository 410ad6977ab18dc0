using System.Globalization;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Keys;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>Fields that several entities share, with the limits of Jira's specification (<c>reference/devinfo.txt</c>).</summary>
internal static class JiraFields
{
    public const int ShortText = 255;
    public const int LongText = 1024;
    public const int Address = 2000;
    private const int ReviewerEmail = 254;
    private const int MaxOlderKeys = 100;

    /// <summary>ISO 8601 in UTC.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>An entity without a key is deleted, never sent: callers must not come here with none.</summary>
    public static IReadOnlyList<string> Keys(IReadOnlyList<string> keys) => keys switch
    {
        { Count: 0 } => throw new ArgumentException("Jira takes no entity without an issue key.", nameof(keys)),
        { Count: > IssueKeys.Max } => [.. keys.Take(IssueKeys.Max)],
        _ => keys,
    };

    /// <summary>The <c>issueKeys</c> of builds and feature flags, of which Jira takes 100.</summary>
    public static IReadOnlyList<string> OlderKeys(IReadOnlyList<string> keys) => keys.Count > MaxOlderKeys ? [.. keys.Take(MaxOlderKeys)] : Keys(keys);

    /// <summary>The younger form, which takes 500: only where the older one does not suffice, since not every site may know it.</summary>
    public static IReadOnlyList<JiraAssociation>? YoungerKeys(IReadOnlyList<string> keys) => keys.Count > MaxOlderKeys ? [new JiraAssociation("issueKeys", Keys(keys))] : null;

    /// <summary>An author that nobody knows stays an empty object: Jira requires the object, and a made-up name would be shown as a person.</summary>
    public static JiraAuthor Author(GitLabPerson? person) => new()
    {
        Name = JiraText.Optional(person?.Name, ShortText),
        Email = JiraText.Email(person?.Email, ShortText),
        Username = JiraText.Optional(person?.Username, ShortText),
        Url = JiraText.Url(person?.WebUrl, Address),
        Avatar = JiraText.Url(person?.AvatarUrl, Address),
    };

    /// <summary>Null when the state is unknown (Jira reads a missing one as <c>UNAPPROVED</c>, which would be a guess) or nothing tells who it is.</summary>
    public static JiraReviewer? Reviewer(GitLabReviewer reviewer)
    {
        var name = JiraText.Optional(reviewer.Person.Name ?? reviewer.Person.Username, ShortText);
        var email = JiraText.Email(reviewer.Person.Email, ReviewerEmail);

        if (reviewer.Approved is not { } approved || (name is null && email is null))
        {
            return null;
        }

        return new JiraReviewer
        {
            Name = name,
            Email = email,
            ApprovalStatus = approved ? "APPROVED" : "UNAPPROVED",
            Url = JiraText.Url(reviewer.Person.WebUrl, Address),
            Avatar = JiraText.Url(reviewer.Person.AvatarUrl, Address),
        };
    }
}
