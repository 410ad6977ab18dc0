using System.Globalization;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Jira.Sent;

/// <summary>Names a row of <c>Sent</c>.</summary>
public readonly record struct SentKey(Guid LinkId, long ProjectId, EntityKind Kind, string EntityId)
{
    public static SentKey Of(EntityRef entity) => new(entity.Link.Id, entity.ProjectId, entity.Kind, entity.EntityId);

    /// <summary>The row that stands for the whole repository.</summary>
    public static SentKey Repository(EntityRef entity) => new(entity.Link.Id, entity.ProjectId, EntityKind.Repository, JiraIds.Repository(entity.Link, entity.ProjectId));

    public static string Partition(Guid linkId, long projectId) => TableKey.Of(linkId.ToString("N"), projectId.ToString(CultureInfo.InvariantCulture));

    public string PartitionKey => Partition(LinkId, ProjectId);

    public string RowKey => TableKey.Of(Kind.ToString(), EntityId);
}
