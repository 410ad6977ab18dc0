namespace GitLabJira.Sandbox.GitLab.Seeding;

/// <summary>Titles, branch names and messages as teams write them: most name an issue, some none, and some only look as if they did.</summary>
internal sealed class SeedWords(Random dice, string issueProject)
{
    /// <summary>The issues that the Jira stand-in has in each of its projects.</summary>
    private const int Issues = 30;

    private static readonly string[] JiraProjects = ["SHOP", "PAY", "OPS"];

    private static readonly string[] Verbs = ["Add", "Fix", "Remove", "Rework", "Speed up", "Document", "Validate", "Retry", "Cache", "Log", "Hide", "Support", "Rename", "Split", "Simplify"];

    private static readonly string[] ShopThings =
    [
        "guest checkout", "address form", "gift cards", "search suggestions", "product images", "dark theme", "order history", "stock levels", "mobile navigation",
        "delivery slots", "wish lists", "size tables", "voucher codes", "category pages", "price labels", "cookie banner", "return labels",
    ];

    private static readonly string[] PayThings =
    [
        "invoice export", "refund flow", "currency rounding", "payment reminders", "tax calculation", "ledger balances", "card tokenisation", "chargeback handling",
        "settlement files", "two-factor login", "session timeout", "password reset", "audit trail", "direct debit mandates", "fraud scoring", "account merging",
    ];

    private static readonly string[] OpsThings =
    [
        "health checks", "log retention", "database indexes", "queue back-pressure", "blue-green switch", "backup restore drill", "nightly import", "webhook retries",
        "rate limit of the public API", "certificate renewal", "alert routing", "node pools", "secret rotation", "disk alarms", "image scanning", "on-call handover",
    ];

    private static readonly string[] FalseKeys = ["UTF-8", "CVE-2024-1234", "ISO-8601", "SHA-256", "COVID-19"];

    private static readonly string[] Reasons =
    [
        "Customers ran into this on the last release day.",
        "Measured before and after: see the comment below.",
        "This was the last caller of the old code.",
        "Follow-up of the review last week.",
        "The old behaviour stays behind a toggle for two weeks.",
    ];

    private IReadOnlyList<string> Things => issueProject switch
    {
        "PAY" => PayThings,
        "OPS" => OpsThings,
        _ => ShopThings,
    };

    /// <summary>Mostly the issue project of the team, sometimes a neighbour's.</summary>
    public string Key() => $"{(dice.Next(10) < 8 ? issueProject : Pick(JiraProjects))}-{dice.Next(1, Issues + 1)}";

    /// <summary>Null when this piece of work names no issue.</summary>
    public string? KeyOrNone(int percent) => dice.Next(100) < percent ? Key() : null;

    public string Subject() => $"{Pick(Verbs)} {Pick(Things)}";

    public string Title(string? key, string subject) => (key, dice.Next(10)) switch
    {
        (null, 0) => $"{subject} ({Pick(FalseKeys)})",
        (null, _) => subject,
        (_, < 6) => $"{key}: {subject}",
        (_, < 8) => $"{key} {subject}",
        (_, 8) => $"Draft: {key}: {subject}",
        _ => $"{subject} [{key}]",
    };

    public string Description(string? key) => (key, dice.Next(6)) switch
    {
        (null, 0) => $"{Pick(Reasons)} Files are {Pick(FalseKeys)} now.",
        (null, _) => Pick(Reasons),
        (_, 0) => $"Closes {key}\n\n{Pick(Reasons)}",
        (_, 1) => $"{Pick(Reasons)}\n\nSee also {Key()}.",
        _ => Pick(Reasons),
    };

    public string Message(string? key, string subject) => (key, dice.Next(8)) switch
    {
        (null, 0) => $"Bump dependency for {Pick(FalseKeys)}",
        (null, _) => $"{subject}\n",
        (_, < 5) => $"{key} {subject}\n",
        (_, 5) => $"{subject}\n\nRefs {key}, {Key()}\n",
        _ => $"[{key}] {subject}\n\n{Pick(Reasons)}\n",
    };

    public string BranchName(string? key, string subject, int number)
    {
        var words = Changes.Slug.Of(subject);
        return (key, dice.Next(6)) switch
        {
            (null, 0) => $"spike/{words}-{number}",
            (null, 1) => $"bugfix/utf-8-{words}-{number}",
            (null, _) => $"{words}-{number}",
            (_, < 3) => $"feature/{key}-{words}-{number}",
            (_, 3) => $"{key}/{words}-{number}",
            (_, 4) => $"bugfix/{key}_{words}-{number}",
            _ => $"{key}-{words}-{number}",
        };
    }

    public T Pick<T>(IReadOnlyList<T> items) => items[dice.Next(items.Count)];
}
