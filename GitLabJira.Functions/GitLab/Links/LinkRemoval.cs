using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>Ends links in the tables.</summary>
public sealed class LinkRemoval(AppTables tables, LinkStore links, LinkIndex index, RepairStore repairs) : ILinkRemoval
{
    private readonly AppTable _table = tables.Get(LinkRow.Table);

    public async Task<Link?> BeginAsync(string clientKey, Guid linkId, string reason, CancellationToken cancellationToken)
    {
        var link = await links.UpdateAsync(
            clientKey,
            linkId,
            link => link.State is LinkState.Unlinking ? null : link with { State = LinkState.Unlinking, StateReason = reason, Epoch = link.Epoch + 1 },
            cancellationToken);

        // After the row: whoever reads the index in between meets a row that is unlinking, which counts as unlinked too.
        if (link is not null)
        {
            await index.BuryAsync(link, cancellationToken);
            links.Forget(linkId);
        }

        return link;
    }

    public async Task RemoveAsync(Link link, CancellationToken cancellationToken)
    {
        if (await links.GetAsync(link.ClientKey, link.Id, cancellationToken) is { State: LinkState.Unlinking } standing && standing.Epoch == link.Epoch)
        {
            await repairs.DropAsync(link.Id, cancellationToken);
        }

        while (await links.GetAsync(link.ClientKey, link.Id, cancellationToken) is { State: LinkState.Unlinking } row && row.Epoch == link.Epoch)
        {
            if (await _table.TryDeleteAsync(LinkRow.Partition(row.ClientKey), LinkRow.Row(row.Id), row.ETag, cancellationToken))
            {
                break;
            }
        }

        links.Forget(link.Id);
    }
}
