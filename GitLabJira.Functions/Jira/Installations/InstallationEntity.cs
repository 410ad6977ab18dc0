using Azure.Data.Tables;

namespace GitLabJira.Functions.Jira.Installations;

/// <summary>Columns of an installation's row. The names are stored: do not rename.</summary>
internal static class InstallationEntity
{
    public const string ClientKey = "ClientKey";
    public const string GitLabHost = "GitLabHost";

    /// <summary>There only while it is due: a timer asks for the rows that have it.</summary>
    public const string CleanUpEpoch = "CleanUpEpoch";

    public static TableEntity From(string clientKey, InstallationRow row, string partitionKey, string rowKey) => new(partitionKey, rowKey)
    {
        [ClientKey] = clientKey,
        ["BaseUrl"] = row.BaseUrl.AbsoluteUri,
        ["DisplayUrl"] = row.DisplayUrl,
        ["CloudId"] = row.CloudId,
        ["State"] = row.State.ToString(),
        ["Epoch"] = row.Epoch,
        [GitLabHost] = row.GitLabHost.AbsoluteUri,
        ["IssuedAt"] = row.IssuedAt,
        [CleanUpEpoch] = row.CleanUpEpoch == 0 ? null : row.CleanUpEpoch,
    };

    public static InstallationRow Read(TableEntity entity) => new()
    {
        BaseUrl = new Uri(entity.GetString("BaseUrl")),
        DisplayUrl = entity.GetString("DisplayUrl"),
        CloudId = entity.GetString("CloudId"),
        State = Enum.Parse<InstallationState>(entity.GetString("State")),
        Epoch = entity.GetInt32("Epoch")!.Value,
        GitLabHost = new Uri(entity.GetString(GitLabHost)),
        IssuedAt = entity.GetDateTimeOffset("IssuedAt")!.Value,
        CleanUpEpoch = entity.GetInt32(CleanUpEpoch) ?? 0,
        ETag = entity.ETag,
    };
}
