using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace GitLabJira.Sandbox.Jira.Issues;

/// <summary>The people of a site. Seeded with one of each role that the app must tell apart.</summary>
public sealed class JiraUsers
{
    public const string SiteAdmins = "site-admins";
    public const string OrganizationAdmins = "org-admins";
    public const string JiraAdministrators = "jira-administrators";
    public const string JiraUsersGroup = "jira-software-users";

    private readonly ConcurrentDictionary<string, JiraUser> _users = new(StringComparer.Ordinal);

    public JiraUsers()
    {
        SiteAdmin = Add("5b10ac8d82e05b22cc7d4ef5", "Mia Krystof", "mia@example.com", JiraUsersGroup, SiteAdmins);
        OrganizationAdmin = Add("5b109f2e9729b51b54dc274d", "Omar Osborne", "omar@example.com", JiraUsersGroup, OrganizationAdmins);
        JiraAdmin = Add("5b10a2844c20165700ede21g", "Emma Richards", "emma@example.com", JiraUsersGroup, JiraAdministrators);
        Plain = Add("5be24ad8b1653240376955d2", "Jan Novak", null, JiraUsersGroup);
    }

    /// <summary>Member of <c>site-admins</c>: may link groups.</summary>
    public JiraUser SiteAdmin { get; }

    /// <summary>Member of <c>org-admins</c>: may link groups.</summary>
    public JiraUser OrganizationAdmin { get; }

    /// <summary>Administers Jira, sees the app's page, and may yet not link groups.</summary>
    public JiraUser JiraAdmin { get; }

    public JiraUser Plain { get; }

    public IReadOnlyList<JiraUser> All => [.. _users.Values.OrderBy(u => u.DisplayName, StringComparer.Ordinal)];

    /// <summary>How many groups <c>expand=groups</c> lists; Jira may cut it, <c>/user/groups</c> is whole.</summary>
    public int GroupsExpansionLimit { get; set; } = int.MaxValue;

    /// <summary>False when the "Browse users and groups" permission was taken from apps.</summary>
    public bool AppsMayBrowse { get; set; } = true;

    public JiraUser Add(string accountId, string displayName, string? email, params IReadOnlyList<string> groups) =>
        _users[accountId] = new(accountId, displayName, email, groups);

    public JiraUser? Find(string? accountId) => accountId is not null && _users.TryGetValue(accountId, out var user) ? user : null;

    /// <summary>Gives the user exactly these groups from now on.</summary>
    public void SetGroups(JiraUser user, params IReadOnlyList<string> groups) => _users[user.AccountId] = user with { Groups = groups };

    public void Remove(JiraUser user) => _users.TryRemove(user.AccountId, out _);

    /// <summary>Jira's global ADMINISTER permission, which also ordinary Jira administrators hold.</summary>
    public bool Administers(string? accountId) =>
        Find(accountId) is { Active: true } user && user.Groups.Any(g => g is SiteAdmins or OrganizationAdmins or JiraAdministrators);

    public static JiraGroup Group(string name) => new(name, new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)).ToString());
}
