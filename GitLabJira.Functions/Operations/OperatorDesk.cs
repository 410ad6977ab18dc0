using System.Text.Json;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Outbox;
using GitLabJira.Functions.Poison;
using GitLabJira.Functions.Trail.Reading;

namespace GitLabJira.Functions.Operations;

/// <summary>Which failures are meant.</summary>
/// <param name="Queue">Null for all.</param>
/// <param name="Link">Null for all.</param>
public sealed record FailureFilter(string? Queue = null, Guid? Link = null)
{
    public bool Takes(Failure failure) =>
        (Queue is null || string.Equals(Queue, failure.Queue, StringComparison.Ordinal)) && (Link is null || Link == failure.LinkId);
}

/// <summary>All that an operator can see and do, over the storage account alone: the same for the calls of the app and for the command-line tool.</summary>
public sealed class OperatorDesk(IFailures failures, ILinks links, IInstallationStore installations, SiteStore sites, OutboxStore outbox, TrailReader trail)
{
    public const int LargestPage = 1000;
    public const int MostCounted = 10_000;

    /// <summary>In order of ids.</summary>
    public async Task<(IReadOnlyList<FailureView> Failures, string? Next)> ListFailuresAsync(FailureFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        var page = await failures.ListAsync(after, cancellationToken).Where(filter.Takes).Take(limit + 1).ToListAsync(cancellationToken);
        return ([.. page.Take(limit).Select(View)], page.Count > limit ? page[limit - 1].Id : null);
    }

    public async Task<FailureView?> FindFailureAsync(string id, CancellationToken cancellationToken) => await failures.FindAsync(id, cancellationToken) is { } failure ? View(failure) : null;

    public Task<bool> ReplayAsync(string id, CancellationToken cancellationToken) => failures.ReplayAsync(id, cancellationToken);

    /// <summary>Replays what there is now; what fails again meanwhile is not taken twice.</summary>
    public async Task<(int Replayed, bool HasMore)> ReplayAllAsync(FailureFilter filter, CancellationToken cancellationToken)
    {
        var (found, next) = await ListFailuresAsync(filter, after: null, LargestPage, cancellationToken);
        var replayed = 0;

        foreach (var failure in found)
        {
            replayed += await failures.ReplayAsync(failure.Id, cancellationToken) ? 1 : 0;
        }

        return (replayed, next is not null);
    }

    public Task<bool> DropAsync(string id, CancellationToken cancellationToken) => failures.DropAsync(id, cancellationToken);

    /// <returns>Null when there is no such link.</returns>
    public async Task<TrailAnswer?> TrailAsync(Guid linkId, TrailQuery query, CancellationToken cancellationToken) =>
        (await links.FindAsync(linkId, fresh: true, cancellationToken)).Link is { } link ? await trail.ReadAsync(link, query, cancellationToken) : null;

    public async Task<IReadOnlyList<LinkReport>> ListLinksAsync(CancellationToken cancellationToken)
    {
        var reports = new List<LinkReport>();

        await foreach (var site in installations.ListAsync(cancellationToken))
        {
            await foreach (var link in links.ListAsync(site.ClientKey, cancellationToken))
            {
                reports.Add(new LinkReport(
                    link.Id,
                    Address(site.BaseUrl),
                    link.ClientKey,
                    Address(link.Host),
                    link.GroupId,
                    link.GroupPath,
                    Word(link.State),
                    link.StateReason,
                    Word(link.HookKind),
                    link.ActiveRunId,
                    link.CreatedAt));
            }
        }

        return [.. reports.OrderBy(link => link.Site, StringComparer.Ordinal).ThenBy(link => link.GroupPath, StringComparer.OrdinalIgnoreCase)];
    }

    public async Task<IReadOnlyList<SiteReport>> ListSitesAsync(CancellationToken cancellationToken)
    {
        var reports = new List<SiteReport>();

        await foreach (var site in installations.ListAsync(cancellationToken))
        {
            var state = (await sites.LookAsync(site.ClientKey, cancellationToken)).State;

            reports.Add(new SiteReport(
                site.ClientKey,
                Address(site.BaseUrl),
                Word(site.State),
                site.Epoch,
                state.NotBefore,
                state.NotBefore is null || state.Reason is not { } reason ? null : Word(reason),
                state.FamilyWaits.ToDictionary(wait => Word(wait.Key), wait => wait.Value, StringComparer.Ordinal),
                state.Holder.Length > 0 ? state.LeaseUntil : null,
                await CountAsync(Lane.Live),
                await CountAsync(Lane.Repair),
                await CountAsync(Lane.Backfill)));

            Task<int> CountAsync(Lane lane) => outbox.CountAsync(site.ClientKey, lane, MostCounted, cancellationToken);
        }

        return [.. reports.OrderBy(site => site.Site, StringComparer.Ordinal)];
    }

    private static FailureView View(Failure failure) => new(
        failure.Id,
        failure.Queue,
        failure.Kind,
        failure.LinkId,
        failure.ClientKey,
        failure.DeliveryId,
        failure.ProjectId,
        failure.EntityId,
        failure.Sequence,
        failure.Reason,
        failure.ReceivedAt,
        failure.FailedAt,
        failure.KeptAt,
        failure.Times,
        failure.Bytes);

    private static string Address(Uri uri) => uri.AbsoluteUri.TrimEnd('/');

    private static string Word<T>(T value)
        where T : struct, Enum =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
