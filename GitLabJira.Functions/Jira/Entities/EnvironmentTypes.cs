using System.IO.Enumeration;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Jira.Entities;

/// <param name="Pattern">Name of an environment; <c>*</c> stands for any characters. Case does not count.</param>
/// <param name="Type">What its deployments are shown as.</param>
public sealed record EnvironmentTypeRule(string Pattern, JiraEnvironmentType Type);

/// <summary>Which of Jira's types an environment has: a link's own table first, then GitLab's tier.</summary>
public sealed record EnvironmentTypes(IReadOnlyList<EnvironmentTypeRule> Rules)
{
    public static EnvironmentTypes ByTier { get; } = new([]);

    public static EnvironmentTypes Of(IReadOnlyList<EnvironmentRule> rules) =>
        rules.Count == 0 ? ByTier : new EnvironmentTypes([.. rules.Select(rule => new EnvironmentTypeRule(rule.Name, OfTier(rule.Tier)))]);

    /// <summary>The first rule that fits decides.</summary>
    public JiraEnvironmentType Of(GitLabEnvironment environment) =>
        Rules.FirstOrDefault(rule => FileSystemName.MatchesSimpleExpression(rule.Pattern, environment.Name, ignoreCase: true))?.Type ?? OfTier(environment.Tier);

    private static JiraEnvironmentType OfTier(EnvironmentTier? tier) => tier switch
    {
        EnvironmentTier.Production => JiraEnvironmentType.Production,
        EnvironmentTier.Staging => JiraEnvironmentType.Staging,
        EnvironmentTier.Testing => JiraEnvironmentType.Testing,
        EnvironmentTier.Development => JiraEnvironmentType.Development,
        EnvironmentTier.Other or null => JiraEnvironmentType.Unmapped,
        _ => JiraEnvironmentType.Unmapped,
    };
}
