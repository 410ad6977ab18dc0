using Azure.Data.Tables;

namespace GitLabJira.Functions.Jira.Installations;

/// <summary>Columns of an installation's row. The names are stored: do not rename.</summary>
internal static class InstallationEntity
{
    public static TableEntity From(InstallationRow row, string partitionKey, string rowKey) => new(partitionKey, rowKey)
    {
        ["BaseUrl"] = row.BaseUrl.AbsoluteUri,
        ["DisplayUrl"] = row.DisplayUrl,
        ["CloudId"] = row.CloudId,
        ["State"] = row.State.ToString(),
        ["Epoch"] = row.Epoch,
        ["GitLabHost"] = row.GitLabHost.AbsoluteUri,
        ["IssuedAt"] = row.IssuedAt,
    };

    public static InstallationRow Read(TableEntity entity) => new()
    {
        BaseUrl = new Uri(entity.GetString("BaseUrl")),
        DisplayUrl = entity.GetString("DisplayUrl"),
        CloudId = entity.GetString("CloudId"),
        State = Enum.Parse<InstallationState>(entity.GetString("State")),
        Epoch = entity.GetInt32("Epoch")!.Value,
        GitLabHost = new Uri(entity.GetString("GitLabHost")),
        IssuedAt = entity.GetDateTimeOffset("IssuedAt")!.Value,
        ETag = entity.ETag,
    };
}
