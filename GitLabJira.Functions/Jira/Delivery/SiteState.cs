using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Installations;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Row <c>delivery</c> of a site in <c>Sites</c>: who delivers to it now, and what Jira's answers say about when and how much. Only the holder of the lease writes it.</summary>
public sealed record SiteState
{
    public const string RowKey = "delivery";

    /// <summary>How often a site is called with news while it is busy; what comes in between goes together. Few enough calls for the app's points, and still seconds.</summary>
    public static readonly TimeSpan RoundEvery = TimeSpan.FromSeconds(2);

    /// <summary>So many rounds go at once after a quiet time: one push brings several hooks, and none of them should wait.</summary>
    public const int RoundsAtOnce = 4;

    /// <summary>Clocks differ; who comes back a moment too early would find the lease still held.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    /// <summary>Most entities in one POST.</summary>
    public const int LargestPost = 1000;

    /// <summary>Random id of one taking of the lease; empty when nobody holds it.</summary>
    public string Holder { get; init; } = "";
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>The holder makes one call with what it brought and does not look for more: who finds the lease held so comes back soon.</summary>
    public bool IsDirect { get; init; }

    /// <summary>No call before this time.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Why <see cref="NotBefore"/> is set.</summary>
    public JiraFailure? Reason { get; init; }

    /// <summary>Failures in a row that named no wait.</summary>
    public int Attempts { get; init; }

    /// <summary>How many entities a POST may hold: halved when Jira refuses one as a whole, doubled when it takes one.</summary>
    public int PostLimit { get; init; } = LargestPost;

    /// <summary>How far <see cref="PostLimit"/> may grow: what Jira found too large is not tried again soon.</summary>
    public int SizeLimit { get; init; } = LargestPost;

    /// <summary>Single entities in a row that Jira did not understand (our bug).</summary>
    public int RejectedInRow { get; init; }

    /// <summary>How far ahead of its pace the site is: each round of live or repair rows moves it on by <see cref="RoundEvery"/>.</summary>
    public DateTimeOffset? PacedTo { get; init; }

    /// <summary>Jira says that little is left of the site's window: old data waits until then.</summary>
    public DateTimeOffset? BackfillAfter { get; init; }

    /// <summary>Secret and address with which the wait began; other ones end it (<c>installed</c> brought them).</summary>
    public string? Credential { get; init; }

    /// <summary>API families that refuse us, and until when they are left alone.</summary>
    public IReadOnlyDictionary<ApiFamily, DateTimeOffset> FamilyWaits { get; init; } = new Dictionary<ApiFamily, DateTimeOffset>();

    /// <summary>Null when there is no row yet.</summary>
    public ETag? ETag { get; init; }

    public bool IsHeld(DateTimeOffset now) => Holder.Length > 0 && LeaseUntil > now;

    /// <summary>When somebody who found the lease held comes back.</summary>
    public TimeSpan UntilFree(DateTimeOffset now) => !IsHeld(now) || IsDirect ? RoundEvery : LeaseUntil!.Value - now + Slack;

    /// <summary>Whether the site is left alone for now.</summary>
    public bool Waits(DateTimeOffset now, Installation installation) =>
        NotBefore > now && (Credential is null || string.Equals(Credential, CredentialOf(installation), StringComparison.Ordinal));

    /// <summary>When the next round of news may start; in the past when it may start at once.</summary>
    public DateTimeOffset NextRound => PacedTo is { } paced ? paced - (RoundEvery * (RoundsAtOnce - 1)) : DateTimeOffset.MinValue;

    public bool IsPaced(DateTimeOffset now) => NextRound > now;

    /// <returns>Null for none.</returns>
    public TimeSpan? UntilNextRound(DateTimeOffset now) => IsPaced(now) ? NextRound - now : null;

    /// <summary>What the last answer said about how much the site takes. A wait that it names costs no attempt.</summary>
    public SiteState With(SiteRate? rate) => rate is null ? this : this with
    {
        BackfillAfter = rate.BackfillAfter ?? BackfillAfter,
        NotBefore = rate.HoldUntil > (NotBefore ?? DateTimeOffset.MinValue) ? rate.HoldUntil : NotBefore,
        Reason = rate.HoldUntil > (NotBefore ?? DateTimeOffset.MinValue) ? JiraFailure.RateLimited : Reason,
    };

    /// <summary>A round of news starts.</summary>
    public SiteState StartRound(DateTimeOffset now) => this with { PacedTo = (PacedTo > now ? PacedTo.Value : now) + RoundEvery };

    public bool IsOpen(ApiFamily family, DateTimeOffset now) => !FamilyWaits.TryGetValue(family, out var until) || until <= now;

    /// <summary>Tells one secret and address from another, and gives neither away.</summary>
    public static string CredentialOf(Installation installation) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{installation.BaseUrl.AbsoluteUri}\n{installation.SharedSecret}")).AsSpan(0, 8));

    public TableEntity ToEntity(string partitionKey)
    {
        var entity = new TableEntity(partitionKey, RowKey)
        {
            [nameof(Holder)] = Holder,
            [nameof(LeaseUntil)] = LeaseUntil,
            [nameof(IsDirect)] = IsDirect,
            [nameof(NotBefore)] = NotBefore,
            [nameof(Reason)] = Reason?.ToString(),
            [nameof(Attempts)] = Attempts,
            [nameof(PostLimit)] = PostLimit,
            [nameof(SizeLimit)] = SizeLimit,
            [nameof(RejectedInRow)] = RejectedInRow,
            [nameof(Credential)] = Credential,
            [nameof(PacedTo)] = PacedTo,
            [nameof(BackfillAfter)] = BackfillAfter,
        };

        foreach (var (family, until) in FamilyWaits)
        {
            entity[FamilyColumn(family)] = until;
        }

        return entity;
    }

    public static SiteState From(TableEntity entity) => new()
    {
        Holder = entity.GetString(nameof(Holder)) ?? "",
        LeaseUntil = entity.GetDateTimeOffset(nameof(LeaseUntil)),
        IsDirect = entity.GetBoolean(nameof(IsDirect)) ?? false,
        NotBefore = entity.GetDateTimeOffset(nameof(NotBefore)),
        Reason = Enum.TryParse<JiraFailure>(entity.GetString(nameof(Reason)), out var reason) ? reason : null,
        Attempts = entity.GetInt32(nameof(Attempts)) ?? 0,
        PostLimit = entity.GetInt32(nameof(PostLimit)) ?? LargestPost,
        SizeLimit = entity.GetInt32(nameof(SizeLimit)) ?? LargestPost,
        RejectedInRow = entity.GetInt32(nameof(RejectedInRow)) ?? 0,
        Credential = entity.GetString(nameof(Credential)),
        PacedTo = entity.GetDateTimeOffset(nameof(PacedTo)),
        BackfillAfter = entity.GetDateTimeOffset(nameof(BackfillAfter)),
        FamilyWaits = Enum.GetValues<ApiFamily>()
            .Select(family => (Family: family, Until: entity.GetDateTimeOffset(FamilyColumn(family))))
            .Where(wait => wait.Until is not null)
            .ToDictionary(wait => wait.Family, wait => wait.Until!.Value),
        ETag = entity.ETag,
    };

    private static string FamilyColumn(ApiFamily family) => $"{family}Until";
}
