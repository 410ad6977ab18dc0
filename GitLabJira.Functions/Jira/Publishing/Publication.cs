using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>On whose behalf entities are looked at, and which way they go to Jira.</summary>
/// <param name="Cause">What the trail says: a hook's kind, <c>look</c>, <c>initial sync</c>, <c>repair</c>.</param>
public sealed record Publication(Link Link, Lane Lane, string Cause)
{
    /// <summary>What was read of earlier looks at the entity that it is about; null when nothing was.</summary>
    public KnownLooks? Known { get; init; }
}
