using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>What the admins of a link can choose about how GitLab's data shows in Jira.</summary>
public sealed record EntitySettings
{
    public static EntitySettings Default { get; } = new();

    /// <summary>Sends <c>DRAFT</c>, which Atlassian's own GitHub app uses and no document mentions. Else drafts are open.</summary>
    public bool ShowDrafts { get; init; }

    /// <summary>Services of Jira Service Management that every deployment is associated with.</summary>
    public IReadOnlyList<string> ServiceIds { get; init; } = [];

    public EnvironmentTypes EnvironmentTypes { get; init; } = EnvironmentTypes.ByTier;

    /// <summary>For trunk-based projects: a deployment's keys come from the steps of the trunk alone.</summary>
    public bool FirstParentOnly { get; init; }

    public static EntitySettings Of(Link link) => new()
    {
        ShowDrafts = link.Settings.ShowDrafts,
        ServiceIds = link.Settings.ServiceIds,
        EnvironmentTypes = EnvironmentTypes.Of(link.Settings.Environments),
        FirstParentOnly = link.Settings.FirstParentOnly,
    };
}
