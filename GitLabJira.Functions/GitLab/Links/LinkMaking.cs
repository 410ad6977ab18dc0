using Azure.Data.Tables;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>Makes links, so that two requests at once (the same group, or parent and child) leave one consistent result.</summary>
/// <remarks>
/// Every insert changes the row <c>guard</c> of the installation by its ETag in the same transaction: who lost reads again and sees the winner's row.
/// A new parent takes over the links below it only when it becomes active, that is, when its own hook stands: until then theirs deliver. It then carries their
/// ids in <see cref="Link.InheritedLinkIds"/> and leaves out the projects that they left out, and they go through their clean-up with <see cref="Link.InheritedBy"/> set, which leaves Jira alone.
/// </remarks>
public sealed class LinkMaking(AppTables tables, LinkStore links, LinkIndex index, TimeProvider clock)
{
    private const string Version = nameof(Version);

    private readonly AppTable _table = tables.Get(LinkRow.Table);

    /// <summary>Writes the row in <see cref="LinkState.Linking"/> with fresh hook secrets, and its index row.</summary>
    public async Task<LinkAddition> AddAsync(Link link, CancellationToken cancellationToken)
    {
        var secrets = await links.SealAsync(link, [HookSecret.New(clock.GetUtcNow())], cancellationToken);
        var partition = LinkRow.Partition(link.ClientKey);

        while (true)
        {
            // The guard first: what is inserted after this read makes the transaction fail.
            var guard = await _table.FindAsync(partition, LinkRow.Guard, cancellationToken);
            var others = await links.ListAsync(link.ClientKey, cancellationToken).Where(other => GitLabHosts.Same(other.Host, link.Host)).ToListAsync(cancellationToken);

            // The answer to a first attempt may have been lost on the way.
            if (others.Find(other => other.Id == link.Id) is { } own)
            {
                await index.AddAsync(own, cancellationToken);
                return new LinkAddition(LinkAdditionOutcome.Added, own, Other: null);
            }

            if (LinkConflicts.Of(link.GroupId, link.GroupPath, link.InstallationEpoch, others) is var (outcome, other))
            {
                return new LinkAddition(outcome, Link: null, other);
            }

            var next = new TableEntity(partition, LinkRow.Guard) { [Version] = (guard?.GetInt64(Version) ?? 0) + 1 };
            TableTransactionAction[] actions =
            [
                new(TableTransactionActionType.Add, LinkRow.Write(link, secrets)),
                guard is null ? new(TableTransactionActionType.Add, next) : new(TableTransactionActionType.UpdateReplace, next, guard.ETag),
            ];

            await _table.TrySubmitAsync(actions, cancellationToken);
        }
    }

    /// <summary>Makes a link in <see cref="LinkState.Linking"/> active and takes over the links below it. A link in another state is left alone.</summary>
    /// <param name="complete">Sets what became known meanwhile: hook and run. The state is set here.</param>
    public async Task<LinkActivation> ActivateAsync(Link linking, Func<Link, Link> complete, CancellationToken cancellationToken)
    {
        var partition = LinkRow.Partition(linking.ClientKey);

        while (true)
        {
            if (await _table.FindAsync(partition, LinkRow.Row(linking.Id), cancellationToken) is not { } row)
            {
                return new LinkActivation(null, []);
            }

            var link = LinkRow.Read(row);

            if (link.State is not LinkState.Linking)
            {
                return new LinkActivation(link, await TakenOverByAsync(link, cancellationToken));
            }

            var below = await _table.ListAsync(partition, cancellationToken)
                .Where(other => !LinkRow.IsGuard(other))
                .Select(other => (Row: other, Link: LinkRow.Read(other)))
                .Where(other => IsLiveBelow(other.Link, link))
                // Beyond a transaction's size the rest stays linked beside its parent: doubled work, nothing lost.
                .Take(TableLimits.TransactionRows - 1)
                .ToListAsync(cancellationToken);
            var now = clock.GetUtcNow();
            var inherited = link.InheritedLinkIds.Concat(below.SelectMany(other => other.Link.InheritedLinkIds.Prepend(other.Link.Id))).Distinct();
            var active = complete(link) with
            {
                State = LinkState.Active,
                StateReason = null,
                StateChangedAt = now,
                InheritedLinkIds = [.. inherited],
                Settings = link.Settings.AlsoExcluding(below.SelectMany(other => other.Link.Settings.ExcludedProjects)),
            };

            var actions = below
                .Select(other => Replace(TakenOver(other.Link, by: link, now), other.Row))
                .Prepend(Replace(active, row))
                .ToList();

            if (await _table.TrySubmitAsync(actions, cancellationToken))
            {
                links.Forget(link.Id);
                return new LinkActivation(await links.GetAsync(link.ClientKey, link.Id, cancellationToken), await TakenOverByAsync(link, cancellationToken));
            }
        }
    }

    /// <summary>Removes a link that never became active.</summary>
    /// <returns>False when it is in another state than <see cref="LinkState.Linking"/>.</returns>
    public async Task<bool> UndoAsync(Link linking, CancellationToken cancellationToken)
    {
        while (await links.GetAsync(linking.ClientKey, linking.Id, cancellationToken) is { } link)
        {
            if (link.State is not LinkState.Linking)
            {
                return false;
            }

            if (await _table.TryDeleteAsync(LinkRow.Partition(link.ClientKey), LinkRow.Row(link.Id), link.ETag, cancellationToken))
            {
                break;
            }
        }

        await index.BuryAsync(linking, cancellationToken);
        links.Forget(linking.Id);
        return true;
    }

    private async Task<IReadOnlyList<Link>> TakenOverByAsync(Link parent, CancellationToken cancellationToken)
    {
        var taken = await links.ListAsync(parent.ClientKey, cancellationToken)
            .Where(other => other.State is LinkState.Unlinking && other.InheritedBy == parent.Id)
            .ToListAsync(cancellationToken);

        foreach (var link in taken)
        {
            await index.BuryAsync(link, cancellationToken);
            links.Forget(link.Id);
        }

        return taken;
    }

    private static bool IsLiveBelow(Link link, Link parent) =>
        link.State is not LinkState.Unlinking
        && link.InstallationEpoch == parent.InstallationEpoch
        && GitLabHosts.Same(link.Host, parent.Host)
        && GroupPaths.IsBelow(link.GroupPath, parent.GroupPath);

    private static Link TakenOver(Link link, Link by, DateTimeOffset now) => link with
    {
        State = LinkState.Unlinking,
        StateReason = "A group above is linked now.",
        StateChangedAt = now,
        InheritedBy = by.Id,
        Epoch = link.Epoch + 1,
    };

    private static TableTransactionAction Replace(Link link, TableEntity row) =>
        new(TableTransactionActionType.UpdateReplace, LinkRow.Write(link, row.GetBinary(LinkRow.HookSecrets)), row.ETag);
}
