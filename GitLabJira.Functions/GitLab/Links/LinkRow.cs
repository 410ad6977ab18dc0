using Azure.Data.Tables;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>A link as a row of <c>Links</c>: partition = installation, row = link id, beside the row <c>guard</c> that every new link must change.</summary>
internal static class LinkRow
{
    public const string Table = "Links";
    public const string Guard = "guard";

    /// <summary>Sealed; no part of <see cref="Link"/>, so that it is opened only where a hook is checked or placed.</summary>
    public const string HookSecrets = nameof(HookSecrets);

    public static bool IsGuard(TableEntity row) => string.Equals(row.RowKey, Guard, StringComparison.Ordinal);

    public static string Partition(string clientKey) => TableKey.Of(clientKey);

    public static string Row(Guid linkId) => TableKey.Of(linkId.ToString("N"));

    public static TableEntity Write(Link link, byte[]? hookSecrets) => new(Partition(link.ClientKey), Row(link.Id))
    {
        [nameof(Link.Id)] = link.Id,
        [nameof(Link.ClientKey)] = link.ClientKey,
        [nameof(Link.InstallationEpoch)] = link.InstallationEpoch,
        [nameof(Link.Host)] = link.Host.AbsoluteUri,
        [nameof(Link.HostTag)] = link.HostTag,
        [nameof(Link.GroupId)] = link.GroupId,
        [nameof(Link.GroupPath)] = link.GroupPath,
        [nameof(Link.Epoch)] = link.Epoch,
        [nameof(Link.State)] = link.State.ToString(),
        [nameof(Link.StateReason)] = link.StateReason,
        [nameof(Link.HookKind)] = link.HookKind.ToString(),
        [nameof(Link.GroupHookId)] = link.GroupHookId,
        [nameof(Link.ActiveRunId)] = link.ActiveRunId,
        [nameof(Link.InheritedLinkIds)] = string.Join(',', link.InheritedLinkIds.Select(id => id.ToString("N"))),
        [nameof(Link.InheritedBy)] = link.InheritedBy,
        [nameof(Link.LinkedByAccountId)] = link.LinkedByAccountId,
        [nameof(Link.MadeByAccountId)] = link.MadeByAccountId,
        [nameof(Link.CreatedAt)] = link.CreatedAt,
        [nameof(Link.HookedAt)] = link.HookedAt,
        [nameof(Link.StateChangedAt)] = link.StateChangedAt,
        [nameof(Link.Settings)] = link.Settings.Version == 0 ? null : link.Settings.ToBytes(),
        [HookSecrets] = hookSecrets,
    };

    public static Link Read(TableEntity row) => new()
    {
        Id = row.GetGuid(nameof(Link.Id))!.Value,
        ClientKey = row.GetString(nameof(Link.ClientKey)),
        InstallationEpoch = row.GetInt32(nameof(Link.InstallationEpoch)) ?? 0,
        Host = new Uri(row.GetString(nameof(Link.Host))),
        HostTag = row.GetString(nameof(Link.HostTag)) ?? "",
        GroupId = row.GetInt64(nameof(Link.GroupId))!.Value,
        GroupPath = row.GetString(nameof(Link.GroupPath)),
        Epoch = row.GetInt32(nameof(Link.Epoch)) ?? 0,
        State = Enum.Parse<LinkState>(row.GetString(nameof(Link.State))),
        StateReason = row.GetString(nameof(Link.StateReason)),
        HookKind = Enum.Parse<HookKind>(row.GetString(nameof(Link.HookKind))),
        GroupHookId = row.GetInt64(nameof(Link.GroupHookId)),
        ActiveRunId = row.GetString(nameof(Link.ActiveRunId)),
        InheritedLinkIds = [.. (row.GetString(nameof(Link.InheritedLinkIds)) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => Guid.ParseExact(id, "N"))],
        InheritedBy = row.GetGuid(nameof(Link.InheritedBy)),
        LinkedByAccountId = row.GetString(nameof(Link.LinkedByAccountId)),
        MadeByAccountId = row.GetString(nameof(Link.MadeByAccountId)),
        CreatedAt = row.GetDateTimeOffset(nameof(Link.CreatedAt))!.Value,
        HookedAt = row.GetDateTimeOffset(nameof(Link.HookedAt)),
        StateChangedAt = row.GetDateTimeOffset(nameof(Link.StateChangedAt)),
        Settings = LinkSettings.Parse(row.GetBinary(nameof(Link.Settings))),
        ETag = row.ETag,
    };
}
