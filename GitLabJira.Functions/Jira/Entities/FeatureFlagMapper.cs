using System.Text.Json;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>A GitLab feature flag as Jira's feature flag (<c>reference/gitlab-app-behaviour.md</c> 6.9).</summary>
public static class FeatureFlagMapper
{
    /// <summary>GitLab's scope that means every environment.</summary>
    private const string Everywhere = "*";

    /// <summary>Words in an environment's name that tell its type.</summary>
    private static readonly (string Word, JiraEnvironmentType Type)[] Words =
    [
        ("development", JiraEnvironmentType.Development),
        ("testing", JiraEnvironmentType.Testing),
        ("staging", JiraEnvironmentType.Staging),
        ("production", JiraEnvironmentType.Production),
    ];

    /// <exception cref="ArgumentException">No key.</exception>
    public static JsonElement Map(Link link, GitLabProject project, GitLabFeatureFlag flag, IReadOnlyList<string> keys)
    {
        // The page of one flag wants a number that neither REST nor hooks tell.
        var url = $"{project.WebUrl}/-/feature_flags";
        var updated = JiraFields.Time(flag.UpdatedAt ?? DateTimeOffset.UnixEpoch);
        var name = JiraText.Required(flag.Name, JiraFields.ShortText);

        return JsonSerializer.SerializeToElement(
            new JiraFeatureFlag
            {
                Id = JiraIds.FeatureFlag(link, flag.ProjectId, flag.Name),
                Key = name,
                DisplayName = name,
                IssueKeys = JiraFields.OlderKeys(keys),
                Associations = JiraFields.YoungerKeys(keys),
                Summary = new JiraFlagSummary(url, updated, new JiraFlagStatus(flag.Active, "", Rollout(flag.Strategies))),
                Details = [.. Details(flag).Select(detail => new JiraFlagDetails(url, updated, Environment(detail.Scope), detail.Status))],
            },
            JiraCiShapesJson.Default.JiraFeatureFlag);
    }

    internal static string StrategyName(FlagStrategyKind kind) => kind switch
    {
        FlagStrategyKind.AllUsers => "All users",
        FlagStrategyKind.UserList => "User List",
        FlagStrategyKind.PercentOfUsers => "Percent of users",
        FlagStrategyKind.PercentRollout => "Percent rollout",
        FlagStrategyKind.UserIds => "User IDs",
        FlagStrategyKind.Unknown => "Custom",
        _ => "Custom",
    };

    /// <summary>One for each strategy in each of its scopes; Jira requires one at least.</summary>
    private static List<(string Scope, JiraFlagStatus Status)> Details(GitLabFeatureFlag flag)
    {
        var details = flag.Strategies
            .SelectMany(strategy => strategy.Scopes.Select(scope => (Scope: scope, Status: new JiraFlagStatus(flag.Active, "", Rollout([strategy])))))
            .Concat(flag.Scopes.Select(scope => (scope.Environment, new JiraFlagStatus(flag.Active && scope.Active, "", null))))
            .ToList();

        return details.Count > 0 ? details : [(Everywhere, new JiraFlagStatus(flag.Active, "", Rollout(flag.Strategies)))];
    }

    /// <summary>The first percentage that a strategy has, and what the strategies are called; Jira shows one of the two.</summary>
    private static JiraRollout? Rollout(IReadOnlyList<GitLabFlagStrategy> strategies) => strategies.Count == 0
        ? null
        : new JiraRollout(
            strategies.Select(strategy => strategy.Percentage).FirstOrDefault(percentage => percentage is not null),
            JiraText.Optional(string.Join(", ", strategies.Select(strategy => StrategyName(strategy.Kind))), JiraFields.ShortText));

    private static JiraFlagEnvironment Environment(string scope)
    {
        var found = Words
            .Select(entry => (At: scope.IndexOf(entry.Word, StringComparison.OrdinalIgnoreCase), entry.Type))
            .Where(entry => entry.At >= 0)
            .OrderBy(entry => entry.At)
            .Select(entry => (JiraEnvironmentType?)entry.Type)
            .FirstOrDefault();

        return new JiraFlagEnvironment(JiraText.Required(scope, JiraFields.ShortText), found);
    }
}
