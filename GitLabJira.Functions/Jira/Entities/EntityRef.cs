using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>Names one entity at Jira, seen from one link.</summary>
/// <param name="EntityId">Jira's id of it within its repository (design 7).</param>
/// <param name="Name">GitLab's own name of it, for another look: branch name, commit sha, merge request iid, pipeline id, deployment id or flag name.</param>
public sealed record EntityRef(Link Link, long ProjectId, EntityKind Kind, string EntityId, string Name);
