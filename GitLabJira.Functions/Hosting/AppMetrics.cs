using System.Diagnostics.Metrics;

namespace GitLabJira.Functions.Hosting;

/// <summary>What the app counts about its work, over all sites: kinds and codes of ours are tags, nothing of a tenant's is. One meter for the process, so that whoever does the work counts it in one line.</summary>
/// <remarks>Alerts and the workbook in <c>infra/</c> go by these names; a test compares them. Hooks are counted by <c>gitlabjira.hooks</c>, see <see cref="Relay.HookCounts"/>.</remarks>
public static class AppMetrics
{
    public const string MeterName = "GitLabJira";

    public const string Reads = "gitlabjira.reads";
    public const string Entities = "gitlabjira.entities";
    public const string Retries = "gitlabjira.retries";
    public const string Poisoned = "gitlabjira.poisoned";
    public const string OldestOutboxRow = "gitlabjira.outbox.oldest";
    public const string SyncedProjects = "gitlabjira.sync.projects";
    public const string JiraPoints = "gitlabjira.jira.points";
    public const string JiraAnswers = "gitlabjira.jira.answers";
    public const string GitLabQuotaLeft = "gitlabjira.gitlab.quota.left";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> ReadCounter = Meter.CreateCounter<long>(Reads, "{entity}", "Entities read from GitLab, by kind and by what it showed.");
    private static readonly Counter<long> EntityCounter = Meter.CreateCounter<long>(Entities, "{entity}", "Entities by kind and by how they ended: sent, unchanged, rejected, without a key …");
    private static readonly Counter<long> RetryCounter = Meter.CreateCounter<long>(Retries, "{message}", "Messages that are tried again, by where: put back on purpose, or failed.");
    private static readonly Counter<long> PoisonCounter = Meter.CreateCounter<long>(Poisoned, "{message}", "Messages and rows that nobody could process, by queue.");
    private static readonly Gauge<double> OldestRowGauge = Meter.CreateGauge<double>(OldestOutboxRow, "s", "How long the oldest row has waited for Jira that could have gone at once; 0 for none.");
    private static readonly Counter<long> ProjectCounter = Meter.CreateCounter<long>(SyncedProjects, "{project}", "Projects that an initial sync read, by how that ended.");
    private static readonly Counter<long> PointCounter = Meter.CreateCounter<long>(JiraPoints, "{point}", "Points of Jira's quota that were used.");
    private static readonly Counter<long> AnswerCounter = Meter.CreateCounter<long>(JiraAnswers, "{request}", "Jira's answers by status; none for no answer.");
    private static readonly Gauge<long> QuotaGauge = Meter.CreateGauge<long>(GitLabQuotaLeft, "{request}", "Requests that GitLab has left for us in its window, as its last answer said, by limit.");

    public static void Read(string kind, string sight) => ReadCounter.Add(1, Tag("kind", kind), Tag("sight", sight));

    public static void Ended(string kind, string outcome) => EntityCounter.Add(1, Tag("kind", kind), Tag("outcome", outcome));

    public static void Retried(string at) => RetryCounter.Add(1, Tag("at", at));

    public static void Poison(string queue) => PoisonCounter.Add(1, Tag("queue", queue));

    /// <summary>Whether anybody wants to know how long rows wait, which costs requests to find out.</summary>
    public static bool WatchesOldestRow => OldestRowGauge.Enabled;

    public static void OldestRow(TimeSpan age) => OldestRowGauge.Record(age.TotalSeconds);

    public static void Synced(string outcome) => ProjectCounter.Add(1, Tag("outcome", outcome));

    public static void Points(int points) => PointCounter.Add(points);

    public static void Answered(int? status) => AnswerCounter.Add(1, Tag("status", status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"));

    public static void QuotaLeft(int requests, string limit) => QuotaGauge.Record(requests, Tag("limit", limit));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
