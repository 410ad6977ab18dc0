using System.Globalization;
using Azure.Data.Tables;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Projects;

/// <summary>The names stand in rows: do not rename.</summary>
public enum SyncProjectState
{
    Pending,

    /// <summary>An attempt has begun in <see cref="SyncProjectRow.Wave"/>; if that wave is over, it ended without a word.</summary>
    Running,

    /// <summary>GitLab asked to wait: goes on at <see cref="SyncProjectRow.Cursor"/> from <see cref="SyncProjectRow.ResumeAt"/>.</summary>
    Paused,
    Done,
    Failed,
}

/// <summary>How far an initial sync is with one project. A row of <c>Projects</c>, of which other columns belong to the link.</summary>
public sealed class SyncProjectRow
{
    private readonly TableEntity _entity;

    internal SyncProjectRow(TableEntity entity) => _entity = entity;

    public long ProjectId => ProjectOf(_entity.RowKey);

    public string Path => _entity.GetString(ProjectColumns.Path) ?? "";

    public string? RunId => _entity.GetString(ProjectColumns.RunId);

    public SyncProjectState State
    {
        get => Enum.TryParse<SyncProjectState>(_entity.GetString(ProjectColumns.State), out var state) ? state : SyncProjectState.Pending;
        set => _entity[ProjectColumns.State] = value.ToString();
    }

    /// <summary>The wave that last began the project; 0 before the first.</summary>
    public int Wave
    {
        get => _entity.GetInt32(ProjectColumns.Wave) ?? 0;
        set => _entity[ProjectColumns.Wave] = value;
    }

    public DateTimeOffset? StartedAt
    {
        get => _entity.GetDateTimeOffset(ProjectColumns.StartedAt);
        set => Set(ProjectColumns.StartedAt, value);
    }

    public DateTimeOffset? ResumeAt
    {
        get => _entity.GetDateTimeOffset(ProjectColumns.ResumeAt);
        set => Set(ProjectColumns.ResumeAt, value);
    }

    /// <summary>Where to go on; null at the beginning.</summary>
    public string? Cursor
    {
        get => _entity.GetString(ProjectColumns.Cursor) is { Length: > 0 } cursor ? cursor : null;
        set => Set(ProjectColumns.Cursor, value);
    }

    /// <summary>How many attempts ended without a word.</summary>
    public int Interruptions
    {
        get => _entity.GetInt32(ProjectColumns.Interruptions) ?? 0;
        set => _entity[ProjectColumns.Interruptions] = value;
    }

    /// <summary>For the page.</summary>
    public string? Result
    {
        get => _entity.GetString(ProjectColumns.Result) is { Length: > 0 } result ? result : null;
        set => Set(ProjectColumns.Result, value);
    }

    /// <summary>What was read of a project that is done.</summary>
    public KindCounts Counts => KindCounts.Parse(_entity.GetString(ProjectColumns.Counts));

    public bool IsFinished => State is SyncProjectState.Done or SyncProjectState.Failed;

    internal TableEntity Entity => _entity;

    public void KeepCounts(KindCounts counts) => _entity[ProjectColumns.Counts] = counts.ToText();

    internal static long ProjectOf(string rowKey) => long.Parse(rowKey, NumberStyles.None, CultureInfo.InvariantCulture);

    // A null would leave the column out of a merge; rows are replaced whole, so removing it is right.
    private void Set<T>(string column, T? value)
    {
        if (value is null)
        {
            _entity.Remove(column);
            return;
        }

        _entity[column] = value;
    }
}

/// <summary>Columns of <c>Projects</c>.</summary>
internal static class ProjectColumns
{
    public const string Table = "Projects";

    // The link's.
    public const string Path = "Path";
    public const string HookId = "HookId";

    // The run's.
    public const string RunId = "RunId";
    public const string State = "State";
    public const string Wave = "Wave";
    public const string StartedAt = "StartedAt";
    public const string ResumeAt = "ResumeAt";
    public const string Cursor = "Cursor";
    public const string Interruptions = "Interruptions";
    public const string Result = "Result";
    public const string Counts = "Counts";

    public static string PartitionKey(Guid linkId) => TableKey.Of(linkId.ToString("N"));

    /// <summary>19 digits: rows come in the order of ids.</summary>
    public static string RowKey(long projectId) => projectId.ToString("D19", CultureInfo.InvariantCulture);
}
